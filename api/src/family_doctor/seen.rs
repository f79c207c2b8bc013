//! A contract as one actor sees it.

use chrono::{DateTime, Utc};
use entity::{family_contract, family_contract_party};
use sea_orm::{ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Scope},
    error::{Error, Result},
    policy,
};

/// A contract, and the relation by which the actor's scope sees it; none where it sees the patient by another one.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The contract.
    pub row: family_contract::Model,
    /// The relation.
    pub party: Option<family_contract_party::Model>,
}

/// The rows of a scope that it sees at that moment: an institution keeps what it signed, a team has a contract as long as it runs.
#[must_use]
pub fn shown(actor: &Actor, now: DateTime<Utc>) -> Option<Condition> {
    use family_contract_party::Column::{ScopeId, Until};
    let shown = Condition::all().add(ScopeId.eq(actor.scope.id()?));
    Some(match actor.scope {
        Scope::Team { .. } => shown.add(Until.gt(now)),
        _ => shown,
    })
}

/// The contract of that id, as far as the actor's scope sees it.
pub async fn find(
    connection: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<Seen>> {
    let Some(shown) = shown(actor, app.now()) else {
        return Ok(None);
    };
    let found = family_contract_party::Entity::find()
        .find_also_related(family_contract::Entity)
        .filter(shown)
        .filter(family_contract_party::Column::ContractId.eq(id))
        .one(connection)
        .await?;
    Ok(found.and_then(|(party, row)| {
        row.map(|row| Seen {
            row,
            party: Some(party),
        })
    }))
}

/// The same, or a refusal; a role that reads no contracts does not learn that there is one.
pub async fn require(
    connection: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    id: Uuid,
) -> Result<Seen> {
    let read = entity::enums::Action::ReadFamilyDoctorContract;
    policy::require(actor, read).map_err(|_| Error::NotFound)?;
    find(connection, app, actor, id)
        .await?
        .ok_or(Error::NotFound)
}
