//! Enrolling practitioners in a session, and taking them out again before it begins.

use std::collections::BTreeSet;

use entity::{
    enrolment,
    enums::Action,
    practitioner,
    training_session::{self, Model},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};
use serde_json::json;
use uuid::Uuid;

use super::shared::{centre, check_many, find, note, refused, replayed};
use crate::{
    app::App,
    auth::Call,
    centre,
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    network, policy,
    record::{
        change::Change,
        replay::{self, Changed},
    },
};

/// Who is to be enrolled in a session, or taken out of it.
#[derive(Clone, Debug)]
pub struct People {
    /// The session.
    pub session: Uuid,
    /// The practitioners.
    pub practitioners: Vec<Uuid>,
}

/// Where the practitioners stand in the input.
const PATH: &str = "input.practitioners";

/// Enrols practitioners; all of them or none. Whoever is enrolled already keeps their seat.
///
/// # Errors
/// [`Error::CapacityExhausted`] where fewer seats are free, [`Error::Forbidden`] for whoever does not act for their institution.
pub async fn enrol(app: &App, call: &Call<'_>, input: People) -> Result<Changed<Model>> {
    const ACTION: Action = Action::EnrolInTraining;
    policy::require(call.actor, ACTION)?;
    let work = app.db.write(async |txn| {
        let old = find(&txn, input.session).await?;
        let (centre, host) = centre(&txn, old.centre_id).await?;
        let staff = staff(&txn, call, ACTION, &input.practitioners).await?;
        if replay::known(&txn, app, call).await?.is_some() {
            return replayed(&txn, app, call, ACTION, old).await;
        }
        let seated = seated(&txn, old.id, &staff).await?;
        let fresh: Vec<_> = staff
            .iter()
            .filter(|who| !seated.contains(&who.id))
            .collect();
        if fresh.is_empty() {
            return replayed(&txn, app, call, ACTION, old).await;
        }
        require_open(app, &old, ACTION)?;
        let mut served = centre::service::served(&txn, centre.id).await?;
        served.push(host.id);
        check_served(&input, &staff, &served)?;
        let row = take(&txn, app, &old, fresh.len()).await?;
        seat(&txn, app, &row, &fresh).await?;
        let own: BTreeSet<Uuid> = staff.iter().map(|who| who.institution_id).collect();
        let people: Vec<Uuid> = fresh.iter().map(|who| who.id).collect();
        let detail = json!({ "practitioners": people });
        let change = Change {
            institution: Some(fresh[0].institution_id),
            detail,
            ..Change::of(ACTION)
        };
        note(&txn, app, call, change, &row, &host, own).await?;
        replay::remember(&txn, app, call, row.id).await?;
        Ok(Changed::now(row))
    });
    work.await
}

/// Takes practitioners out of a session before it begins; their seats are free again. Whoever is not enrolled is left alone.
pub async fn withdraw(app: &App, call: &Call<'_>, input: People) -> Result<Changed<Model>> {
    const ACTION: Action = Action::EnrolInTraining;
    policy::require(call.actor, ACTION)?;
    let work = app.db.write(async |txn| {
        let old = find(&txn, input.session).await?;
        let (_, host) = centre(&txn, old.centre_id).await?;
        let staff = staff(&txn, call, ACTION, &input.practitioners).await?;
        let known = replay::known(&txn, app, call).await?.is_some();
        let seated = seated(&txn, old.id, &staff).await?;
        if known || seated.is_empty() {
            return replayed(&txn, app, call, ACTION, old).await;
        }
        if old.starts_at <= app.now() {
            return Err(refused(&old, ACTION, "It has begun."));
        }
        let row = give_back(&txn, app, &old, seated.len()).await?;
        let gone = enrolment::Entity::delete_many()
            .filter(enrolment::Column::SessionId.eq(old.id))
            .filter(enrolment::Column::PractitionerId.is_in(seated.iter().copied()))
            .exec(&*txn)
            .await?;
        if usize::try_from(gone.rows_affected).ok() != Some(seated.len()) {
            return Err(Error::Overtaken);
        }
        let own: BTreeSet<Uuid> = staff.iter().map(|who| who.institution_id).collect();
        let detail = json!({ "withdrawn": seated });
        let change = Change {
            institution: Some(staff[0].institution_id),
            detail,
            ..Change::of(ACTION)
        };
        note(&txn, app, call, change, &row, &host, own).await?;
        replay::remember(&txn, app, call, row.id).await?;
        Ok(Changed::now(row))
    });
    work.await
}

