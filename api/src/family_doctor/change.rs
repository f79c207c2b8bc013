//! Contracts: moving one to another team, and ending one.

use entity::{
    enums::{Action, ContractEnd, ContractStatus},
    family_contract::{self, Model},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    contract::{NOTE, check_team, covered, insert},
    package::check_offered,
    relation,
    seen::{self, Seen},
    shared::team,
    turn::{Begun, On, Turn},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, ProblemCode, Result},
    id::{self, Kind},
    record::{
        change::Change,
        replay::{self, Changed},
    },
    text,
};

/// A contract that another team takes over.
#[derive(Clone, Debug, Serialize)]
pub struct Move {
    /// Which.
    pub on: On,
    /// The team.
    pub team: Uuid,
    /// The service package; the same where left out, if the team's health centre offers it.
    pub package: Option<Uuid>,
    /// Why.
    pub note: Option<String>,
}

/// A contract that ends before its last day.
#[derive(Clone, Debug, Serialize)]
pub struct End {
    /// Which.
    pub on: On,
    /// Why.
    pub reason: ContractEnd,
    /// In words.
    pub note: Option<String>,
}

/// Moves a contract to another team, of the same health centre or of another: the one has ended, and one with the other team goes on from it until
/// the same day. The team before loses sight of the patient at once, and what it was still to do goes along. Answers with the contract that goes on.
pub async fn move_to(app: &App, call: &Call<'_>, input: Move) -> Result<Changed<Seen>> {
    let work = app
        .db
        .write(async |txn| Box::pin(move_in(&txn, app, call, &input)).await);
    Ok(covered(call, work.await?))
}

async fn move_in(txn: &Txn, app: &App, call: &Call<'_>, input: &Move) -> Result<Changed<Seen>> {
    let action = Action::MoveFamilyDoctorContract;
    if let Some(known) = replay::known(txn, app, call).await? {
        let before = seen::require(&**txn, app, call.actor, known).await?;
        return Ok(Changed::before(before));
    }
    let begun = Turn::begin(txn, app, call, action, &input.on, input).await?;
    let mut turn = match begun {
        Begun::Turn(turn) => turn,
        Begun::Before(seen) => return again(txn, &seen).await,
    };
    let problems = &mut turn.problems;
    let path = "input.team";
    let team = team(txn, input.team).await?;
    let package = input.package.unwrap_or(turn.row.package_id);
    if let Some(team) = &team {
        check_team(txn, team, problems).await?;
        let centre = team.institution_id;
        check_offered(txn, package, centre, "input.package", problems).await?;
    } else {
        problems.add(path, ProblemCode::UnknownId, "No such team.");
    }
    let another = input.team != turn.row.team_id;
    let message = "It has the contract already.";
    problems.check(another, path, ProblemCode::NotAllowed, message);
    text::optional(input.note.as_deref(), NOTE, "input.note", problems);
    turn.check()?;
    let team = team.ok_or(Error::NotFound)?;
    let now = app.now();
    let old = turn.row.clone();
    if old.until <= now {
        let message = "Its last day has passed; sign another.";
        return Err(Error::InvalidTransition {
            from: ContractStatus::Ended.code(),
            action,
            allowed: Vec::new(),
            reason: Some(message),
        });
    }
    let next = Model {
        id: app.new_id(),
        version: 1,
        team_id: team.id,
        institution_id: team.institution_id,
        package_id: package,
        signed_by_id: old.signed_by_id,
        begins_at: old.begins_at.max(now),
        note: input.note.clone(),
        previous_id: Some(old.id),
        created_by: call.actor.account,
        created_at: now,
        updated_at: now,
        ..old.clone()
    };
    let next = signed_nearby(app, next);
    turn.row.status = ContractStatus::Ended;
    turn.row.end_reason = Some(ContractEnd::Transferred);
    turn.row.note = input.note.clone();
    turn.row.until = now;
    let detail = json!({
        "note": input.note,
        "team": id::encode(Kind::FamilyDoctorTeam, team.id),
        "next": id::encode(Kind::FamilyDoctorContract, next.id),
    });
    let change = Change {
        detail: detail.clone(),
        ..turn.change.clone()
    };
    turn.finish(txn, app, call, detail).await?;
    let seen = insert(txn, app, call, next, change, Some(old.team_id)).await?;
    replay::remember(txn, app, call, seen.row.id).await?;
    Ok(Changed::now(seen))
}

/// A station sees the contracts that it signed for its own health centre; what moves to another one is that one's.
fn signed_nearby(app: &App, mut next: Model) -> Model {
    let directory = app.directory.now();
    let signer = next.signed_by_id;
    if directory.managing(signer) != Some(next.institution_id) {
        next.signed_by_id = next.institution_id;
    }
    next
}

/// The contract that goes on from one that was moved before.
async fn again(txn: &Txn, seen: &Seen) -> Result<Changed<Seen>> {
    let next = family_contract::Entity::find()
        .filter(family_contract::Column::PreviousId.eq(seen.row.id))
        .one(&**txn)
        .await?;
    Ok(Changed::before(match next {
        Some(row) => Seen { row, party: None },
        None => seen.clone(),
    }))
}

/// Ends a contract before its last day.
pub async fn end(app: &App, call: &Call<'_>, input: End) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let action = Action::EndFamilyDoctorContract;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        let problems = &mut turn.problems;
        let chosen = !matches!(
            input.reason,
            ContractEnd::Expired | ContractEnd::Transferred
        );
        let message = "The clock ends what has expired; what another team takes over is moved.";
        problems.check(chosen, "input.reason", ProblemCode::NotAllowed, message);
        let said = input.reason != ContractEnd::Other || input.note.is_some();
        let message = "Say why.";
        problems.check(said, "input.note", ProblemCode::Required, message);
        text::optional(input.note.as_deref(), NOTE, "input.note", problems);
        turn.check()?;
        turn.row.status = ContractStatus::Ended;
        turn.row.end_reason = Some(input.reason);
        turn.row.note = input.note.clone().or(turn.row.note);
        turn.row.until = turn.row.until.min(app.now());
        let detail = json!({ "reason": input.reason, "note": input.note });
        let seen = turn.finish(&txn, app, call, detail).await?;
        relation::close(&txn, app, call, &seen.row).await?;
        replay::remember(&txn, app, call, seen.row.id).await?;
        Ok(Changed::now(seen))
    });
    Ok(covered(call, work.await?))
}
