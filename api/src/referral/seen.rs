//! A referral as one actor sees it.

use chrono::{DateTime, Utc};
use entity::{enums::Basis, patient, referral, referral_party};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, ExprTrait as _, JoinType,
    QueryFilter as _, QuerySelect as _, Select, sea_query::Expr,
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    error::{Error, Result},
    patient::service as patients,
    policy::{self, Acting, View},
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
    /// A referral of a patient whom the actor has opened by break-glass: a relation for reading, as if it treated the patient.
    #[must_use]
    pub fn by_break_glass(actor: &Actor, row: referral::Model) -> Self {
        let party = referral_party::Model {
            scope_id: actor.scope.id().unwrap_or_default(),
            referral_id: row.id,
            patient_id: row.patient_id,
            basis: Basis::BreakGlass,
            since: row.created_at,
            content_until: None,
            treating: true,
            status: row.status,
            listed_at: row.submitted_at.unwrap_or(row.created_at),
            updated_at: row.updated_at,
            answer_due_at: row.answer_due_at,
            planned_at: row.planned_at,
        };
        Self { row, party }
    }

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

    /// Whether the actor reads the clinical text, the report and the attachments.
    #[must_use]
    pub fn opens_clinical(&self, actor: &Actor, now: DateTime<Utc>) -> bool {
        self.view(actor, now) != View::Header && !self.withholds(actor, now)
    }

    /// How the actor takes part in it; not at all where it only looks, by break-glass.
    #[must_use]
    pub fn acting(&self, app: &App, actor: &Actor) -> Option<Acting> {
        if self.party.basis == Basis::BreakGlass {
            return None;
        }
        policy::takes_part(actor, &app.directory.now(), &self.row)
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
        Key::External { institution, id } => query.filter(
            Condition::any()
                .add(
                    Condition::all()
                        .add(referral::Column::PosterId.eq(*institution))
                        .add(referral::Column::ExternalId.eq(id)),
                )
                .add(
                    Condition::all()
                        .add(referral::Column::EnteredById.eq(*institution))
                        .add(referral::Column::EntryExternalId.eq(id)),
                ),
        ),
    };
    Ok(query
        .one(connection)
        .await?
        .and_then(|(party, row)| row.map(|row| Seen { row, party })))
}

/// The referral of that key, as far as the actor sees it, be it by break-glass: for reading only.
pub async fn read(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    key: &Key,
    now: DateTime<Utc>,
) -> Result<Option<Seen>> {
    let own = find(connection, actor, key).await?;
    if let Some(own) = &own
        && own.view(actor, now) == View::Treating
    {
        return Ok(Some(own.clone()));
    }
    let Some(query) = opened(actor, now) else {
        return Ok(own);
    };
    let query = match key {
        Key::Id(id) => query.filter(referral::Column::Id.eq(*id)),
        Key::Number(number) => query.filter(referral::Column::Number.eq(number)),
        Key::External { institution, id } => query
            .filter(referral::Column::PosterId.eq(*institution))
            .filter(referral::Column::ExternalId.eq(id)),
    };
    let row = query.one(connection).await?;
    Ok(row.map(|row| Seen::by_break_glass(actor, row)).or(own))
}

/// The posted referrals of the patients whom the actor has open by break-glass; none where nothing can be open. The row of the patient
/// is joined as [`patients::MEMBER`].
#[must_use]
pub fn opened(actor: &Actor, now: DateTime<Utc>) -> Option<Select<referral::Entity>> {
    let records = patients::open_records(actor, now)?;
    let of_patient = referral::Entity::belongs_to(patient::Entity)
        .from(referral::Column::PatientId)
        .to(patient::Column::Id);
    let record = Expr::col((patients::MEMBER, patient::Column::RecordId));
    let query = referral::Entity::find()
        .join_as(JoinType::InnerJoin, of_patient.into(), patients::MEMBER)
        .filter(referral::Column::SubmittedAt.is_not_null())
        .filter(record.in_subquery(records));
    Some(query)
}

/// The referral of that key for a verb: what the actor sees by break-glass alone is forbidden, what it does not see is not found.
pub async fn require_own(
    connection: &impl ConnectionTrait,
    actor: &Actor,
    key: &Key,
    now: DateTime<Utc>,
) -> Result<Seen> {
    if let Some(own) = find(connection, actor, key).await? {
        return Ok(own);
    }
    let opened = read(connection, actor, key, now).await?;
    Err(opened.map_or(Error::NotFound, |_| Error::Forbidden))
}

/// The referral of that key by a relation of the actor's scope, or a refusal.
pub async fn require(connection: &impl ConnectionTrait, actor: &Actor, key: &Key) -> Result<Seen> {
    find(connection, actor, key).await?.ok_or(Error::NotFound)
}
