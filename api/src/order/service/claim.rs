//! Claiming an order to work on it, and putting it back: of two diagnosticians one wins.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, CentreKind},
    practitioner,
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    place::LINE,
    turn::{Begun, On, Turn, begin, covered},
};
use crate::{
    app::App,
    auth::Call,
    capacity::hold,
    db::Txn,
    error::{ProblemCode, Result},
    network::service as network,
    order::seen::Seen,
    record::replay::Changed,
    referral::service::check_practitioner,
    text,
};

/// An order to be claimed.
#[derive(Clone, Debug, Serialize)]
pub struct Claim {
    /// Which.
    pub on: On,
    /// Who works on it; the caller where nobody is named.
    pub practitioner: Option<Uuid>,
    /// The agreed time of a consultation.
    pub planned_at: Option<DateTime<Utc>>,
    /// The session of the expert in which a place is held for it.
    pub slot: Option<Uuid>,
}

/// An order to be put back.
#[derive(Clone, Debug, Serialize)]
pub struct Release {
    /// Which.
    pub on: On,
    /// Why.
    pub note: Option<String>,
}

/// Claims an order, and holds the place in a session that is named for a consultation. Two colleagues who say the same do not mean the same: whoever comes second is not told that they have it.
pub async fn claim(app: &App, call: &Call<'_>, input: Claim) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let said = (&input, call.actor.account);
        let begun = begin(&txn, app, call, Action::ClaimOrder, &input.on, &said).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        let by = input.practitioner.or(call.actor.practitioner);
        let who = check_who(&txn, &mut turn, input.practitioner, by).await?;
        let consultation = turn.row.kind == CentreKind::RemoteConsultation;
        let (path, problems) = ("input.plannedAt", &mut turn.problems);
        match (consultation, input.planned_at) {
            (true, None) => {
                let message = "Say when the consultation is to be.";
                problems.add(path, ProblemCode::Required, message);
            }
            (false, Some(_)) => {
                let message = "For a consultation alone.";
                problems.add(path, ProblemCode::NotAllowed, message);
            }
            (_, planned) => {
                let ahead = planned.is_none_or(|planned| planned >= turn.at);
                let message = "Not before it is agreed.";
                problems.check(ahead, path, ProblemCode::Order, message);
            }
        }
        check_slot(&txn, &mut turn, &input, who.as_ref()).await?;
        turn.row.planned_at = input.planned_at;
        turn.row.claimed_by_id = by;
        turn.row.claimed_account_id = Some(call.actor.account);
        turn.end(&txn, app, call, Value::Null).await
    });
    Ok(covered(call, work.await?))
}

/// An expert may come from any hospital; whoever reads images works at the centre's. Gives back the expert of a consultation.
async fn check_who(
    txn: &Txn,
    turn: &mut Turn,
    named: Option<Uuid>,
    by: Option<Uuid>,
) -> Result<Option<practitioner::Model>> {
    let path = "input.practitioner";
    if turn.row.kind != CentreKind::RemoteConsultation {
        let host = Some(turn.row.host_id);
        check_practitioner(txn, named, host, path, &mut turn.problems).await?;
        return Ok(None);
    }
    let found = match by {
        Some(id) => network::practitioner(txn, id).await?,
        None => None,
    };
    let known = named.is_none() || found.as_ref().is_some_and(|found| found.active);
    let message = "No practitioner of the network.";
    turn.problems
        .check(known, path, ProblemCode::UnknownId, message);
    Ok(found.filter(|_| known))
}

/// The place in a session of the expert that is held for a consultation, where one is named.
async fn check_slot(
    txn: &Txn,
    turn: &mut Turn,
    input: &Claim,
    expert: Option<&practitioner::Model>,
) -> Result<()> {
    let Some(slot) = input.slot else {
        return Ok(());
    };
    if turn.row.kind != CentreKind::RemoteConsultation {
        let message = "For a consultation alone.";
        turn.problems
            .add("input.slot", ProblemCode::NotAllowed, message);
        return Ok(());
    }
    let (planned, at) = (input.planned_at, turn.at);
    turn.holds = hold::check_expert(txn, slot, expert, planned, at, &mut turn.problems).await?;
    Ok(())
}

/// Puts an order back for somebody else: its claimer, or a colleague when the claimer has gone off shift.
pub async fn release(app: &App, call: &Call<'_>, input: Release) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let begun = begin(&txn, app, call, Action::ReleaseOrder, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        text::optional(
            input.note.as_deref(),
            LINE,
            "input.note",
            &mut turn.problems,
        );
        drop_claim(&mut turn);
        turn.end(
            &txn,
            app,
            call,
            input
                .note
                .as_ref()
                .map_or(Value::Null, |note| json!({ "note": note })),
        )
        .await
    });
    Ok(covered(call, work.await?))
}

/// Nobody works on it any more; of a consultation the agreed time is off.
pub(super) fn drop_claim(turn: &mut Turn) {
    let row = &mut turn.row;
    row.claimed_by_id = None;
    row.claimed_account_id = None;
    if row.kind == CentreKind::RemoteConsultation {
        row.planned_at = None;
        row.started_at = None;
        row.due_at = None;
    }
}
