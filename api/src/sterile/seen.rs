//! A batch as far as one actor sees it: by the orders that hold it.

use chrono::{DateTime, Utc};
use entity::{
    batch::{self, Model},
    batch_order, order_party,
};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _,
    sea_query::{ExprTrait as _, Query},
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    error::{Error, Result},
    order::seen::shown as shown_orders,
};

/// The batches of which some order is shown to that scope at that moment.
#[must_use]
pub fn shown(scope: Uuid, now: DateTime<Utc>) -> Condition {
    let of_order = batch_order::Column::OrderId.into_expr();
    let held = Query::select()
        .column((batch_order::Entity, batch_order::Column::BatchId))
        .from(batch_order::Entity)
        .inner_join(
            order_party::Entity,
            of_order.eq(order_party::Column::OrderId.into_expr()),
        )
        .cond_where(shown_orders(scope, now))
        .and_where(
            batch_order::Column::BatchId
                .into_expr()
                .eq(batch::Column::Id.into_expr()),
        )
        .to_owned();
    Condition::all().add(sea_orm::sea_query::Expr::exists(held))
}

/// The batch of that id, or a refusal where the actor's scope sees no order that holds it.
pub async fn require(
    connection: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    id: Uuid,
) -> Result<Model> {
    let scope = actor.scope.id().ok_or(Error::NotFound)?;
    let found = batch::Entity::find_by_id(id)
        .filter(shown(scope, app.now()))
        .one(connection)
        .await?;
    found.ok_or(Error::NotFound)
}
