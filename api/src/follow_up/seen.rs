//! A follow-up as one actor sees it.

use chrono::{DateTime, Utc};
use entity::{follow_up, follow_up_party};
use sea_orm::{ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    error::{Error, Result},
};

/// A follow-up and the relation by which the actor's scope sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The follow-up.
    pub row: follow_up::Model,
    /// The relation.
    pub party: follow_up_party::Model,
}

impl Seen {
    /// Whether what was found is withheld from the actor, because of a sensitive diagnosis.
    #[must_use]
    pub const fn withheld(&self) -> bool {
        self.row.sensitive && !self.party.treating
    }
}

/// The rows of a scope that show something at that moment.
#[must_use]
pub fn shown(scope: Uuid, now: DateTime<Utc>) -> Condition {
    use follow_up_party::Column::{ScopeId, Until};
    Condition::all()
        .add(ScopeId.eq(scope))
        .add(Condition::any().add(Until.is_null()).add(Until.gt(now)))
}

/// The follow-up of that id, as far as the actor's scope sees it.
pub async fn find(
    connection: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    id: Uuid,
) -> Result<Option<Seen>> {
    let Some(scope) = actor.scope.id() else {
        return Ok(None);
    };
    let found = follow_up_party::Entity::find()
        .find_also_related(follow_up::Entity)
        .filter(shown(scope, app.now()))
        .filter(follow_up_party::Column::FollowUpId.eq(id))
        .one(connection)
        .await?;
    Ok(found.and_then(|(party, row)| row.map(|row| Seen { row, party })))
}

/// The same, or a refusal.
pub async fn require(
    connection: &impl ConnectionTrait,
    app: &App,
    actor: &Actor,
    id: Uuid,
) -> Result<Seen> {
    let found = find(connection, app, actor, id).await?;
    found.ok_or(Error::NotFound)
}
