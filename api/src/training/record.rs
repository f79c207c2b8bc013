//! Recording who came to a session, and how well they did.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    enrolment,
    enums::Action,
    training_session::{self, Model},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _,
    sea_query::{Expr, ExprTrait as _},
};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::shared::{centre, check_many, find, note, refused, replayed};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    network, policy,
    record::{
        change::Change,
        replay::{self, Changed},
    },
};

/// Best score.
const SCORE: i32 = 100;

/// What came of a session.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// The session.
    pub session: Uuid,
    /// What came of it for each who is named; for others it stays as it is.
    pub results: Vec<Outcome>,
}

/// What came of a session for one who was enrolled.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Who.
    pub practitioner: Uuid,
    /// Whether they came.
    pub attended: bool,
    /// Points, 0 to 100.
    pub score: Option<i32>,
    /// Whether they passed.
    pub passed: Option<bool>,
}

/// Records who came to a session that has begun, and how well they did; again where that was wrong.
pub async fn record(app: &App, call: &Call<'_>, input: Record) -> Result<Changed<Model>> {
    const ACTION: Action = Action::RecordTraining;
    policy::require(call.actor, ACTION)?;
    let work = app.db.write(async |txn| {
        let old = find(&txn, input.session).await?;
        let (_, host) = centre(&txn, old.centre_id).await?;
        policy::require_keeper(call.actor, ACTION, &host)?;
        let hash = replay::input_hash(&input)?;
        let verb = (ACTION, Some(host.id), hash);
        if network::service::is_replay(&txn, app, call, verb, old.id).await? {
            return replayed(&txn, app, call, ACTION, old).await;
        }
        if old.cancelled {
            return Err(refused(&old, ACTION, "It is called off."));
        }
        if old.starts_at > app.now() {
            return Err(refused(&old, ACTION, "It has not begun."));
        }
        let before = enrolled(&txn, &input).await?;
        check(&input, &before)?;
        let row = count(&txn, app, old.id).await?;
        for outcome in &input.results {
            write(&txn, &row, outcome).await?;
        }
        let own: BTreeSet<Uuid> = before.values().map(|row| row.institution_id).collect();
        let detail = json!({ "results": input.results, "before": former(&before) });
        let change = Change {
            institution: Some(host.id),
            input_hash: Some(hash),
            detail,
            ..Change::of(ACTION)
        };
        note(&txn, app, call, change, &row, &host, own).await?;
        replay::remember(&txn, app, call, row.id).await?;
        Ok(Changed::now(row))
    });
    work.await
}

/// Those who are named and enrolled, by practitioner.
async fn enrolled(txn: &Txn, input: &Record) -> Result<HashMap<Uuid, enrolment::Model>> {
    let named = input.results.iter().map(|outcome| outcome.practitioner);
    let rows = enrolment::Entity::find()
        .filter(enrolment::Column::SessionId.eq(input.session))
        .filter(enrolment::Column::PractitionerId.is_in(named))
        .all(&**txn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.practitioner_id, row))
        .collect())
}

fn check(input: &Record, enrolled: &HashMap<Uuid, enrolment::Model>) -> Result<()> {
    let mut problems = Problems::default();
    check_many(input.results.len(), "input.results", &mut problems);
    for (place, outcome) in input.results.iter().enumerate() {
        let at = |field: &str| format!("input.results[{place}].{field}");
        let who = outcome.practitioner;
        let known = enrolled.contains_key(&who);
        let twice = input.results[..place]
            .iter()
            .any(|other| other.practitioner == who);
        let absent = !outcome.attended;
        let in_range = outcome
            .score
            .is_none_or(|score| (0..=SCORE).contains(&score));
        for (good, field, code, message) in [
            (
                known,
                "practitioner",
                ProblemCode::UnknownId,
                "Not enrolled in it.",
            ),
            (!twice, "practitioner", ProblemCode::Taken, "Named twice."),
            (
                in_range,
                "score",
                ProblemCode::TooLarge,
                "From 0 to 100 points.",
            ),
            (
                !(absent && outcome.score.is_some()),
                "score",
                ProblemCode::NotAllowed,
                "Of whoever came alone.",
            ),
            (
                !(absent && outcome.passed == Some(true)),
                "passed",
                ProblemCode::NotAllowed,
                "Of whoever came alone.",
            ),
        ] {
            problems.check(good, at(field), code, message);
        }
    }
    problems.finish()
}

/// Counts the change of the session.
async fn count(txn: &Txn, app: &App, id: Uuid) -> Result<Model> {
    use training_session::Column::{Id, UpdatedAt, Version};
    let mut rows = training_session::Entity::update_many()
        .col_expr(Version, Expr::col(Version).add(1))
        .col_expr(UpdatedAt, Expr::val(app.now()))
        .filter(Id.eq(id))
        .exec_with_returning(&**txn)
        .await?;
    rows.pop().ok_or(Error::NotFound)
}

/// An attendance counts in the hour in which the session began.
async fn write(txn: &Txn, session: &Model, outcome: &Outcome) -> Result<()> {
    use enrolment::Column::{AttendedAt, Passed, PractitionerId, Score, SessionId};
    let attended: Option<DateTime<Utc>> = outcome.attended.then_some(session.starts_at);
    let written = enrolment::Entity::update_many()
        .col_expr(AttendedAt, Expr::val(attended))
        .col_expr(Score, Expr::val(outcome.score))
        .col_expr(Passed, Expr::val(outcome.passed))
        .filter(SessionId.eq(session.id))
        .filter(PractitionerId.eq(outcome.practitioner))
        .exec(&**txn)
        .await?;
    if written.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    Ok(())
}

/// What was on record of them before.
fn former(before: &HashMap<Uuid, enrolment::Model>) -> Vec<Value> {
    let rows = before.values();
    rows.map(|row| {
        json!({
            "practitioner": row.practitioner_id,
            "attendedAt": row.attended_at,
            "score": row.score,
            "passed": row.passed,
        })
    })
    .collect()
}
