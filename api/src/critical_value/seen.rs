//! A critical value as one actor sees it.

use entity::{critical_value, critical_value_party, enums::Basis};
use sea_orm::{ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::{
    auth::Actor,
    error::{Error, Result},
    policy,
};

/// A critical value and the relation by which the actor's scope is told of it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The critical value.
    pub row: critical_value::Model,
    /// The relation.
    pub party: critical_value_party::Model,
}

impl Seen {
    /// Whether the actor sees no more than that there is one, and where it stands.
    #[must_use]
    pub fn header_only(&self) -> bool {
        policy::is_header_only(&self.party)
    }
}

/// The rows of a scope.
#[must_use]
pub fn shown(scope: Uuid) -> Condition {
    Condition::all().add(critical_value_party::Column::ScopeId.eq(scope))
}

/// Those of them that say whose it is.
#[must_use]
pub fn opened(scope: Uuid) -> Condition {
    shown(scope).add(critical_value_party::Column::Basis.ne(Basis::Community))
}

/// The critical value of that id, as far as the actor's scope sees it.
pub async fn find(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<Seen>> {
    let Some(scope) = actor.scope.id() else {
        return Ok(None);
    };
    let found = critical_value_party::Entity::find()
        .find_also_related(critical_value::Entity)
        .filter(shown(scope))
        .filter(critical_value_party::Column::CriticalValueId.eq(id))
        .one(connection)
        .await?;
    Ok(found.and_then(|(party, row)| row.map(|row| Seen { row, party })))
}

/// The critical value of that id, whoever is told of it: for the rules of those that cite one.
pub async fn row(
    connection: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<critical_value::Model>> {
    Ok(critical_value::Entity::find_by_id(id)
        .one(connection)
        .await?)
}

/// The same as the actor's scope is told of it, or a refusal.
pub async fn require(connection: &impl ConnectionTrait, actor: &Actor, id: Uuid) -> Result<Seen> {
    let found = find(connection, actor, id).await?;
    found.ok_or(Error::NotFound)
}
