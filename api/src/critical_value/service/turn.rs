//! What the verbs of a critical value on record have in common, from finding it to recording what happened.

use chrono::{DateTime, Utc};
use entity::{
    critical_value,
    enums::{Action, CriticalStatus},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::write::{replace, subject};
use crate::{
    app::App,
    auth::Call,
    critical_value::{
        seen::{self, Seen},
        state,
    },
    db::Txn,
    error::{Error, Problems, Result},
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
    /// The critical value.
    pub critical_value: Uuid,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// When it happened, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// A verb's turn at a critical value.
pub struct Turn {
    /// The critical value, to be changed.
    pub row: critical_value::Model,
    /// When it happens.
    pub at: DateTime<Utc>,
    /// The institutions for which the actor answers; the first is whose verb it is.
    pub institutions: Vec<Uuid>,
    /// What is wrong with the input so far.
    pub problems: Problems,
    to: CriticalStatus,
    change: Change,
}

/// What came of beginning a turn.
pub type Begun = replay::Begun<Turn, Seen>;

impl Turn {
    /// Begins a verb's turn: it was not taken before, the actor sees the critical value, may do this, and it may follow now.
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
            let seen = seen::require(&**txn, actor, id).await?;
            return before(txn, app, call, action, seen).await;
        }
        let seen = seen::require(&**txn, actor, on.critical_value).await?;
        // A role that reads no critical values does not learn that there is one.
        policy::require(actor, Action::ReadCriticalValue).map_err(|_| Error::NotFound)?;
        policy::require(actor, action)?;
        let institutions =
            policy::answers_critical_value_for(actor, &app.directory.now(), &seen.row);
        let institution = *institutions.first().ok_or(Error::Forbidden)?;
        let change = Change {
            institution: Some(institution),
            input_hash: Some(replay::input_hash(input)?),
            basis: Some(seen.party.basis.code()),
            ..Change::of(action)
        };
        let (status, present) = (seen.row.status, seen.row.version);
        let what = "The critical value";
        let next = version::require(actor, on.version, present, what, version::PATH)
            .and_then(|()| state::next(status, action).ok_or_else(|| refused(status, action)));
        let Some(to) = unless_last(txn, seen.row.id, &change, next, true).await? else {
            return before(txn, app, call, action, seen).await;
        };
        let mut problems = Problems::default();
        let now = app.now();
        check_time(on.occurred_at, now, seen.row.occurred_at, &mut problems);
        Ok(Begun::Turn(Box::new(Self {
            at: on.occurred_at.unwrap_or(now),
            institutions,
            problems,
            to,
            change,
            row: seen.row,
        })))
    }

    /// The institution whose verb it is.
    #[must_use]
    pub fn institution(&self) -> Uuid {
        self.institutions[0]
    }

    /// Ends the turn: changes the row if nobody was faster, and records what happened.
    pub async fn end(
        mut self,
        txn: &Txn,
        app: &App,
        call: &Call<'_>,
        detail: Value,
    ) -> Result<Changed<Seen>> {
        std::mem::take(&mut self.problems).finish()?;
        self.row.status = self.to;
        self.row.occurred_at = self.at;
        let change = Change {
            detail,
            ..self.change
        };
        let seen = replace(txn, app, call, self.row, change).await?;
        replay::remember(txn, app, call, seen.row.id).await?;
        Ok(Changed::now(seen))
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

fn refused(from: CriticalStatus, action: Action) -> Error {
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
