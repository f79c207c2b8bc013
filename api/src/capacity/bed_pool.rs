//! Bed pools 床位池: registering and changing one, and reporting how many of its beds are occupied.

use chrono::{DateTime, Duration, Utc};
use entity::{
    bed_pool::{self, Model},
    enums::{Action, BedKind, HoldState, SubjectKind},
    hold,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _,
    QueryFilter as _, sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use super::shared::{check_number, happened, institution};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    policy,
    record::{
        audit::{self, Entry},
        event::{self, Happened},
        replay::{self, Changed},
        version::stale,
    },
};

/// How old a report may be.
const OLDEST: Duration = Duration::days(30);
/// How far a caller's clock may be ahead.
const AHEAD: Duration = Duration::minutes(5);

/// A bed pool to be.
#[derive(Clone, Debug)]
pub struct NewBedPool {
    /// The institution.
    pub institution: Uuid,
    /// The department, where the beds are one's.
    pub department: Option<Uuid>,
    /// What kind of bed.
    pub kind: BedKind,
    /// Beds that are set up.
    pub total: i32,
}

/// How many beds are occupied.
#[derive(Clone, Debug)]
pub struct Occupancy {
    /// The pool.
    pub bed_pool: Uuid,
    /// Beds that are occupied.
    pub occupied: i32,
    /// Of when the report is; now where it does not say.
    pub as_of: Option<DateTime<Utc>>,
}

