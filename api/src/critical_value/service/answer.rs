//! Acknowledging a critical value, and saying what was done about it.

use entity::enums::{Action, CriticalChannel, Role};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    raise::LONG,
    turn::{Begun, On, Turn, covered},
};
use crate::{
    app::App,
    auth::Call,
    critical_value::seen::Seen,
    db::Txn,
    error::{ProblemCode, Result},
    network::service::practitioner,
    record::replay::Changed,
    text,
};

/// A critical value that somebody knows.
#[derive(Clone, Debug, Serialize)]
pub struct Acknowledge {
    /// Which.
    pub on: On,
    /// What was read back.
    pub read_back: String,
    /// By which way it was told.
    pub channel: CriticalChannel,
    /// Who knows it; the caller where nobody is named.
    pub acknowledged_by: Option<Uuid>,
}

/// A critical value on which somebody has acted.
#[derive(Clone, Debug, Serialize)]
pub struct Resolve {
    /// Which.
    pub on: On,
    /// What was done.
    pub resolution: String,
}

/// Acknowledges a critical value: a person at an institution that it is addressed to has read it back; its clock ends.
pub async fn acknowledge(app: &App, call: &Call<'_>, input: Acknowledge) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let action = Action::AcknowledgeCriticalValue;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        let problems = &mut turn.problems;
        text::required(Some(&input.read_back), LONG, "input.readBack", problems);
        let by = input.acknowledged_by.or(call.actor.practitioner);
        let at = check_who(&txn, call, &mut turn, input.acknowledged_by).await?;
        let row = &mut turn.row;
        row.acknowledged_by_id = by;
        row.acknowledged_for_id = Some(at);
        row.acknowledged_at = Some(turn.at);
        row.read_back = Some(input.read_back.clone());
        row.channel = Some(input.channel);
        let detail = json!({ "channel": input.channel });
        turn.end(&txn, app, call, detail).await
    });
    Ok(covered(call, work.await?))
}

/// The institution of whoever knows it: one that the caller answers for, the practitioner's own where one is named.
async fn check_who(
    txn: &Txn,
    call: &Call<'_>,
    turn: &mut Turn,
    named: Option<Uuid>,
) -> Result<Uuid> {
    let path = "input.acknowledgedBy";
    let first = turn.institution();
    let Some(id) = named else {
        let system = call.actor.has(Role::Integration);
        let message = "A system names who read it back.";
        turn.problems
            .check(!system, path, ProblemCode::Required, message);
        return Ok(first);
    };
    let found = practitioner(txn, id).await?.filter(|found| found.active);
    let at = found.map(|found| found.institution_id);
    let at = at.filter(|at| turn.institutions.contains(at));
    let message = "No practitioner of an institution that you answer for.";
    turn.problems
        .check(at.is_some(), path, ProblemCode::UnknownId, message);
    Ok(at.unwrap_or(first))
}

/// Says what was done about a critical value.
pub async fn resolve(app: &App, call: &Call<'_>, input: Resolve) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let action = Action::ResolveCriticalValue;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        let problems = &mut turn.problems;
        text::required(Some(&input.resolution), LONG, "input.resolution", problems);
        turn.row.resolution = Some(input.resolution.clone());
        turn.row.resolved_at = Some(turn.at);
        turn.end(&txn, app, call, json!({})).await
    });
    Ok(covered(call, work.await?))
}
