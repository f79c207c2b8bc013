//! What the verbs of a follow-up on record have in common, from finding it to recording what happened.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, FollowUpStatus},
    follow_up,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::write::{replace, subject};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, Problems, Result},
    follow_up::{
        seen::{self, Seen},
        state,
    },
    policy,
    record::{
        change::{Change, note_replay, unless_last},
        replay::{self, Changed},
        version,
    },
    referral::service::check_time,
};

/// What every verb names: its object, the version that the caller saw, and when it happened.
#[derive(Clone, Debug, Serialize)]
pub struct On {
    /// The follow-up.
    pub follow_up: Uuid,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// A verb's turn at a follow-up.
pub struct Turn {
    /// The follow-up, to be changed.
    pub row: follow_up::Model,
    /// When it happens.
    pub at: DateTime<Utc>,
    /// What is wrong with the input so far.
    pub problems: Problems,
    to: FollowUpStatus,
    change: Change,
}

/// What came of beginning a turn.
pub type Begun = replay::Begun<Turn, Seen>;

impl Turn {
    /// Begins a verb's turn: it was not taken before, the actor sees the follow-up, may do this, and it may follow now.
    pub async fn begin(
        txn: &Txn,
        app: &App,
        call: &Call<'_>,
        action: Action,
        on: &On,
        input: &impl Serialize,
    ) -> Result<Begun> {
        let actor = call.actor;
        if let Some(id) = replay::known(txn, app, call).await? {
            let seen = seen::require(&**txn, app, actor, id).await?;
            return before(txn, app, call, action, seen).await;
        }
        let seen = seen::require(&**txn, app, actor, on.follow_up).await?;
        // A role that reads no follow-ups does not learn that there is one.
        policy::require(actor, Action::ReadFollowUp).map_err(|_| Error::NotFound)?;
        policy::require(actor, action)?;
        let institution = policy::follows_for(actor, &app.directory.now(), &seen.row, action);
        let institution = institution.ok_or(Error::Forbidden)?;
        let change = Change {
            institution: Some(institution),
            input_hash: Some(replay::input_hash(input)?),
            basis: Some(seen.party.basis.code()),
            ..Change::of(action)
        };
        let (status, present) = (seen.row.status, seen.row.version);
        let next = version::require(actor, on.version, present, "The follow-up", version::PATH)
            .and_then(|()| state::next(status, action).ok_or_else(|| refused(status, action)));
        // Handing on leads back to where it began: without a version only the last event tells a second one from a replay.
        let sure = on.version.is_some() || next.as_ref().is_ok_and(|to| *to != status);
        let Some(to) = unless_last(txn, seen.row.id, &change, next, sure).await? else {
            return before(txn, app, call, action, seen).await;
        };
        let mut problems = Problems::default();
        let now = app.now();
        check_time(on.occurred_at, now, seen.row.occurred_at, &mut problems);
        Ok(Begun::Turn(Box::new(Self {
            at: on.occurred_at.unwrap_or(now),
            problems,
            to,
            change,
            row: seen.row,
        })))
    }

    /// The same turn at the other follow-ups of the plan that are still to be done by the same institution.
    pub async fn at_the_rest(&self, txn: &Txn) -> Result<Vec<Self>> {
        let rest = follow_up::Entity::find()
            .filter(follow_up::Column::PlanId.eq(self.row.plan_id))
            .filter(follow_up::Column::Id.ne(self.row.id))
            .filter(follow_up::Column::InstitutionId.eq(self.row.institution_id))
            .filter(follow_up::Column::Status.eq(FollowUpStatus::Planned))
            .order_by_asc(follow_up::Column::Number)
            .all(&**txn)
            .await?;
        let together = rest
            .into_iter()
            .filter(|other| other.team_id == self.row.team_id);
        let turns = together.map(|row| Self {
            at: self.at.max(row.occurred_at),
            problems: Problems::default(),
            to: self.to,
            change: self.change.clone(),
            row,
        });
        Ok(turns.collect())
    }

    /// Refuses the input if anything is wrong with it.
    pub fn check(&mut self) -> Result<()> {
        std::mem::take(&mut self.problems).finish()
    }

    /// Ends the turn: changes the row if nobody was faster, renews who sees it, and records what happened.
    pub async fn finish(
        mut self,
        txn: &Txn,
        app: &App,
        call: &Call<'_>,
        detail: Value,
    ) -> Result<Changed<Seen>> {
        self.check()?;
        self.row.status = self.to;
        self.row.occurred_at = self.at;
        let change = Change {
            detail,
            ..self.change
        };
        Ok(Changed::now(
            replace(txn, app, call, self.row, change).await?,
        ))
    }
}

async fn before(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    seen: Seen,
) -> Result<Begun> {
    let basis = Some(seen.party.basis);
    note_replay(txn, app, call.actor, action, subject(&seen.row), basis).await?;
    Ok(Begun::Before(Box::new(seen)))
}

fn refused(from: FollowUpStatus, action: Action) -> Error {
    Error::InvalidTransition {
        from: from.code(),
        action,
        allowed: state::following(from).collect(),
        reason: None,
    }
}

/// The change's own audit entry covers what its answer shows of the patient.
#[must_use]
pub fn covered(call: &Call<'_>, changed: Changed<Seen>) -> Changed<Seen> {
    call.actor.request.cover(changed.object.row.patient_id);
    changed
}