/// Registers a bed pool.
///
/// # Errors
/// [`Error::NotFound`] where there is no such institution, [`Error::Forbidden`] for whoever does not keep its registry.
pub async fn create(app: &App, call: &Call<'_>, input: &NewBedPool) -> Result<Changed<Model>> {
    policy::require(call.actor, Action::CreateBedPool)?;
    let id = app.new_id();
    let work = app.db.write(async |txn| {
        if let Some(known) = replay::known(&txn, app, call).await? {
            return before(&txn, app, call, Action::CreateBedPool, known).await;
        }
        let home = institution(&txn, input.institution).await?;
        policy::require_keeper(call.actor, Action::CreateBedPool, &home)?;
        examine(&txn, app, input).await?;
        let now = app.now();
        let row = Model {
            id,
            institution_id: input.institution,
            department_id: input.department,
            kind: input.kind,
            total: input.total,
            held: 0,
            occupied: 0,
            occupied_as_of: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        bed_pool::Entity::insert(row.clone().into_active_model())
            .exec_without_returning(&*txn)
            .await?;
        let detail = json!({ "kind": row.kind, "total": row.total });
        let subject = (SubjectKind::BedPool, id);
        let happened = happened(Action::CreateBedPool, subject, 1, &home, detail);
        note(&txn, app, call, happened).await?;
        Ok(Changed::now(row))
    });
    work.await
}

/// Changes how many beds a pool has. What is held stays held, so that there are at least so many.
///
/// # Errors
/// [`Error::Conflict`] where the version is not the present one.
pub async fn update(
    app: &App,
    call: &Call<'_>,
    id: Uuid,
    version: i32,
    total: i32,
) -> Result<Changed<Model>> {
    policy::require(call.actor, Action::UpdateBedPool)?;
    let work = app.db.write(async |txn| {
        let known = replay::known(&txn, app, call).await?;
        let old = find(&txn, id).await?;
        let home = institution(&txn, old.institution_id).await?;
        policy::require_keeper(call.actor, Action::UpdateBedPool, &home)?;
        if known.is_some() {
            return before(&txn, app, call, Action::UpdateBedPool, id).await;
        }
        if old.version != version {
            return Err(stale(old.version));
        }
        let mut problems = Problems::default();
        check_number(total, 0, "input.total", &mut problems);
        problems.finish()?;
        // More may have been held since it was read: the statement asks again.
        let changed = bed_pool::Entity::update_many()
            .col_expr(bed_pool::Column::Total, Expr::val(total))
            .col_expr(bed_pool::Column::Version, Expr::val(version + 1))
            .col_expr(bed_pool::Column::UpdatedAt, Expr::val(app.now()))
            .filter(bed_pool::Column::Id.eq(id))
            .filter(bed_pool::Column::Version.eq(version))
            .filter(bed_pool::Column::Held.lte(total))
            .exec(&*txn)
            .await?;
        let row = find(&txn, id).await?;
        if changed.rows_affected == 0 {
            return Err(if row.version == version {
                fewer_than_held("input.total")
            } else {
                stale(row.version)
            });
        }
        let detail = json!({ "total": total, "before": { "total": old.total } });
        let subject = (SubjectKind::BedPool, id);
        let happened = happened(Action::UpdateBedPool, subject, row.version, &home, detail);
        note(&txn, app, call, happened).await?;
        Ok(Changed::now(row))
    });
    work.await
}

/// Reports how many beds of a pool are occupied. Patients for whom a hold was consumed since then are counted on top. The latest report
/// counts; one older than that on record is refused, the same again changes nothing.
///
/// # Errors
/// [`Error::Forbidden`] for whoever does not report for that institution.
pub async fn report_occupancy(
    app: &App,
    call: &Call<'_>,
    input: &Occupancy,
) -> Result<Changed<Model>> {
    const ACTION: Action = Action::ReportOccupancy;
    policy::require(call.actor, ACTION)?;
    let work = app.db.write(async |txn| {
        let known = replay::known(&txn, app, call).await?;
        let old = find(&txn, input.bed_pool).await?;
        let home = institution(&txn, old.institution_id).await?;
        policy::require_reporter(call.actor, ACTION, &home, old.department_id)?;
        if known.is_some() {
            return before(&txn, app, call, ACTION, old.id).await;
        }
        let now = app.now();
        let as_of = input.as_of.unwrap_or(now);
        check_report(&old, input, as_of, now)?;
        let occupied = input.occupied + consumed_since(&txn, old.id, as_of).await?;
        if (old.occupied_as_of, old.occupied) == (Some(as_of), occupied) {
            return before(&txn, app, call, ACTION, old.id).await;
        }
        let changed = bed_pool::Entity::update_many()
            .col_expr(bed_pool::Column::Occupied, Expr::val(occupied))
            .col_expr(bed_pool::Column::OccupiedAsOf, Expr::val(as_of))
            .col_expr(bed_pool::Column::Version, Expr::val(old.version + 1))
            .col_expr(bed_pool::Column::UpdatedAt, Expr::val(now))
            .filter(bed_pool::Column::Id.eq(old.id))
            .filter(bed_pool::Column::Version.eq(old.version))
            .filter(bed_pool::Column::Occupied.eq(old.occupied))
            .exec(&*txn)
            .await?;
        if changed.rows_affected == 0 {
            return Err(Error::Overtaken);
        }
        let row = find(&txn, old.id).await?;
        let detail = json!({ "occupied": input.occupied, "before": { "occupied": old.occupied } });
        let subject = (SubjectKind::BedPool, row.id);
        let happened = Happened {
            occurred_at: Some(as_of),
            ..happened(ACTION, subject, row.version, &home, detail)
        };
        note(&txn, app, call, happened).await?;
        Ok(Changed::now(row))
    });
    work.await
}

fn check_report(
    old: &Model,
    input: &Occupancy,
    as_of: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut problems = Problems::default();
    check_number(input.occupied, 0, "input.occupied", &mut problems);
    let later = old.occupied_as_of.is_none_or(|last| as_of >= last);
    for (good, message) in [
        (as_of >= now - OLDEST, "At most 30 days back."),
        (as_of <= now + AHEAD, "Not in the future."),
        (later, "A later report is on record."),
    ] {
        problems.check(good, "input.asOf", ProblemCode::Order, message);
    }
    problems.finish()
}

/// How many patients came and took a bed of the pool after that.
async fn consumed_since(txn: &Txn, pool: Uuid, as_of: DateTime<Utc>) -> Result<i32> {
    let came = hold::Entity::find()
        .filter(hold::Column::BedPoolId.eq(pool))
        .filter(hold::Column::Since.gt(as_of))
        .filter(hold::Column::State.eq(HoldState::Consumed))
        .count(&**txn)
        .await?;
    Ok(i32::try_from(came).unwrap_or(i32::MAX))
}

async fn examine(txn: &Txn, app: &App, input: &NewBedPool) -> Result<()> {
    let mut problems = Problems::default();
    check_number(input.total, 0, "input.total", &mut problems);
    let department = input.department;
    let known = app.directory.now();
    let own = department.is_none_or(|id| {
        let found = known.departments.get(&id);
        found.is_some_and(|found| found.active && found.institution_id == input.institution)
    });
    let message = "No department of that institution.";
    problems.check(own, "input.department", ProblemCode::UnknownId, message);
    let of_department = match department {
        Some(id) => bed_pool::Column::DepartmentId.eq(id),
        None => bed_pool::Column::DepartmentId.is_null(),
    };
    let twins = bed_pool::Entity::find()
        .filter(bed_pool::Column::InstitutionId.eq(input.institution))
        .filter(bed_pool::Column::Kind.eq(input.kind))
        .filter(of_department)
        .count(&**txn)
        .await?;
    let message = "There is a pool of this kind; change how many beds it has.";
    problems.check(twins == 0, "input.kind", ProblemCode::Taken, message);
    problems.finish()
}

/// The refusal of fewer beds or places than are held.
pub(super) fn fewer_than_held(path: &str) -> Error {
    let message = "More are held for patients who are to come, or taken.";
    Error::InvalidInput(vec![Problem::new(path, ProblemCode::TooSmall, message)])
}

async fn find(txn: &Txn, id: Uuid) -> Result<Model> {
    let found = bed_pool::Entity::find_by_id(id).one(&**txn).await?;
    found.ok_or(Error::NotFound)
}

/// Answers with the pool as it is, and says in the audit trail that nothing was changed.
async fn before(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    id: Uuid,
) -> Result<Changed<Model>> {
    let entry = Entry::done(action, Some((SubjectKind::BedPool, id))).replayed();
    audit::record(txn, app, call.actor, entry).await?;
    Ok(Changed::before(find(txn, id).await?))
}

async fn note(txn: &Txn, app: &App, call: &Call<'_>, happened: Happened) -> Result<()> {
    let actor = call.actor;
    let (action, subject) = (happened.action, happened.subject);
    event::record(txn, app, actor, happened).await?;
    audit::record(txn, app, actor, Entry::done(action, Some(subject))).await?;
    replay::remember(txn, app, call, subject.1).await
}
