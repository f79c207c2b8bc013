//! The feed as one scope follows it: what happened to whatever the scope could see when it happened, in the order that everybody sees.
//!
//! An event names the scopes that its subject was visible to: of a referral its parties and whoever keeps its header; of a patient who
//! registered it; of an institution, with what belongs to it, the institution itself, the health centre that manages it and its
//! community. The rest of the directory is small and read whole. Accounts and keys are nobody's to follow.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, SubjectKind},
    event, feed, feed_scope,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, FromQueryResult, JoinType, QueryFilter as _,
    QueryOrder as _, QuerySelect as _, RelationDef, Select,
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    error::Result,
    id::{self, Kind},
    page::{Slice, counted},
    policy,
};

/// Something that happened, in its place.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Change {
    /// Its place in the feed.
    pub position: i64,
    /// What.
    pub action: Action,
    /// What it happened to.
    pub subject_kind: SubjectKind,
    /// Its id.
    pub subject_id: Uuid,
    /// The subject's version after it.
    pub version: i32,
    /// The subject's status after it.
    pub status: Option<String>,
    /// For which institution it was done.
    pub institution_id: Option<Uuid>,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
}

impl Change {
    /// Its public id, by which a follower goes on after it.
    #[must_use]
    pub fn id(&self) -> String {
        id::encode(
            Kind::Change,
            Uuid::from_u128(u128::try_from(self.position).unwrap_or(0)),
        )
    }
}

/// The place after which a follower goes on: 0, before everything, where it names none.
///
/// # Errors
/// [`Error::InvalidInput`](crate::error::Error::InvalidInput) naming `after`, where it is no id of a change.
pub fn place(after: Option<&str>) -> Result<i64> {
    let Some(text) = after else { return Ok(0) };
    let place = id::decode(Kind::Change, text, "after")?.as_u128();
    Ok(i64::try_from(place).unwrap_or(i64::MAX))
}

/// The kinds that the actor may follow, of those it asks for.
#[must_use]
pub fn followed(actor: &Actor, asked: Option<&[SubjectKind]>) -> Vec<SubjectKind> {
    let asked = asked.unwrap_or(SubjectKind::ALL);
    let kinds = SubjectKind::ALL.iter().copied();
    kinds
        .filter(|kind| asked.contains(kind) && policy::follows(&actor.roles, *kind))
        .collect()
}

/// What happened after that place, the first first, at most so many.
///
/// # Errors
/// [`Error::Forbidden`](crate::error::Error::Forbidden) to whoever follows nothing.
pub async fn read(
    app: &App,
    actor: &Actor,
    kinds: Option<&[SubjectKind]>,
    after: i64,
    rows: u64,
) -> Result<Slice<Change>> {
    policy::require(actor, Action::ReadChanges)?;
    let mut found = match actor.scope.id() {
        Some(scope) => {
            page(scope, &followed(actor, kinds), after, rows + 1)
                .into_model::<Change>()
                .all(app.db.reader())
                .await?
        }
        None => Vec::new(),
    };
    let wanted = usize::try_from(rows).unwrap_or(usize::MAX);
    let has_next = found.len() > wanted;
    found.truncate(wanted);
    Ok(Slice {
        rows: found,
        has_previous: after > 0,
        has_next,
    })
}

/// How many there are from the oldest kept; none above 10,000.
pub async fn count(app: &App, actor: &Actor, kinds: Option<&[SubjectKind]>) -> Result<Option<i32>> {
    policy::require(actor, Action::ReadChanges)?;
    let Some(scope) = actor.scope.id() else {
        return Ok(Some(0));
    };
    let rows = placed(scope, &followed(actor, kinds));
    counted(rows, app.db.reader()).await
}

/// The statement of a page.
#[must_use]
pub fn page(
    scope: Uuid,
    kinds: &[SubjectKind],
    after: i64,
    rows: u64,
) -> Select<feed_scope::Entity> {
    placed(scope, kinds)
        .columns([
            event::Column::Action,
            event::Column::SubjectKind,
            event::Column::SubjectId,
            event::Column::Version,
            event::Column::Status,
            event::Column::InstitutionId,
            event::Column::OccurredAt,
            event::Column::RecordedAt,
        ])
        .filter(feed_scope::Column::Position.gt(after))
        .order_by_asc(feed_scope::Column::Position)
        .limit(rows)
}

fn placed(scope: Uuid, kinds: &[SubjectKind]) -> Select<feed_scope::Entity> {
    let to_feed: RelationDef = feed_scope::Entity::belongs_to(feed::Entity)
        .from(feed_scope::Column::Position)
        .to(feed::Column::Position)
        .into();
    let to_event: RelationDef = feed::Entity::belongs_to(event::Entity)
        .from(feed::Column::EventId)
        .to(event::Column::Id)
        .into();
    feed_scope::Entity::find()
        .select_only()
        .column(feed_scope::Column::Position)
        .join(JoinType::InnerJoin, to_feed)
        .join(JoinType::InnerJoin, to_event)
        .filter(feed_scope::Column::ScopeId.eq(scope))
        .filter(event::Column::SubjectKind.is_in(kinds.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_names_its_place() {
        let change = Change {
            position: 4711,
            action: Action::SubmitReferral,
            subject_kind: SubjectKind::Referral,
            subject_id: Uuid::nil(),
            version: 1,
            status: None,
            institution_id: None,
            occurred_at: DateTime::UNIX_EPOCH,
            recorded_at: DateTime::UNIX_EPOCH,
        };
        assert_eq!(place(Some(&change.id())).ok(), Some(4711));
        assert_eq!(place(None).ok(), Some(0));
        for text in ["", "4711", "evt_01jd0000000000000000000000"] {
            assert!(place(Some(text)).is_err(), "{text}");
        }
    }
}
