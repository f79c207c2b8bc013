//! Recording supervision visits, and correcting what is on record of them.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entity::{
    enums::{Action, SubjectKind, Tier},
    institution,
    json::Ids,
    supervision_revision,
    supervision_visit::{self, Model},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Call,
    clock::shanghai_day,
    correction,
    db::Txn,
    draft::Change,
    error::{Error, Problem, ProblemCode, Problems, Result},
    id::{self, Kind},
    network::service::{
        before, hold, institutions, is_replay, overwrite, practitioners, replayed, tidy,
        tidy_optional,
    },
    policy,
    record::{
        event::Happened,
        replay::{self, Changed},
        version,
    },
    text,
};

/// What events call a visit.
const KIND: SubjectKind = SubjectKind::SupervisionVisit;
/// Longest topic.
const TOPIC: usize = 200;
/// Longest findings, advice and reason.
const TEXT: usize = 2_000;
/// Most people of one visit.
pub const PEOPLE: usize = 20;

/// A visit to be recorded.
#[derive(Clone, Debug, Serialize)]
pub struct NewVisit {
    /// The hospital that came; the caller's own where left out.
    pub visitor: Option<Uuid>,
    /// The health centre that it came to.
    pub visited: Uuid,
    /// The day.
    pub visited_on: NaiveDate,
    /// What it was about.
    pub topic: String,
    /// Who came.
    pub visitors: Vec<Uuid>,
    /// What was found.
    pub findings: Option<String>,
    /// What is to be done about it.
    pub advice: Option<String>,
}

/// What shall be different about a visit; what is left out stays.
#[derive(Clone, Debug, Serialize)]
pub struct Correction {
    /// Which.
    pub id: Uuid,
    /// The version that the caller saw; hospital systems may leave it out.
    pub version: Option<i32>,
    /// The day.
    pub visited_on: Option<NaiveDate>,
    /// What it was about.
    pub topic: Option<String>,
    /// Who came.
    pub visitors: Option<Vec<Uuid>>,
    /// What was found.
    pub findings: Change<String>,
    /// What is to be done about it.
    pub advice: Change<String>,
    /// Whether it is struck out, because it never was.
    pub struck: Option<bool>,
    /// Why.
    pub reason: String,
}

/// Records a visit. The same again is answered with what is on record.
///
/// # Errors
/// [`Error::Forbidden`] for whoever is not of the visiting hospital, [`Error::Duplicate`] where another visit of that day and topic is on record,
/// [`Error::InvalidInput`] naming all problems.
pub async fn record(app: &App, call: &Call<'_>, input: NewVisit) -> Result<Changed<Model>> {
    const ACTION: Action = Action::RecordSupervision;
    policy::require(call.actor, ACTION)?;
    let (now, id) = (app.now(), app.new_id());
    let visitor_id = input.visitor.or(call.actor.institution());
    let visitor_id = visitor_id.ok_or(Error::Forbidden)?;
    let work = app.db.write(async |txn| {
        if let Some(known) = replay::known(&txn, app, call).await? {
            let known = find(&txn, known).await?;
            return replayed(&txn, app, call, ACTION, (KIND, known.id), known).await;
        }
        let mut row = Model {
            id,
            version: 1,
            visitor_id,
            visited_id: input.visited,
            visited_on: input.visited_on,
            topic: input.topic.clone(),
            visitors: distinct(&input.visitors),
            findings: input.findings.clone(),
            advice: input.advice.clone(),
            struck: false,
            created_at: now,
            updated_at: now,
        };
        tidy_all(&mut row);
        let sides = institutions(&txn, &[row.visitor_id, row.visited_id]).await?;
        let visitor = sides.get(&visitor_id).ok_or(Error::Forbidden)?;
        policy::require_own(call.actor, ACTION, visitor)?;
        let visited = sides.get(&row.visited_id);
        let mut problems = Problems::default();
        check_sides(visitor, visited, &mut problems);
        examine(&txn, app, &row, &mut problems).await?;
        problems.finish()?;
        hold(&txn, [row.visited_id]).await?;
        if let Some(other) = same(&txn, &row).await? {
            if !alike(&other, &row) {
                return Err(duplicate(&other));
            }
            return replayed(&txn, app, call, ACTION, (KIND, other.id), other).await;
        }
        supervision_visit::Entity::insert(row.clone().into_active_model())
            .exec_without_returning(&*txn)
            .await?;
        let detail = json!({ "visitedOn": row.visited_on, "topic": row.topic });
        let hash = replay::input_hash(&input)?;
        let sides: Vec<_> = sides.into_values().collect();
        done(&txn, app, call, (ACTION, hash, detail, None), &row, &sides).await?;
        Ok(Changed::now(row))
    });
    work.await
}

