//! What the verbs of a critical value on record have in common, from finding it to recording what happened.

use chrono::{DateTime, Utc};
use entity::{
    critical_value,
    enums::{Action, CriticalStatus},
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::write::{Change, note_replay, replace};
use crate::{
    app::App,
    auth::{Actor, Call},
    critical_value::{
        seen::{self, Seen},
        state,
    },
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    policy,
    record::replay::{self, Changed},
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
    action: Action,
    to: CriticalStatus,
    basis: &'static str,
    input_hash: [u8; 32],
}

/// What came of beginning a turn.
pub enum Begun {
    /// It may go on.
    Turn(Box<Turn>),
    /// It was taken before; this is the critical value now.
    Before(Box<Seen>),
}

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
        let input_hash = replay::input_hash(input)?;
        let to = match follow(actor, action, on, &seen.row) {
            Ok(to) => to,
            Err(refusal @ Error::InvalidInput(_)) => return Err(refusal),
            Err(refusal) => {
                let (id, by) = (seen.row.id, Some(institution));
                if replay::was_last(txn, id, action, by, input_hash).await? {
                    return before(txn, app, call, action, seen).await;
                }
                return Err(refusal);
            }
        };
        let mut problems = Problems::default();
        let now = app.now();
        check_time(on.occurred_at, now, seen.row.occurred_at, &mut problems);
        Ok(Begun::Turn(Box::new(Self {
            at: on.occurred_at.unwrap_or(now),
            institutions,
            problems,
            action,
            to,
            basis: seen.party.basis.code(),
            input_hash,
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
        let institution = self.institution();
        self.row.status = self.to;
        self.row.occurred_at = self.at;
        let change = Change {
            action: self.action,
            institution,
            input_hash: self.input_hash,
            basis: self.basis,
            detail,
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
    note_replay(txn, app, call.actor, action, &seen).await?;
    Ok(Begun::Before(Box::new(seen)))
}

/// The status that the verb leads to, at the version that the caller saw.
fn follow(
    actor: &Actor,
    action: Action,
    on: &On,
    row: &critical_value::Model,
) -> Result<CriticalStatus> {
    match on.version {
        None if policy::must_name_version(actor) => {
            return Err(Error::invalid(
                "input.version",
                ProblemCode::Required,
                "Name the version that you saw.",
            ));
        }
        Some(version) if version != row.version => {
            return Err(Error::Conflict {
                current_version: Some(row.version),
                problems: vec![Problem::new(
                    "input.version",
                    ProblemCode::Version,
                    "The critical value has changed since.",
                )],
            });
        }
        _ => {}
    }
    state::next(row.status, action).ok_or_else(|| Error::InvalidTransition {
        from: row.status.code(),
        action,
        allowed: state::following(row.status).collect(),
        reason: None,
    })
}

/// The change's own audit entry covers what its answer shows of the patient.
#[must_use]
pub fn covered(call: &Call<'_>, changed: Changed<Seen>) -> Changed<Seen> {
    call.actor.request.cover(changed.object.row.patient_id);
    changed
}
