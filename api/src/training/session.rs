//! Offering sessions, changing them, calling them off.

use chrono::{DateTime, Duration, Utc};
use entity::{
    enrolment,
    enums::{Action, CentreKind},
    training_session::{self, Model},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use super::shared::{centre, find, note, refused, replayed};
use crate::{
    app::App,
    auth::Call,
    centre,
    db::Txn,
    draft::Change,
    error::{Error, ProblemCode, Problems, Result},
    network, policy,
    record::{
        change,
        replay::{self, Changed},
        version::stale,
    },
    text,
};

/// Longest name of a course.
const COURSE: usize = 100;
/// Most seats.
pub const SEATS: i32 = 1_000;
/// How far ahead a session may be offered.
const AHEAD: Duration = Duration::days(366);
/// How long a session may be.
const LONGEST: Duration = Duration::days(92);

/// A session to be offered.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// The centre.
    pub centre: Uuid,
    /// The course.
    pub course: String,
    /// Who teaches.
    pub trainer: Option<Uuid>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it is over.
    pub ends_at: DateTime<Utc>,
    /// How many may come.
    pub seats: i32,
}

/// What shall be different about a session; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct SessionChange {
    /// The course.
    pub course: Option<String>,
    /// Who teaches.
    pub trainer: Change<Uuid>,
    /// When it begins.
    pub starts_at: Option<DateTime<Utc>>,
    /// When it is over.
    pub ends_at: Option<DateTime<Utc>>,
    /// How many may come.
    pub seats: Option<i32>,
    /// Whether it is called off.
    pub cancelled: Option<bool>,
}

const ACTION: Action = Action::SetTrainingSession;

/// Offers a session.
///
/// # Errors
/// [`Error::NotFound`] where there is no such centre, [`Error::Forbidden`] for whoever does not keep the registry of its host.
pub async fn create(app: &App, call: &Call<'_>, input: NewSession) -> Result<Changed<Model>> {
    policy::require(call.actor, ACTION)?;
    let work = app.db.write(async |txn| {
        if let Some(known) = replay::known(&txn, app, call).await? {
            return replayed(&txn, app, call, ACTION, find(&txn, known).await?).await;
        }
        let (centre, host) = centre(&txn, input.centre).await?;
        policy::require_keeper(call.actor, ACTION, &host)?;
        let mut problems = Problems::default();
        let teaches = centre.kind == CentreKind::SkillsTraining && centre.active;
        let message = "No centre that offers training.";
        problems.check(teaches, "input.centre", ProblemCode::NotAllowed, message);
        let row = blank(app, call, &input);
        check(&txn, &row, &mut problems).await?;
        check_begin(&row, app.now(), &mut problems);
        problems.finish()?;
        training_session::Entity::insert(row.clone().into_active_model())
            .exec_without_returning(&*txn)
            .await?;
        let served = centre::service::served(&txn, centre.id).await?;
        let detail = json!({ "course": row.course, "startsAt": row.starts_at, "seats": row.seats });
        let change = change::Change {
            institution: Some(host.id),
            detail,
            ..change::Change::of(ACTION)
        };
        note(&txn, app, call, change, &row, &host, served).await?;
        replay::remember(&txn, app, call, row.id).await?;
        Ok(Changed::now(row))
    });
    work.await
}

/// Changes a session, or calls it off; whoever is enrolled is told. Until it begins it can be moved; it keeps as many seats as are taken.
///
/// # Errors
/// [`Error::Conflict`] where the version is not the present one.
pub async fn update(
    app: &App,
    call: &Call<'_>,
    id: Uuid,
    version: i32,
    change: SessionChange,
) -> Result<Changed<Model>> {
    policy::require(call.actor, ACTION)?;
    let work = app.db.write(async |txn| {
        let known = replay::known(&txn, app, call).await?;
        let old = find(&txn, id).await?;
        let (centre, host) = centre(&txn, old.centre_id).await?;
        policy::require_keeper(call.actor, ACTION, &host)?;
        if known.is_some() {
            return replayed(&txn, app, call, ACTION, old).await;
        }
        if old.version != version {
            return Err(stale(old.version));
        }
        let row = shape(app, old.clone(), change.clone());
        let moved = (row.starts_at, row.cancelled) != (old.starts_at, old.cancelled);
        if moved && old.starts_at <= app.now() {
            return Err(refused(&old, ACTION, "It has begun."));
        }
        let mut problems = Problems::default();
        check(&txn, &row, &mut problems).await?;
        if row.starts_at != old.starts_at {
            check_begin(&row, app.now(), &mut problems);
        }
        let message = format!("{} seats are taken.", old.enrolled);
        let enough = row.seats >= old.enrolled;
        problems.check(enough, "input.seats", ProblemCode::TooSmall, message);
        problems.finish()?;
        replace(&txn, &row, old.version).await?;
        let mut told = centre::service::served(&txn, centre.id).await?;
        told.extend(senders(&txn, id).await?);
        let detail = json!({ "before": before(&old) });
        let change = change::Change {
            institution: Some(host.id),
            detail,
            ..change::Change::of(ACTION)
        };
        note(&txn, app, call, change, &row, &host, told).await?;
        replay::remember(&txn, app, call, id).await?;
        Ok(Changed::now(row))
    });
    work.await
}