/// The practitioners who are named, in the order in which they are named: the actor acts for the institution of each.
async fn staff(
    txn: &Txn,
    call: &Call<'_>,
    action: Action,
    named: &[Uuid],
) -> Result<Vec<practitioner::Model>> {
    let mut problems = Problems::default();
    check_many(named.len(), PATH, &mut problems);
    problems.finish()?;
    let mut rows = network::service::practitioners(txn, named.iter().copied()).await?;
    let homes: BTreeSet<Uuid> = rows.iter().map(|row| row.institution_id).collect();
    let homes: Vec<Uuid> = homes.into_iter().collect();
    for home in network::service::institutions(txn, &homes).await?.values() {
        policy::require_sender(call.actor, action, home)?;
    }
    let mut problems = Problems::default();
    for (place, id) in named.iter().enumerate() {
        let path = format!("{PATH}[{place}]");
        let known = rows.iter().any(|row| row.id == *id && row.active);
        let message = "No practitioner of the network.";
        problems.check(known, &path, ProblemCode::UnknownId, message);
        let twice = named[..place].contains(id);
        problems.check(!twice, &path, ProblemCode::Taken, "Named twice.");
    }
    problems.finish()?;
    rows.sort_by_key(|row| named.iter().position(|id| *id == row.id));
    Ok(rows)
}

/// Those of them who are enrolled.
async fn seated(txn: &Txn, session: Uuid, staff: &[practitioner::Model]) -> Result<BTreeSet<Uuid>> {
    let rows = enrolment::Entity::find()
        .filter(enrolment::Column::SessionId.eq(session))
        .filter(enrolment::Column::PractitionerId.is_in(staff.iter().map(|who| who.id)))
        .all(&**txn)
        .await?;
    Ok(rows.into_iter().map(|row| row.practitioner_id).collect())
}

fn require_open(app: &App, row: &Model, action: Action) -> Result<()> {
    if row.cancelled {
        return Err(refused(row, action, "It is called off."));
    }
    if row.starts_at <= app.now() {
        return Err(refused(row, action, "It has begun."));
    }
    Ok(())
}

fn check_served(input: &People, staff: &[practitioner::Model], served: &[Uuid]) -> Result<()> {
    let mut problems = Problems::default();
    for (place, id) in input.practitioners.iter().enumerate() {
        let home = staff.iter().find(|who| who.id == *id);
        let good = home.is_some_and(|who| served.contains(&who.institution_id));
        let message = "The centre does not serve their institution.";
        let path = format!("{PATH}[{place}]");
        problems.check(good, path, ProblemCode::NotAllowed, message);
    }
    problems.finish()
}

/// Takes so many seats of a session that goes on, if they are free at this moment.
async fn take(txn: &Txn, app: &App, old: &Model, many: usize) -> Result<Model> {
    use training_session::Column::{Cancelled, Enrolled, Id, Seats, UpdatedAt, Version};
    let many = i32::try_from(many).unwrap_or(i32::MAX);
    let wanted = || Expr::col(Enrolled).add(many);
    let mut taken = training_session::Entity::update_many()
        .col_expr(Enrolled, wanted())
        .col_expr(Version, Expr::col(Version).add(1))
        .col_expr(UpdatedAt, Expr::val(app.now()))
        .filter(Id.eq(old.id))
        .filter(Cancelled.eq(false))
        .filter(wanted().lte(Expr::col(Seats)))
        .exec_with_returning(&**txn)
        .await?;
    if let Some(row) = taken.pop() {
        return Ok(row);
    }
    let now = find(txn, old.id).await?;
    require_open(app, &now, Action::EnrolInTraining)?;
    let free = now.seats - now.enrolled;
    let problem = Problem::new(
        PATH,
        ProblemCode::TooLarge,
        format!("{free} seats are free."),
    );
    Err(Error::CapacityExhausted(vec![problem]))
}

/// Gives so many seats back.
async fn give_back(txn: &Txn, app: &App, old: &Model, many: usize) -> Result<Model> {
    use training_session::Column::{Enrolled, Id, UpdatedAt, Version};
    let many = i32::try_from(many).unwrap_or(i32::MAX);
    let mut given = training_session::Entity::update_many()
        .col_expr(Enrolled, Expr::col(Enrolled).sub(many))
        .col_expr(Version, Expr::col(Version).add(1))
        .col_expr(UpdatedAt, Expr::val(app.now()))
        .filter(Id.eq(old.id))
        .exec_with_returning(&**txn)
        .await?;
    given.pop().ok_or(Error::NotFound)
}

/// Enrols them, unless somebody did so at the same moment.
async fn seat(txn: &Txn, app: &App, session: &Model, fresh: &[&practitioner::Model]) -> Result<()> {
    let rows = fresh.iter().map(|who| {
        enrolment::Model {
            session_id: session.id,
            practitioner_id: who.id,
            institution_id: who.institution_id,
            attended_at: None,
            score: None,
            passed: None,
            created_at: app.now(),
        }
        .into_active_model()
    });
    let known = OnConflict::columns([
        enrolment::Column::SessionId,
        enrolment::Column::PractitionerId,
    ])
    .do_nothing()
    .to_owned();
    let written = enrolment::Entity::insert_many(rows)
        .on_conflict(known)
        .exec_without_returning(&**txn)
        .await?;
    if usize::try_from(written).ok() != Some(fresh.len()) {
        return Err(Error::Overtaken);
    }
    Ok(())
}
