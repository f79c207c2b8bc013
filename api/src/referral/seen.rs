//! A referral as one actor sees it.

use chrono::{DateTime, Utc};
use entity::{enums::Side, referral, referral_party};
use sea_orm::{ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    error::{Error, Result},
    policy::{self, View},
};

/// A referral and the relation by which the actor's scope sees it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The referral.
    pub row: referral::Model,
    /// The relation.
    pub party: referral_party::Model,
}

/// How a caller names a referral.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Key {
    /// By its id.
    Id(Uuid),
    /// By its number.
    Number(String),
    /// By the id that the posting institution gave it.
    External {
        /// The posting institution.
        institution: Uuid,
        /// Its own id.
        id: String,
    },
}

impl Seen {
    /// How much the actor sees of it at that moment.
    #[must_use]
    pub fn view(&self, actor: &Actor, now: DateTime<Utc>) -> View {
        let open = self.party.content_until.is_none_or(|until| now < until);
        policy::view(&actor.roles, self.party.basis, self.party.treating, open)
    }

    /// Whether sensitive diagnoses, the clinical text and the report are withheld from the actor.
    #[must_use]
    pub fn withholds(&self, actor: &Actor, now: DateTime<Utc>) -> bool {
        self.row.sensitive
            && self.view(actor, now) != View::Treating
            && !policy::is_own_writing(self.party.basis, self.row.status)
    }

    /// On which side the actor stands.
    #[must_use]
    pub fn side(&self, app: &App, actor: &Actor) -> Option<Side> {
        policy::side(
            actor,
            &app.directory.now(),
            self.row.sender_id,
            self.row.receiver_id,
        )
    }
}

/// The referral of that key, as far as the actor's scope sees it.
pub async fn find(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    key: &Key,
) -> Result<Option<Seen>> {
    let Some(scope) = actor.scope.id() else {
        return Ok(None);
    };
    let query = referral_party::Entity::find()
        .find_also_related(referral::Entity)
        .filter(referral_party::Column::ScopeId.eq(scope));
    let query = match key {
        Key::Id(id) => query.filter(referral_party::Column::ReferralId.eq(*id)),
        Key::Number(number) => query.filter(referral::Column::Number.eq(number)),
        Key::External { institution, id } => query
            .filter(referral::Column::PosterId.eq(*institution))
            .filter(referral::Column::ExternalId.eq(id)),
    };
    Ok(query
        .one(connection)
        .await?
        .and_then(|(party, row)| row.map(|row| Seen { row, party })))
}

/// The same, or a refusal.
pub async fn require(connection: &impl ConnectionTrait, actor: &Actor, key: &Key) -> Result<Seen> {
    find(connection, actor, key).await?.ok_or(Error::NotFound)
}
