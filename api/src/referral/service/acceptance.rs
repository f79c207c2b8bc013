//! What a receiver changes of its acceptance: another time, or none after all.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, RejectionReason, Side},
    referral_content::Rejection,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    answer::{check_reason, covered},
    turn::{Begun, On, Turn},
};
use crate::{
    app::App,
    auth::Call,
    error::{ProblemCode, Result},
    record::replay::Changed,
    referral::seen::Seen,
    text,
};

/// The patient is expected at another time.
#[derive(Clone, Debug, Serialize)]
pub struct Reschedule {
    /// Which referral.
    pub on: On,
    /// When the patient is expected now.
    pub planned_at: DateTime<Utc>,
    /// The pool of which a bed is held from now on.
    pub bed_pool: Option<Uuid>,
    /// The slot in which a place is held from now on.
    pub slot: Option<Uuid>,
    /// A word to the sender.
    pub note: Option<String>,
}

/// The receiver cannot take the patient after all.
#[derive(Clone, Debug, Serialize)]
pub struct Revoke {
    /// Which referral.
    pub on: On,
    /// Why.
    pub reason: RejectionReason,
    /// Why, in words.
    pub text: Option<String>,
    /// Whether the patient was told.
    pub patient_informed: bool,
}

/// Expects an accepted patient at another time, and holds the bed or slot that is named in place of the one that was.
pub async fn reschedule(app: &App, call: &Call<'_>, input: Reschedule) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::RescheduleReferral,
            Side::Receiver,
            &input.on,
            &input,
        )
        .await?
        {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        turn.problems.check(
            input.planned_at >= turn.at,
            "input.plannedAt",
            ProblemCode::Order,
            "Not in the past.",
        );
        text::optional(
            input.note.as_deref(),
            1_000,
            "input.note",
            &mut turn.problems,
        );
        let before = turn.row.planned_at.replace(input.planned_at);
        turn.hold_anew(&txn, input.bed_pool, input.slot).await?;
        let detail = json!({ "note": input.note, "before": { "plannedAt": before } });
        turn.finish(&txn, app, call, detail).await
    });
    Ok(covered(call, work.await?))
}

/// Takes an acceptance back: for the sender the referral is rejected, and says whether the patient knows.
pub async fn revoke_acceptance(app: &App, call: &Call<'_>, input: Revoke) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::RevokeReferralAcceptance,
            Side::Receiver,
            &input.on,
            &input,
        )
        .await?
        {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        check_reason(input.reason, input.text.as_deref(), &mut turn.problems);
        turn.row.accepted = false;
        turn.row.rejection = Some(Rejection {
            reason: input.reason,
            text: input.text.clone(),
            patient_informed: Some(input.patient_informed),
        });
        let detail = json!({ "note": input.text, "reason": input.reason });
        turn.finish(&txn, app, call, detail).await
    });
    Ok(covered(call, work.await?))
}