/// Corrects what is on record of a visit, or strikes it out. What was on record before stays readable.
///
/// # Errors
/// [`Error::NotFound`] for whoever does not read it, [`Error::Forbidden`] for whoever is not of the visiting hospital, [`Error::Conflict`] where the version
/// is not the present one.
pub async fn correct(app: &App, call: &Call<'_>, change: Correction) -> Result<Changed<Model>> {
    const ACTION: Action = Action::CorrectSupervision;
    let hash = replay::input_hash(&change)?;
    let work = app.db.write(async |txn| {
        let old = find(&txn, change.id).await?;
        let sides = institutions(&txn, &[old.visitor_id, old.visited_id]).await?;
        let directory = app.directory.now();
        let seen = sides
            .values()
            .any(|side| policy::oversees(call.actor, &directory, side));
        let reads = policy::require(call.actor, Action::ReadSupervision).is_ok();
        if !(seen && reads) {
            return Err(Error::NotFound);
        }
        let visitor = sides.get(&old.visitor_id).ok_or(Error::NotFound)?;
        policy::require_own(call.actor, ACTION, visitor)?;
        let verb = (ACTION, Some(old.visitor_id), hash);
        if is_replay(&txn, app, call, verb, old.id).await? {
            return replayed(&txn, app, call, ACTION, (KIND, old.id), old).await;
        }
        version::require(call.actor, change.version, old.version, "It", version::PATH)?;
        let row = shape(app, old.clone(), &change);
        let mut problems = Problems::default();
        let reason = correction::reason(&change.reason, TEXT, &mut problems);
        correction::check_version(old.version, &mut problems);
        examine(&txn, app, &row, &mut problems).await?;
        problems.finish()?;
        hold(&txn, [row.visited_id]).await?;
        if let Some(other) = same(&txn, &row).await?
            && !row.struck
        {
            return Err(duplicate(&other));
        }
        let read = supervision_visit::Column::Version.eq(old.version);
        overwrite(&txn, &row, read).await?;
        let detail = json!({ "before": before(&old, &row), "reason": reason });
        let sides: Vec<_> = sides.into_values().collect();
        let change = (ACTION, hash, detail, Some(reason));
        done(&txn, app, call, change, &row, &sides).await?;
        Ok(Changed::now(row))
    });
    work.await
}

async fn find(txn: &Txn, id: Uuid) -> Result<Model> {
    let found = supervision_visit::Entity::find_by_id(id)
        .one(&**txn)
        .await?;
    found.ok_or(Error::NotFound)
}

/// Who came, each once.
fn distinct(people: &[Uuid]) -> Ids {
    let people: BTreeSet<Uuid> = people.iter().copied().collect();
    Ids(people.into_iter().collect())
}

fn tidy_all(row: &mut Model) {
    tidy(&mut row.topic);
    tidy_optional(&mut row.findings);
    tidy_optional(&mut row.advice);
}

fn shape(app: &App, old: Model, change: &Correction) -> Model {
    let visitors = change.visitors.as_deref().map(distinct);
    let mut row = Model {
        version: old.version + 1,
        visited_on: change.visited_on.unwrap_or(old.visited_on),
        topic: change.topic.clone().unwrap_or(old.topic),
        visitors: visitors.unwrap_or(old.visitors),
        struck: change.struck.unwrap_or(old.struck),
        updated_at: app.now(),
        ..old
    };
    change.findings.clone().apply(&mut row.findings);
    change.advice.clone().apply(&mut row.advice);
    tidy_all(&mut row);
    row
}

