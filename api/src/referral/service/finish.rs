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
    refer_back::goes_back,
    turn::{Begun, On, Turn},
};
use crate::{
    app::App,
    auth::Call,
    clock::shanghai_day,
    db::Txn,
    error::{ProblemCode, Result},
    follow_up::service::{self as follow_ups, Plan},
    policy,
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
    /// What is reported.
    pub findings: Findings,
}

/// What a receiver reports.
#[derive(Clone, Debug, Serialize)]
pub struct Findings {
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
    /// The plan that follows a report.
    pub follow_up: Option<Plan>,
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
        write_report(&txn, call, &mut turn, &input.findings, "input").await?;
        let outcome = input.findings.outcome;
        turn.finish(&txn, app, call, json!({ "outcome": outcome }))
            .await
    });
    Ok(covered(call, work.await?))
}

/// Writes the report into the turn's referral and notes what is wrong with it.
pub(super) async fn write_report(
    txn: &Txn,
    call: &Call<'_>,
    turn: &mut Turn,
    findings: &Findings,
    path: &str,
) -> Result<()> {
    let at = |field: &str| format!("{path}.{field}");
    for (field, value) in [
        ("diagnosis", &findings.diagnosis),
        ("treatment", &findings.treatment),
        ("advice", &findings.advice),
    ] {
        text::required(Some(value), 4_000, &at(field), &mut turn.problems);
    }
    text::optional(
        findings.discharge_summary.as_deref(),
        4_000,
        &at("dischargeSummary"),
        &mut turn.problems,
    );
    let admitted = turn.row.care_setting == Some(CareSetting::Inpatient);
    turn.problems.check(
        !admitted || findings.discharge_summary.is_some(),
        at("dischargeSummary"),
        ProblemCode::Required,
        "An inpatient stay is reported with its discharge summary.",
    );
    if let Some(day) = findings.discharged_on {
        let good = day <= shanghai_day(turn.now)
            && turn
                .row
                .arrived_at
                .is_none_or(|arrived| day >= shanghai_day(arrived));
        turn.problems.check(
            good,
            at("dischargedOn"),
            ProblemCode::Order,
            "Between arrival and today.",
        );
    }
    let receiver = turn.row.receiver_id;
    turn.check_practitioner(txn, findings.practitioner, receiver, &at("practitioner"))
        .await?;
    turn.row.report = Some(Report {
        visit_number: turn.row.visit_number.clone(),
        diagnosis: findings.diagnosis.clone(),
        treatment: findings.treatment.clone(),
        outcome: findings.outcome,
        advice: findings.advice.clone(),
        discharge_summary: findings.discharge_summary.clone(),
        discharged_on: findings.discharged_on,
        practitioner: findings.practitioner.or(call.actor.practitioner),
    });
    turn.row.reported_at = Some(turn.at);
    Ok(())
}

/// Closes the loop: the report was read, or a patient who did not come was contacted.
pub async fn close(app: &App, call: &Call<'_>, input: Close) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let mut turn = match Turn::begin(
            &txn,
            app,
            call,
            Action::CloseReferral,
            policy::closing_side(call.actor),
            &input.on,
            &input,
        )
        .await?
        {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        let reported = turn.row.status == ReferralStatus::ReportedBack;
        let asks_what_follows = reported
            && turn.row.direction != Some(ReferralDirection::Down)
            && input.follow_up.is_none()
            && !goes_back(&txn, turn.row.id).await?
            && !follow_ups::has_open(&txn, turn.row.id).await?;
        let plan = input.follow_up.as_ref();
        if let Some(plan) = plan {
            let (row, path) = (turn.row.clone(), "input.followUp");
            follow_ups::check_plan(&txn, app, plan, &row, path, &mut turn.problems).await?;
        }
        let problems = &mut turn.problems;
        problems.check(
            plan.is_none() || reported,
            "input.followUp",
            ProblemCode::NotAllowed,
            "Who did not come is not followed up.",
        );
        problems.check(
            plan.is_none() || input.no_follow_up.is_none(),
            "input.noFollowUp",
            ProblemCode::Inconsistent,
            "Either something follows, or nothing does.",
        );
        problems.check(
            !asks_what_follows || input.no_follow_up.is_some(),
            "input.noFollowUp",
            ProblemCode::Required,
            "Say why nothing follows the report, or what does.",
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
            unread: false,
        });
        let at = turn.at;
        let detail = json!({ "note": input.note });
        let closed = turn.finish(&txn, app, call, detail).await?;
        if let Some(plan) = plan {
            follow_ups::plan_in(&txn, app, call, &closed.object.row, plan, at).await?;
        }
        Ok(closed)
    });
    Ok(covered(call, work.await?))
}
