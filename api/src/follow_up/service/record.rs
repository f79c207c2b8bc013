//! What a follow-up found; downward, the first one reports back.

use entity::{
    enums::{Action, FollowUpResult, FollowUpSign, FollowUpStatus, FollowUpWay, TreatmentOutcome},
    follow_up::{self, Readings, Record},
    referral,
    referral_content::Report,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::turn::{Begun, On, Turn, covered};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::Result,
    family_doctor::service as family_doctors,
    follow_up::{
        reading::{self, Found},
        seen::Seen,
    },
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
    /// Signs of danger that were seen or told.
    pub signs: Vec<FollowUpSign>,
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
        reading::check_signs(&input.signs, "input.signs", problems);
        let institution = place_of(&txn, app, &turn.row, input.practitioner).await?;
        check_practitioner(
            &txn,
            input.practitioner,
            institution,
            "input.practitioner",
            problems,
        )
        .await?;
        let before = before(&txn, &turn.row).await?;
        let found = Found {
            template: turn.row.template,
            readings: input.readings.unwrap_or_default(),
            signs: &input.signs,
            result: input.result,
            before,
        };
        let record = Record {
            alerts: reading::alerts(&found),
            signs: input.signs.clone(),
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
        let detail = json!({ "result": input.result, "alerts": record.alerts });
        let done = turn.finish(&txn, app, call, detail).await?;
        let report = |down: &referral::Model| report(down, &record);
        referrals::report_follow_up(&txn, app, call, followed, at, report).await?;
        replay::remember(&txn, app, call, done.object.row.id).await?;
        Ok(done)
    });
    Ok(covered(call, work.await?))
}

/// What the last follow-up of the plan before this one found.
async fn before(txn: &Txn, row: &follow_up::Model) -> Result<Option<FollowUpResult>> {
    let last = follow_up::Entity::find()
        .filter(follow_up::Column::PlanId.eq(row.plan_id))
        .filter(follow_up::Column::Status.eq(FollowUpStatus::Done))
        .filter(follow_up::Column::Id.ne(row.id))
        .order_by_desc(follow_up::Column::DoneAt)
        .order_by_desc(follow_up::Column::Number)
        .one(&**txn)
        .await?;
    Ok(last
        .and_then(|last| last.record)
        .map(|record| record.result))
}

/// Where whoever did it works: a member of the team that is to do it where they do, the institution that is to do it for everybody else.
async fn place_of(
    txn: &Txn,
    app: &App,
    row: &follow_up::Model,
    practitioner: Option<Uuid>,
) -> Result<Option<Uuid>> {
    if let (Some(team), Some(practitioner)) = (row.team_id, practitioner)
        && let Some(place) = family_doctors::workplace(txn, app, team, practitioner).await?
    {
        return Ok(Some(place));
    }
    Ok(Some(row.institution_id))
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
