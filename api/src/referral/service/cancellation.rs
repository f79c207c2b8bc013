//! Cancelling what was accepted: the sender asks, the receiver confirms or declines.

use entity::enums::{Action, Side};
use serde::Serialize;
use serde_json::json;

use super::{
    answer::covered,
    turn::{Begun, On, Turn},
};
use crate::{
    app::App, auth::Call, error::Result, record::replay::Changed, referral::seen::Seen, text,
};

/// The sender asks to cancel.
#[derive(Clone, Debug, Serialize)]
pub struct RequestCancellation {
    /// Which referral.
    pub on: On,
    /// Why.
    pub reason: String,
}

/// The receiver's answer to that.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerCancellation {
    /// Which referral.
    pub on: On,
    /// A word to the sender.
    pub note: Option<String>,
}

/// Asks the receiver to cancel what it has accepted.
pub async fn request_cancellation(
    app: &App,
    call: &Call<'_>,
    input: RequestCancellation,
) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::RequestReferralCancellation,
            Side::Sender,
            &input.on,
            &input,
        )
        .await?
        {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        text::required(
            Some(&input.reason),
            1_000,
            "input.reason",
            &mut turn.problems,
        );
        turn.finish(&txn, app, call, json!({ "note": input.reason }))
            .await
    });
    Ok(covered(call, work.await?))
}

/// Cancels, as the sender asked.
pub async fn confirm_cancellation(
    app: &App,
    call: &Call<'_>,
    input: AnswerCancellation,
) -> Result<Changed<Seen>> {
    answer(app, call, Action::ConfirmReferralCancellation, input).await
}

/// Does not cancel: the referral is what it was before the sender asked.
pub async fn decline_cancellation(
    app: &App,
    call: &Call<'_>,
    input: AnswerCancellation,
) -> Result<Changed<Seen>> {
    answer(app, call, Action::DeclineReferralCancellation, input).await
}

async fn answer(
    app: &App,
    call: &Call<'_>,
    action: Action,
    input: AnswerCancellation,
) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn =
            match Turn::begin(&txn, app, call, action, Side::Receiver, &input.on, &input).await? {
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
