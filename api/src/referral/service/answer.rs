//! The receiver's answer: return for missing items, accept, or reject.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, ReferralStatus, RejectionReason, Side},
    json::Texts,
    referral_content::Rejection,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::turn::{Begun, On, Turn};
use crate::{
    app::App,
    auth::Call,
    error::{ProblemCode, Problems, Result},
    record::replay::Changed,
    referral::{leg, seen::Seen},
    text,
};

/// Most items that one return can name.
const ITEMS: usize = 20;

/// What is missing.
#[derive(Clone, Debug, Serialize)]
pub struct Return {
    /// Which referral.
    pub on: On,
    /// What the sender is to add.
    pub missing_items: Vec<String>,
}

/// The receiver takes the patient.
#[derive(Clone, Debug, Serialize)]
pub struct Accept {
    /// Which referral.
    pub on: On,
    /// The department that takes the patient.
    pub department: Option<Uuid>,
    /// The practitioner who takes the patient.
    pub practitioner: Option<Uuid>,
    /// When the patient is expected.
    pub planned_at: Option<DateTime<Utc>>,
    /// The pool of which a bed is held.
    pub bed_pool: Option<Uuid>,
    /// The slot in which a place is held.
    pub slot: Option<Uuid>,
    /// A word to the sender.
    pub note: Option<String>,
}

/// The receiver does not take the patient.
#[derive(Clone, Debug, Serialize)]
pub struct Reject {
    /// Which referral.
    pub on: On,
    /// Why.
    pub reason: RejectionReason,
    /// Why, in words.
    pub text: Option<String>,
}

/// Sends a referral back to its sender for what is missing.
pub async fn return_for_completion(
    app: &App,
    call: &Call<'_>,
    input: Return,
) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::ReturnReferral,
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
            leg::may_return(turn.row.leg),
            "input.referral",
            ProblemCode::NotAllowed,
            "It has been sent back often enough; accept or reject it.",
        );
        let items = &input.missing_items;
        turn.problems.check(
            !items.is_empty(),
            "input.missingItems",
            ProblemCode::Required,
            "Say what is missing.",
        );
        turn.problems.check(
            items.len() <= ITEMS,
            "input.missingItems",
            ProblemCode::TooLarge,
            format!("At most {ITEMS} items."),
        );
        for (place, item) in items.iter().enumerate() {
            text::required(
                Some(item),
                200,
                &format!("input.missingItems[{place}]"),
                &mut turn.problems,
            );
        }
        turn.row.missing_items = Some(Texts(items.clone()));
        turn.finish(&txn, app, call, json!({ "note": items.join("; ") }))
            .await
    });
    Ok(covered(call, work.await?))
}

/// Takes the patient. It is the receiver that does, whoever says so there: of two colleagues who say the same, the second is told that it is done.
pub async fn accept(app: &App, call: &Call<'_>, input: Accept) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::AcceptReferral,
            Side::Receiver,
            &input.on,
            &input,
        )
        .await?
        {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        let receiver = turn.row.receiver_id;
        let has_departments = receiver
            .and_then(|id| turn.directory.departments_of.get(&id))
            .is_some_and(|departments| !departments.is_empty());
        let department = input.department.or(turn.row.receiver_department_id);
        turn.problems.check(
            department.is_some() || !has_departments,
            "input.department",
            ProblemCode::Required,
            "Name the department that takes the patient.",
        );
        turn.check_department(input.department, receiver, "input.department");
        turn.check_practitioner(&txn, input.practitioner, receiver, "input.practitioner")
            .await?;
        text::optional(
            input.note.as_deref(),
            1_000,
            "input.note",
            &mut turn.problems,
        );
        check_planned(&mut turn, input.planned_at);

        turn.row.receiver_department_id = department;
        turn.row.receiver_practitioner_id =
            input.practitioner.or(turn.row.receiver_practitioner_id);
        turn.row.planned_at = input.planned_at.or(turn.row.planned_at);
        turn.hold(&txn, input.bed_pool, input.slot).await?;
        turn.row.accepted = true;
        turn.finish(&txn, app, call, json!({ "note": input.note }))
            .await
    });
    Ok(covered(call, work.await?))
}

/// A patient who is there already is not planned; any other is, unless they are on the road.
fn check_planned(turn: &mut Turn, planned_at: Option<DateTime<Utc>>) {
    let path = "input.plannedAt";
    match (turn.row.status, planned_at) {
        (ReferralStatus::Arrived, Some(_)) => turn.problems.add(
            path,
            ProblemCode::NotAllowed,
            "The patient has arrived already.",
        ),
        (ReferralStatus::Submitted, None) => turn.problems.add(
            path,
            ProblemCode::Required,
            "Say when the patient is expected.",
        ),
        (_, Some(planned)) => turn.problems.check(
            planned >= turn.at,
            path,
            ProblemCode::Order,
            "Not in the past.",
        ),
        _ => {}
    }
}

/// Does not take the patient.
pub async fn reject(app: &App, call: &Call<'_>, input: Reject) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::RejectReferral,
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
        turn.row.rejection = Some(Rejection {
            reason: input.reason,
            text: input.text.clone(),
            patient_informed: None,
        });
        turn.finish(
            &txn,
            app,
            call,
            json!({ "note": input.text, "reason": input.reason }),
        )
        .await
    });
    Ok(covered(call, work.await?))
}

/// Notes what is wrong with why a patient is not taken.
pub fn check_reason(reason: RejectionReason, words: Option<&str>, problems: &mut Problems) {
    problems.check(
        reason != RejectionReason::Other || words.is_some(),
        "input.text",
        ProblemCode::Required,
        "OTHER needs a text.",
    );
    text::optional(words, 1_000, "input.text", problems);
}

/// The change's own audit entry covers what its answer shows of the patient.
#[must_use]
pub fn covered(call: &Call<'_>, changed: Changed<Seen>) -> Changed<Seen> {
    call.actor.request.cover(changed.object.row.patient_id);
    changed
}
