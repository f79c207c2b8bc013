//! What happens to the rest of a plan: another institution takes it over, or it ends.

use entity::{
    enums::{Action, FollowUpEnd},
    follow_up::Ending,
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    plan::{check_institution, check_team},
    turn::{Begun, On, Turn, covered},
};
use crate::{
    app::App,
    auth::Call,
    error::{ProblemCode, Result},
    family_doctor::service as family_doctors,
    follow_up::seen::Seen,
    id::{self, Kind},
    record::replay::{self, Changed},
    text,
};

/// Another institution takes over.
#[derive(Clone, Debug, Serialize)]
pub struct Reassign {
    /// A follow-up of the plan.
    pub on: On,
    /// Who takes over; the institution of the team where left out.
    pub institution: Option<Uuid>,
    /// The team of family doctors that takes over there; that of nobody where left out.
    pub team: Option<Uuid>,
    /// Why.
    pub reason: Option<String>,
}

/// A plan ends before its last day.
#[derive(Clone, Debug, Serialize)]
pub struct EndPlan {
    /// A follow-up of the plan.
    pub on: On,
    /// Why.
    pub reason: FollowUpEnd,
    /// In words.
    pub note: Option<String>,
}

/// Hands a follow-up, and those of its plan that are still to be done, on to another institution: that one treats the patient from now on, and
/// the one before no longer.
pub async fn reassign(app: &App, call: &Call<'_>, input: Reassign) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let action = Action::ReassignFollowUp;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        let problems = &mut turn.problems;
        let to = match (input.institution, input.team) {
            (Some(institution), _) => Some(institution),
            (None, Some(team)) => family_doctors::centre_of(&txn, team).await?,
            (None, None) => None,
        };
        let (path, named) = if input.institution.is_some() || input.team.is_none() {
            ("input.institution", "Name an institution, a team, or both.")
        } else {
            ("input.team", "No such team.")
        };
        let to = if let Some(to) = to {
            check_institution(&txn, app, to, path, problems).await?;
            if let Some(team) = input.team {
                check_team(&txn, app, team, to, "input.team", problems).await?;
            }
            to
        } else {
            let code = if input.team.is_some() {
                ProblemCode::UnknownId
            } else {
                ProblemCode::Required
            };
            problems.add(path, code, named);
            turn.row.institution_id
        };
        problems.check(
            (to, input.team) != (turn.row.institution_id, turn.row.team_id) || !problems.is_empty(),
            path,
            ProblemCode::NotAllowed,
            "It looks after the patient already.",
        );
        text::optional(input.reason.as_deref(), 1_000, "input.reason", problems);
        turn.check()?;
        let detail = json!({
            "note": input.reason,
            "before": id::encode(Kind::Institution, turn.row.institution_id),
            "teamBefore": turn.row.team_id.map(|id| id::encode(Kind::FamilyDoctorTeam, id)),
        });
        for mut other in turn.at_the_rest(&txn).await? {
            other.row.institution_id = to;
            other.row.team_id = input.team;
            other.finish(&txn, app, call, detail.clone()).await?;
        }
        turn.row.institution_id = to;
        turn.row.team_id = input.team;
        let done = turn.finish(&txn, app, call, detail).await?;
        replay::remember(&txn, app, call, done.object.row.id).await?;
        Ok(done)
    });
    Ok(covered(call, work.await?))
}

/// Ends the plan of a follow-up: whatever of it is still to be done will not be.
pub async fn end(app: &App, call: &Call<'_>, input: EndPlan) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let action = Action::EndFollowUp;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        text::optional(
            input.note.as_deref(),
            1_000,
            "input.note",
            &mut turn.problems,
        );
        turn.check()?;
        let ending = Ending {
            reason: input.reason,
            note: input.note.clone(),
        };
        let detail = json!({ "note": input.note, "reason": input.reason });
        for mut other in turn.at_the_rest(&txn).await? {
            other.row.ending = Some(ending.clone());
            other.row.done_at = Some(other.at);
            other.finish(&txn, app, call, detail.clone()).await?;
        }
        turn.row.ending = Some(ending);
        turn.row.done_at = Some(turn.at);
        let done = turn.finish(&txn, app, call, detail).await?;
        replay::remember(&txn, app, call, done.object.row.id).await?;
        Ok(done)
    });
    Ok(covered(call, work.await?))
}
