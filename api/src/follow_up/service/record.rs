//! What a follow-up found; downward, the first one reports back.

use entity::{
    enums::{Action, FollowUpResult, FollowUpWay, TreatmentOutcome},
    follow_up::{Readings, Record},
    referral,
    referral_content::Report,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::turn::{Begun, On, Turn, covered};
use crate::{
    app::App,
    auth::Call,
    error::Result,
    follow_up::{reading, seen::Seen},
    record::replay::{self, Changed},
    referral::service::{self as referrals, check_practitioner},
    text,
};

/// A patient who was followed up.
#[derive(Clone, Debug, Serialize)]
pub struct Recording {
    /// Which follow-up.
    pub on: On,
    /// How.
    pub way: FollowUpWay,
    /// What was found.
    pub result: FollowUpResult,
    /// In words.
    pub note: String,
    /// Advice to the patient.
    pub advice: Option<String>,
    /// What was measured.
    pub readings: Option<Readings>,
    /// Who followed the patient up; the actor where none is named.
    pub practitioner: Option<Uuid>,
}

/// Records what a follow-up found.
pub async fn record(app: &App, call: &Call<'_>, input: Recording) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let action = Action::RecordFollowUp;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        let problems = &mut turn.problems;
        text::required(Some(&input.note), 4_000, "input.note", problems);
        text::optional(input.advice.as_deref(), 4_000, "input.advice", problems);
        if let Some(readings) = &input.readings {
            reading::check(readings, "input.readings", problems);
        }
        let institution = Some(turn.row.institution_id);
        check_practitioner(
            &txn,
            input.practitioner,
            institution,
            "input.practitioner",
            problems,
        )
        .await?;
        let record = Record {
            way: input.way,
            result: input.result,
            note: input.note.clone(),
            advice: input.advice.clone(),
            readings: input.readings,
            practitioner: input.practitioner.or(call.actor.practitioner),
        };
        turn.row.record = Some(record.clone());
        turn.row.done_at = Some(turn.at);
        let (at, followed) = (turn.at, turn.row.referral_id);
        let detail = json!({ "result": input.result });
        let done = turn.finish(&txn, app, call, detail).await?;
        let report = |down: &referral::Model| report(down, &record);
        referrals::report_follow_up(&txn, app, call, followed, at, report).await?;
        replay::remember(&txn, app, call, done.object.row.id).await?;
        Ok(done)
    });
    Ok(covered(call, work.await?))
}

/// What a follow-up tells the sender of a DOWN referral.
fn report(down: &referral::Model, record: &Record) -> Report {
    let principal = down.content.diagnoses.iter().find(|one| one.principal);
    let diagnosis = down
        .content
        .handover
        .as_ref()
        .and_then(|handover| handover.discharge_diagnosis.clone())
        .or_else(|| principal.map(|diagnosis| diagnosis.text.clone()))
        .unwrap_or_default();
    let outcome = match record.result {
        FollowUpResult::Controlled => TreatmentOutcome::Improved,
        FollowUpResult::Uncontrolled
        | FollowUpResult::AdverseReaction
        | FollowUpResult::Complication => TreatmentOutcome::Unchanged,
    };
    Report {
        visit_number: down.visit_number.clone(),
        diagnosis,
        treatment: record.note.clone(),
        outcome,
        advice: record.advice.clone().unwrap_or_default(),
        discharge_summary: None,
        discharged_on: None,
        practitioner: record.practitioner,
    }
}