fn blank(app: &App, call: &Call<'_>, input: &NewSession) -> Model {
    let now = app.now();
    Model {
        id: app.new_id(),
        version: 1,
        centre_id: input.centre,
        course: input.course.trim().to_owned(),
        trainer_id: input.trainer,
        starts_at: input.starts_at,
        ends_at: input.ends_at,
        seats: input.seats,
        enrolled: 0,
        cancelled: false,
        created_by: call.actor.account,
        created_at: now,
        updated_at: now,
    }
}

fn shape(app: &App, old: Model, change: SessionChange) -> Model {
    let mut row = Model {
        version: old.version + 1,
        course: change
            .course
            .map_or(old.course, |course| course.trim().to_owned()),
        starts_at: change.starts_at.unwrap_or(old.starts_at),
        ends_at: change.ends_at.unwrap_or(old.ends_at),
        seats: change.seats.unwrap_or(old.seats),
        cancelled: change.cancelled.unwrap_or(old.cancelled),
        updated_at: app.now(),
        ..old
    };
    change.trainer.apply(&mut row.trainer_id);
    row
}

fn before(old: &Model) -> serde_json::Value {
    json!({
        "course": old.course,
        "trainer": old.trainer_id,
        "startsAt": old.starts_at,
        "endsAt": old.ends_at,
        "seats": old.seats,
        "cancelled": old.cancelled,
    })
}

/// Notes what cannot be of a session.
async fn check(txn: &Txn, row: &Model, problems: &mut Problems) -> Result<()> {
    let path = "input.course";
    text::required(Some(&row.course), COURSE, path, problems);
    text::one_line(&row.course, path, problems);
    if let Some(trainer) = row.trainer_id {
        let found = network::service::practitioner(txn, trainer).await?;
        let active = found.is_some_and(|found| found.active);
        let message = "No practitioner of the network.";
        problems.check(active, "input.trainer", ProblemCode::UnknownId, message);
    }
    let long = row.ends_at - row.starts_at;
    for (good, path, code, message) in [
        (
            long > Duration::zero(),
            "input.endsAt",
            ProblemCode::Order,
            "After it begins.",
        ),
        (
            long <= LONGEST,
            "input.endsAt",
            ProblemCode::Order,
            "At most 92 days after it begins.",
        ),
        (
            row.seats >= 1,
            "input.seats",
            ProblemCode::TooSmall,
            "At least one.",
        ),
        (
            row.seats <= SEATS,
            "input.seats",
            ProblemCode::TooLarge,
            "At most 1,000.",
        ),
    ] {
        problems.check(good, path, code, message);
    }
    Ok(())
}

/// Notes a beginning that cannot be: sessions are offered before they begin.
fn check_begin(row: &Model, now: DateTime<Utc>, problems: &mut Problems) {
    for (good, message) in [
        (row.starts_at > now, "In the future."),
        (row.starts_at <= now + AHEAD, "At most a year ahead."),
    ] {
        problems.check(good, "input.startsAt", ProblemCode::Order, message);
    }
}

/// Writes the change over what was read, if nobody was faster.
async fn replace(txn: &Txn, row: &Model, version: i32) -> Result<()> {
    use training_session::Column;
    let changed = training_session::Entity::update_many()
        .col_expr(Column::Version, Expr::val(row.version))
        .col_expr(Column::Course, Expr::val(row.course.clone()))
        .col_expr(Column::TrainerId, Expr::val(row.trainer_id))
        .col_expr(Column::StartsAt, Expr::val(row.starts_at))
        .col_expr(Column::EndsAt, Expr::val(row.ends_at))
        .col_expr(Column::Seats, Expr::val(row.seats))
        .col_expr(Column::Cancelled, Expr::val(row.cancelled))
        .col_expr(Column::UpdatedAt, Expr::val(row.updated_at))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Version.eq(version))
        .exec(&**txn)
        .await?;
    if changed.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    Ok(())
}

/// The institutions that send somebody.
pub(super) async fn senders(txn: &Txn, id: Uuid) -> Result<Vec<Uuid>> {
    let rows = enrolment::Entity::find()
        .filter(enrolment::Column::SessionId.eq(id))
        .all(&**txn)
        .await?;
    Ok(rows.into_iter().map(|row| row.institution_id).collect())
}
