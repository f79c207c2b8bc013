//! Reading batches: by id, and of the orders that hold them.

use entity::{
    batch::{self, Model},
    batch_order,
    enums::Action,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, JoinType, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Call},
    error::Result,
    policy,
    sterile::seen::{self, shown},
};

/// The batch of that id; [`crate::error::Error::NotFound`] where the actor does not see it.
pub async fn batch(app: &App, call: &Call<'_>, id: Uuid) -> Result<Model> {
    policy::require(call.actor, Action::ReadOrder)?;
    seen::require(app.db.reader(), app, call.actor, id).await
}

/// Those of the batches that the actor's scope sees, in one statement.
pub async fn by_ids(app: &App, actor: &Actor, ids: &[Uuid]) -> Result<Vec<Model>> {
    let Some(scope) = actor.scope.id() else {
        return Ok(Vec::new());
    };
    if !policy::permits(&actor.roles, Action::ReadOrder) {
        return Ok(Vec::new());
    }
    let rows = batch::Entity::find()
        .filter(batch::Column::Id.is_in(ids.iter().copied()))
        .filter(shown(scope, app.now()))
        .all(app.db.reader())
        .await?;
    Ok(rows)
}

/// The batches of these orders, each with its order, by number.
pub async fn of_orders(app: &App, orders: &[Uuid]) -> Result<Vec<(Uuid, Model)>> {
    let of_batch = batch_order::Entity::belongs_to(batch::Entity)
        .from(batch_order::Column::BatchId)
        .to(batch::Column::Id);
    let rows = batch_order::Entity::find()
        .join(JoinType::InnerJoin, of_batch.into())
        .select_also(batch::Entity)
        .filter(batch_order::Column::OrderId.is_in(orders.iter().copied()))
        .order_by_asc(batch::Column::Number)
        .all(app.db.reader())
        .await?;
    let pairs = rows.into_iter();
    Ok(pairs
        .filter_map(|(link, row)| row.map(|row| (link.order_id, row)))
        .collect())
}
