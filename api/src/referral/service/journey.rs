//! The patient's journey: leaves, arrives, does not come, is being treated.

use entity::enums::{Action, Side, Transport};
use serde::Serialize;
use serde_json::json;

use super::{
    answer::covered,
    completion::needs_visit_number,
    refer_back::close_previous,
    turn::{Begun, On, Turn},
};
use crate::{
    app::App, auth::Call, error::Result, record::replay::Changed, referral::seen::Seen, text,
};

/// The patient leaves.
#[derive(Clone, Debug, Serialize)]
pub struct Depart {
    /// Which referral.
    pub on: On,
    /// How the patient travels.
    pub transport: Transport,
    /// A word to the receiver.
    pub note: Option<String>,
}

/// The patient arrives.
#[derive(Clone, Debug, Serialize)]
pub struct Arrive {
    /// Which referral; `occurred_at` is the time of arrival.
    pub on: On,
    /// A word to the sender.
    pub note: Option<String>,
}

/// The patient does not come.
#[derive(Clone, Debug, Serialize)]
pub struct NoShow {
    /// Which referral.
    pub on: On,
    /// A word to the sender.
    pub note: Option<String>,
}

/// Treatment begins.
#[derive(Clone, Debug, Serialize)]
pub struct Treat {
    /// Which referral.
    pub on: On,
    /// Visit or admission number at the receiver.
    pub visit_number: Option<String>,
}

/// Records that the patient has left the sender.
pub async fn record_departure(app: &App, call: &Call<'_>, input: Depart) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::RecordDeparture,
            Side::Sender,
            &input.on,
            &input,
        )
        .await?
        {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        text::optional(
            input.note.as_deref(),
            1_000,
            "input.note",
            &mut turn.problems,
        );
        turn.row.content.transport = Some(input.transport);
        turn.row.departed_at = Some(turn.at);
        turn.finish(&txn, app, call, json!({ "note": input.note }))
            .await
    });
    Ok(covered(call, work.await?))
}

/// Records that the patient has come; where nobody had answered, this is the answer.
pub async fn record_arrival(app: &App, call: &Call<'_>, input: Arrive) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::RecordArrival,
            Side::Receiver,
            &input.on,
            &input,
        )
        .await?
        {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        text::optional(
            input.note.as_deref(),
            1_000,
            "input.note",
            &mut turn.problems,
        );
        turn.row.arrived_at = Some(turn.at);
        let detail = json!({ "note": input.note });
        let arrived = turn.finish(&txn, app, call, detail).await?;
        close_previous(&txn, app, call, &arrived.object.row).await?;
        Ok(arrived)
    });
    Ok(covered(call, work.await?))
}

/// Records that the patient has not come in time.
pub async fn record_no_show(app: &App, call: &Call<'_>, input: NoShow) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::RecordNoShow,
            Side::Receiver,
            &input.on,
            &input,
        )
        .await?
        {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        text::optional(
            input.note.as_deref(),
            1_000,
            "input.note",
            &mut turn.problems,
        );
        turn.finish(&txn, app, call, json!({ "note": input.note }))
            .await
    });
    Ok(covered(call, work.await?))
}

/// Records that treatment has begun.
pub async fn start_treatment(app: &App, call: &Call<'_>, input: Treat) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::StartTreatment,
            Side::Receiver,
            &input.on,
            &input,
        )
        .await?
        {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        if needs_visit_number(turn.row.direction) {
            text::required(
                input.visit_number.as_deref(),
                50,
                "input.visitNumber",
                &mut turn.problems,
            );
        } else {
            text::optional(
                input.visit_number.as_deref(),
                50,
                "input.visitNumber",
                &mut turn.problems,
            );
        }
        turn.row.visit_number.clone_from(&input.visit_number);
        turn.finish(&txn, app, call, json!({})).await
    });
    Ok(covered(call, work.await?))
}
