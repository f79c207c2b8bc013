//! How a referral ends: withdrawn, reported back, closed.

use chrono::NaiveDate;
use entity::{
    enums::{
        Action, CareSetting, ContactOutcome, NoFollowUpReason, ReferralDirection, ReferralStatus,
        Side, TreatmentOutcome,
    },
    referral_content::{Closure, Report},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    answer::covered,
    turn::{Begun, On, Turn},
};
use crate::{
    app::App,
    auth::Call,
    clock::shanghai_day,
    error::{ProblemCode, Result},
    record::replay::Changed,
    referral::seen::Seen,
    text,
};

/// The sender takes it back.
#[derive(Clone, Debug, Serialize)]
pub struct Withdraw {
    /// Which referral.
    pub on: On,
    /// Why.
    pub reason: String,
}

/// What was found and done.
#[derive(Clone, Debug, Serialize)]
pub struct ReportBack {
    /// Which referral.
    pub on: On,
    /// Diagnosis.
    pub diagnosis: String,
    /// Treatment.
    pub treatment: String,
    /// Outcome.
    pub outcome: TreatmentOutcome,
    /// Advice to the sender.
    pub advice: String,
    /// Discharge summary, required after an inpatient stay.
    pub discharge_summary: Option<String>,
    /// Day of discharge.
    pub discharged_on: Option<NaiveDate>,
    /// The practitioner who reports; the actor where none is named.
    pub practitioner: Option<Uuid>,
}

/// The sender closes the loop.
#[derive(Clone, Debug, Serialize)]
pub struct Close {
    /// Which referral.
    pub on: On,
    /// Why nothing follows a report.
    pub no_follow_up: Option<NoFollowUpReason>,
    /// What came of contacting a patient who did not come.
    pub contact: Option<ContactOutcome>,
    /// A note.
    pub note: Option<String>,
    /// Satisfaction, 1 to 5.
    pub satisfaction: Option<i32>,
}

/// Takes a referral back before the patient was accepted.
pub async fn withdraw(app: &App, call: &Call<'_>, input: Withdraw) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::WithdrawReferral,
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
        turn.row.answer_due_at = None;
        turn.finish(&txn, app, call, json!({ "note": input.reason }))
            .await
    });
    Ok(covered(call, work.await?))
}

/// Tells the sender what was found and done.
pub async fn report_back(app: &App, call: &Call<'_>, input: ReportBack) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::ReportBack,
            Side::Receiver,
            &input.on,
            &input,
        )
        .await?
        {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        for (field, value) in [
            ("diagnosis", &input.diagnosis),
            ("treatment", &input.treatment),
            ("advice", &input.advice),
        ] {
            text::required(
                Some(value),
                4_000,
                &format!("input.{field}"),
                &mut turn.problems,
            );
        }
        text::optional(
            input.discharge_summary.as_deref(),
            4_000,
            "input.dischargeSummary",
            &mut turn.problems,
        );
        let admitted = turn.row.care_setting == Some(CareSetting::Inpatient);
        turn.problems.check(
            !admitted || input.discharge_summary.is_some(),
            "input.dischargeSummary",
            ProblemCode::Required,
            "An inpatient stay is reported with its discharge summary.",
        );
        if let Some(day) = input.discharged_on {
            let good = day <= shanghai_day(turn.now)
                && turn
                    .row
                    .arrived_at
                    .is_none_or(|arrived| day >= shanghai_day(arrived));
            turn.problems.check(
                good,
                "input.dischargedOn",
                ProblemCode::Order,
                "Between arrival and today.",
            );
        }
        let receiver = turn.row.receiver_id;
        turn.check_practitioner(&txn, input.practitioner, receiver, "input.practitioner")
            .await?;
        turn.row.report = Some(Report {
            visit_number: turn.row.visit_number.clone(),
            diagnosis: input.diagnosis.clone(),
            treatment: input.treatment.clone(),
            outcome: input.outcome,
            advice: input.advice.clone(),
            discharge_summary: input.discharge_summary.clone(),
            discharged_on: input.discharged_on,
            practitioner: input.practitioner.or(call.actor.practitioner),
        });
        turn.row.reported_at = Some(turn.at);
        turn.row.answer_due_at = None;
        turn.finish(&txn, app, call, json!({ "outcome": input.outcome }))
            .await
    });
    Ok(covered(call, work.await?))
}

/// Closes the loop: the report was read, or a patient who did not come was contacted.
pub async fn close(app: &App, call: &Call<'_>, input: Close) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::CloseReferral,
            Side::Sender,
            &input.on,
            &input,
        )
        .await?
        {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        let reported = turn.row.status == ReferralStatus::ReportedBack;
        let asks_what_follows = reported && turn.row.direction != Some(ReferralDirection::Down);
        let problems = &mut turn.problems;
        problems.check(
            !asks_what_follows || input.no_follow_up.is_some(),
            "input.noFollowUp",
            ProblemCode::Required,
            "Say why nothing follows the report.",
        );
        problems.check(
            reported || input.no_follow_up.is_none(),
            "input.noFollowUp",
            ProblemCode::NotAllowed,
            "There is no report to follow.",
        );
        problems.check(
            reported || input.contact.is_some(),
            "input.contact",
            ProblemCode::Required,
            "Say what came of contacting the patient.",
        );
        problems.check(
            !reported || input.contact.is_none(),
            "input.contact",
            ProblemCode::NotAllowed,
            "The patient came.",
        );
        let stars = input.satisfaction.unwrap_or(1);
        for (good, code) in [
            (stars >= 1, ProblemCode::TooSmall),
            (stars <= 5, ProblemCode::TooLarge),
        ] {
            problems.check(good, "input.satisfaction", code, "From 1 to 5.");
        }
        text::optional(input.note.as_deref(), 1_000, "input.note", problems);
        turn.row.closure = Some(Closure {
            no_follow_up: input.no_follow_up,
            contact: input.contact,
            note: input.note.clone(),
            satisfaction: input.satisfaction,
        });
        turn.finish(&txn, app, call, json!({ "note": input.note }))
            .await
    });
    Ok(covered(call, work.await?))
}
