//! An order as one actor sees it.

use chrono::{DateTime, Utc};
use entity::{order, order_party};
use sea_orm::{ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    error::{Error, Result},
};

/// An order and the relation by which the actor's scope sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The order.
    pub row: order::Model,
    /// The relation.
    pub party: order_party::Model,
}

/// How a caller names an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Key {
    /// By its id.
    Id(Uuid),
    /// By its number.
    Number(String),
    /// By the id that the requester gave it.
    External {
        /// The requester.
        institution: Uuid,
        /// Its own id.
        id: String,
    },
}

/// The rows of a scope that show something at that moment.
#[must_use]
pub fn shown(scope: Uuid, now: DateTime<Utc>) -> Condition {
    use order_party::Column::{ScopeId, Until};
    Condition::all()
        .add(ScopeId.eq(scope))
        .add(Condition::any().add(Until.is_null()).add(Until.gt(now)))
}

/// The order of that key, as far as the actor's scope sees it.
pub async fn find(
    connection: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    key: &Key,
) -> Result<Option<Seen>> {
    let Some(scope) = actor.scope.id() else {
        return Ok(None);
    };
    let query = order_party::Entity::find()
        .find_also_related(order::Entity)
        .filter(shown(scope, app.now()));
    let query = match key {
        Key::Id(id) => query.filter(order_party::Column::OrderId.eq(*id)),
        Key::Number(number) => query.filter(order::Column::Number.eq(number)),
        Key::External { institution, id } => query
            .filter(order::Column::RequestedById.eq(*institution))
            .filter(order::Column::ExternalId.eq(id)),
    };
    let found = query.one(connection).await?;
    Ok(found.and_then(|(party, row)| row.map(|row| Seen { row, party })))
}

/// The order of that id, whoever sees it: for the rules of those that name one.
pub async fn row(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<order::Model>> {
    Ok(order::Entity::find_by_id(id).one(connection).await?)
}

/// The same as the actor's scope sees it, or a refusal.
pub async fn require(
    connection: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    key: &Key,
) -> Result<Seen> {
    let found = find(connection, app, actor, key).await?;
    found.ok_or(Error::NotFound)
}