/// Hospitals supervise, health centres are supervised.
fn check_sides(
    visitor: &institution::Model,
    visited: Option<&institution::Model>,
    problems: &mut Problems,
) {
    let hospital = visitor.tier == Tier::Hospital;
    let message = "Hospitals supervise.";
    problems.check(hospital, "input.visitor", ProblemCode::NotAllowed, message);
    let path = "input.visited";
    let message = "There is no such institution.";
    problems.check(visited.is_some(), path, ProblemCode::UnknownId, message);
    let centre = visited.is_none_or(|row| row.tier == Tier::HealthCentre);
    let message = "Health centres are supervised.";
    problems.check(centre, path, ProblemCode::NotAllowed, message);
}

/// Notes what is wrong with what is said of a visit.
async fn examine(txn: &Txn, app: &App, row: &Model, problems: &mut Problems) -> Result<()> {
    let today = shanghai_day(app.now());
    correction::check_day(row.visited_on, today, "input.visitedOn", problems);
    text::required(Some(&row.topic), TOPIC, "input.topic", problems);
    text::one_line(&row.topic, "input.topic", problems);
    text::optional(row.findings.as_deref(), TEXT, "input.findings", problems);
    text::optional(row.advice.as_deref(), TEXT, "input.advice", problems);
    let (path, people) = ("input.visitors", &row.visitors.0);
    problems.check(
        !people.is_empty(),
        path,
        ProblemCode::Required,
        "Name at least one.",
    );
    if people.len() > PEOPLE {
        let message = format!("At most {PEOPLE}.");
        problems.add(path, ProblemCode::TooLarge, message);
        return Ok(());
    }
    let found = practitioners(txn, people.iter().copied()).await?;
    let own = found
        .iter()
        .filter(|one| one.institution_id == row.visitor_id);
    let all = own.count() == people.len();
    let message = "Practitioners of the visiting hospital.";
    problems.check(all, path, ProblemCode::UnknownId, message);
    Ok(())
}

/// Another visit between the same, on that day and about that.
async fn same(txn: &Txn, row: &Model) -> Result<Option<Model>> {
    use supervision_visit::Column::{Id, Struck, Topic, VisitedId, VisitedOn, VisitorId};
    let found = supervision_visit::Entity::find()
        .filter(VisitedId.eq(row.visited_id))
        .filter(VisitedOn.eq(row.visited_on))
        .filter(VisitorId.eq(row.visitor_id))
        .filter(Topic.eq(&row.topic))
        .filter(Struck.eq(false))
        .filter(Id.ne(row.id))
        .one(&**txn)
        .await?;
    Ok(found)
}

/// Whether two say the same.
fn alike(one: &Model, other: &Model) -> bool {
    (&one.visitors, &one.findings, &one.advice) == (&other.visitors, &other.findings, &other.advice)
}

fn duplicate(other: &Model) -> Error {
    Error::Duplicate {
        existing: Some(id::encode(Kind::SupervisionVisit, other.id)),
        problems: vec![Problem::new(
            "input.topic",
            ProblemCode::Taken,
            "A visit of that day about that is on record.",
        )],
    }
}

/// Writes the version, and records that it was written: for both sides and their communities.
async fn done(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    (action, hash, detail, reason): (Action, [u8; 32], Value, Option<String>),
    row: &Model,
    sides: &[institution::Model],
) -> Result<()> {
    let revision = supervision_revision::Model {
        visit_id: row.id,
        version: row.version,
        visited_on: row.visited_on,
        topic: row.topic.clone(),
        visitors: row.visitors.clone(),
        findings: row.findings.clone(),
        advice: row.advice.clone(),
        struck: row.struck,
        reason,
        account_id: call.actor.account,
        created_at: row.updated_at,
    };
    let scopes = sides
        .iter()
        .flat_map(|side| [Some(side.id), side.community_id]);
    let scopes: BTreeSet<Uuid> = scopes.flatten().collect();
    let happened = Happened {
        status: Some(if row.struck { "STRUCK" } else { "RECORDED" }),
        institution: Some(row.visitor_id),
        input_hash: Some(hash),
        scopes: scopes.into_iter().collect(),
        ..Happened::plain(action, (KIND, row.id), row.version).with_detail(detail)
    };
    correction::write(txn, app, call, revision.into_active_model(), happened).await
}
