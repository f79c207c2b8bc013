//! Slots 号源: offering sessions, changing how many patients one takes, withdrawing one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Action, SubjectKind},
    practitioner,
    slot::{self, Model},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    sea_query::{Expr, ExprTrait as _},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    bed_pool::fewer_than_held,
    shared::{check_number, happened, institution},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    network::{self, directory::Directory},
    policy,
    record::{
        audit::{self, Entry},
        event,
        replay::{self, Changed},
        version::stale,
    },
};

/// Most sessions that one call offers.
pub const MOST_SLOTS: usize = 200;
/// How far ahead a session may be offered.
const AHEAD: Duration = Duration::days(366);
/// How long a session may be.
const LONGEST: Duration = Duration::hours(24);

/// Sessions to be offered.
#[derive(Clone, Debug)]
pub struct NewSlots {
    /// The institution.
    pub institution: Uuid,
    /// The sessions.
    pub slots: Vec<NewSlot>,
}

/// A session to be offered, of a department, of a practitioner, or of both.
#[derive(Clone, Debug)]
pub struct NewSlot {
    /// The department.
    pub department: Option<Uuid>,
    /// The practitioner.
    pub practitioner: Option<Uuid>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// When it is over.
    pub ends_at: DateTime<Utc>,
    /// How many patients it takes.
    pub capacity: i32,
}

/// What shall be different about a slot; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct SlotChange {
    /// How many patients it takes.
    pub capacity: Option<i32>,
    /// Whether it takes no further patient.
    pub withdrawn: Option<bool>,
    /// Withdraw it although places of it are held.
    pub despite_holds: bool,
}

/// Offers sessions: all of them, or none where one cannot be.
///
/// # Errors
/// [`Error::NotFound`] where there is no such institution, [`Error::Forbidden`] for whoever does not keep its registry.
pub async fn create(app: &App, call: &Call<'_>, input: &NewSlots) -> Result<Changed<Vec<Model>>> {
    const ACTION: Action = Action::CreateSlot;
    policy::require(call.actor, ACTION)?;
    let batch = app.new_id();
    let work = app.db.write(async |txn| {
        if let Some(known) = replay::known(&txn, app, call).await? {
            let entry = Entry::done(ACTION, Some((SubjectKind::Institution, input.institution)));
            audit::record(&txn, app, call.actor, entry.replayed()).await?;
            return Ok(Changed::before(of_batch(&txn, known).await?));
        }
        let home = institution(&txn, input.institution).await?;
        policy::require_keeper(call.actor, ACTION, &home)?;
        examine(&txn, app, input).await?;
        let rows = input.slots.iter();
        let mut rows: Vec<Model> = rows
            .map(|wanted| offered(app, input.institution, batch, wanted))
            .collect();
        rows.sort_by_key(|row| (row.starts_at, row.id));
        slot::Entity::insert_many(
            rows.iter()
                .cloned()
                .map(sea_orm::IntoActiveModel::into_active_model),
        )
        .exec_without_returning(&*txn)
        .await?;
        let happened = rows.iter().map(|row| {
            let detail = json!({ "startsAt": row.starts_at, "capacity": row.capacity });
            happened(ACTION, (SubjectKind::Slot, row.id), 1, &home, detail)
        });
        event::record_all(&txn, app, call.actor, happened.collect()).await?;
        let entry = Entry::done(ACTION, Some((SubjectKind::Institution, home.id)));
        audit::record(&txn, app, call.actor, entry).await?;
        replay::remember(&txn, app, call, batch).await?;
        Ok(Changed::now(rows))
    });
    work.await
}

/// Changes how many patients a session takes, or withdraws it or offers it again. What is held stays held: a session of which places are
/// held is withdrawn only by whoever says so, and takes at least as many patients as are held or came.
///
/// # Errors
/// [`Error::Conflict`] where the version is not the present one.
pub async fn update(
    app: &App,
    call: &Call<'_>,
    id: Uuid,
    version: i32,
    change: &SlotChange,
) -> Result<Changed<Model>> {
    const ACTION: Action = Action::UpdateSlot;
    policy::require(call.actor, ACTION)?;
    let work = app.db.write(async |txn| {
        let known = replay::known(&txn, app, call).await?;
        let old = find(&txn, id).await?;
        let home = institution(&txn, old.institution_id).await?;
        policy::require_keeper(call.actor, ACTION, &home)?;
        let subject = (SubjectKind::Slot, id);
        if known.is_some() {
            let entry = Entry::done(ACTION, Some(subject)).replayed();
            audit::record(&txn, app, call.actor, entry).await?;
            return Ok(Changed::before(old));
        }
        if old.version != version {
            return Err(stale(old.version));
        }
        let mut problems = Problems::default();
        if let Some(capacity) = change.capacity {
            check_number(capacity, 1, "input.capacity", &mut problems);
        }
        let comes_back = old.withdrawn && change.withdrawn == Some(false);
        let message = "Sessions of a dispatch are published by it.";
        problems.check(
            !(comes_back && old.dispatch_id.is_some()),
            "input.withdrawn",
            ProblemCode::NotAllowed,
            message,
        );
        problems.finish()?;
        let row = replace(&txn, app, old.clone(), change).await?;
        let detail = json!({
            "capacity": row.capacity,
            "withdrawn": row.withdrawn,
            "before": { "capacity": old.capacity, "withdrawn": old.withdrawn },
        });
        let happened = happened(ACTION, subject, row.version, &home, detail);
        event::record(&txn, app, call.actor, happened).await?;
        audit::record(&txn, app, call.actor, Entry::done(ACTION, Some(subject))).await?;
        replay::remember(&txn, app, call, id).await?;
        Ok(Changed::now(row))
    });
    work.await
}

/// Writes the change over what was read. More may have been held since: the statement asks again.
async fn replace(txn: &Txn, app: &App, old: Model, change: &SlotChange) -> Result<Model> {
    use slot::Column;
    let capacity = change.capacity.unwrap_or(old.capacity);
    let withdrawn = change.withdrawn.unwrap_or(old.withdrawn);
    let leaves_holds = withdrawn && !old.withdrawn && !change.despite_holds;
    let taken = Expr::col(Column::Held).add(Expr::col(Column::Used));
    let mut update = slot::Entity::update_many()
        .col_expr(Column::Capacity, Expr::val(capacity))
        .col_expr(Column::Withdrawn, Expr::val(withdrawn))
        .col_expr(Column::Version, Expr::val(old.version + 1))
        .col_expr(Column::UpdatedAt, Expr::val(app.now()))
        .filter(Column::Id.eq(old.id))
        .filter(Column::Version.eq(old.version))
        .filter(taken.lte(capacity));
    if leaves_holds {
        update = update.filter(Column::Held.eq(0));
    }
    let changed = update.exec(&**txn).await?;
    let row = find(txn, old.id).await?;
    if changed.rows_affected == 1 {
        return Ok(row);
    }
    if row.version != old.version {
        return Err(stale(row.version));
    }
    if row.held + row.used > capacity {
        return Err(fewer_than_held("input.capacity"));
    }
    let message = "Places of it are held: reschedule those patients first, or say despiteHolds.";
    Err(Error::invalid(
        "input.withdrawn",
        ProblemCode::NotAllowed,
        message,
    ))
}

fn offered(app: &App, institution: Uuid, batch: Uuid, wanted: &NewSlot) -> Model {
    let now = app.now();
    Model {
        id: app.new_id(),
        institution_id: institution,
        department_id: wanted.department,
        practitioner_id: wanted.practitioner,
        dispatch_id: None,
        starts_at: wanted.starts_at,
        ends_at: wanted.ends_at,
        capacity: wanted.capacity,
        held: 0,
        used: 0,
        withdrawn: false,
        batch_id: batch,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

async fn examine(txn: &Txn, app: &App, input: &NewSlots) -> Result<()> {
    let mut problems = Problems::default();
    let many = input.slots.len();
    problems.check(
        many > 0,
        "input.slots",
        ProblemCode::Required,
        "Name at least one session.",
    );
    problems.check(
        many <= MOST_SLOTS,
        "input.slots",
        ProblemCode::TooLarge,
        format!("At most {MOST_SLOTS} sessions."),
    );
    if many > MOST_SLOTS {
        return problems.finish();
    }
    let staff = staff(txn, input).await?;
    let taken = taken(txn, input).await?;
    let directory = app.directory.now();
    let mut seen = BTreeSet::new();
    for (place, wanted) in input.slots.iter().enumerate() {
        let at = |field: &str| format!("input.slots[{place}].{field}");
        check_times(wanted, app.now(), &at, &mut problems);
        check_number(wanted.capacity, 1, &at("capacity"), &mut problems);
        check_owners(input, wanted, &directory, &staff, &at, &mut problems);
        let session: Session = (wanted.department, wanted.practitioner, wanted.starts_at);
        let fresh = seen.insert(session) && !taken.contains(&session);
        problems.check(
            fresh,
            at("startsAt"),
            ProblemCode::Taken,
            "A session of theirs begins at that moment already.",
        );
    }
    problems.finish()
}

fn check_times(
    wanted: &NewSlot,
    now: DateTime<Utc>,
    at: &impl Fn(&str) -> String,
    problems: &mut Problems,
) {
    let long = wanted.ends_at - wanted.starts_at;
    for (good, field, message) in [
        (wanted.starts_at > now, "startsAt", "In the future."),
        (
            wanted.starts_at <= now + AHEAD,
            "startsAt",
            "At most a year ahead.",
        ),
        (long > Duration::zero(), "endsAt", "After it begins."),
        (long <= LONGEST, "endsAt", "At most a day after it begins."),
    ] {
        problems.check(good, at(field), ProblemCode::Order, message);
    }
}

fn check_owners(
    input: &NewSlots,
    wanted: &NewSlot,
    directory: &Directory,
    staff: &BTreeMap<Uuid, practitioner::Model>,
    at: &impl Fn(&str) -> String,
    problems: &mut Problems,
) {
    problems.check(
        wanted.department.is_some() || wanted.practitioner.is_some(),
        at("department"),
        ProblemCode::Required,
        "A session is a department's or a practitioner's.",
    );
    let department = wanted.department.is_none_or(|id| {
        let found = directory.departments.get(&id);
        found.is_some_and(|found| found.active && found.institution_id == input.institution)
    });
    let message = "No department of that institution.";
    problems.check(
        department,
        at("department"),
        ProblemCode::UnknownId,
        message,
    );
    let practitioner = wanted.practitioner.is_none_or(|id| {
        let found = staff.get(&id);
        found.is_some_and(|found| found.active && found.institution_id == input.institution)
    });
    let message = "No practitioner of that institution.";
    problems.check(
        practitioner,
        at("practitioner"),
        ProblemCode::UnknownId,
        message,
    );
}

/// Whose session it is and when it begins: there is one such.
type Session = (Option<Uuid>, Option<Uuid>, DateTime<Utc>);

/// The sessions of the institution that begin when those wanted do, but for those withdrawn.
async fn taken(txn: &Txn, input: &NewSlots) -> Result<BTreeSet<Session>> {
    let starts: BTreeSet<_> = input.slots.iter().map(|wanted| wanted.starts_at).collect();
    let rows = slot::Entity::find()
        .filter(slot::Column::InstitutionId.eq(input.institution))
        .filter(slot::Column::StartsAt.is_in(starts))
        .filter(slot::Column::Withdrawn.eq(false))
        .all(&**txn)
        .await?;
    let sessions = rows
        .iter()
        .map(|row| (row.department_id, row.practitioner_id, row.starts_at));
    Ok(sessions.collect())
}

/// The practitioners who are named.
async fn staff(txn: &Txn, input: &NewSlots) -> Result<BTreeMap<Uuid, practitioner::Model>> {
    let ids: BTreeSet<Uuid> = input
        .slots
        .iter()
        .filter_map(|wanted| wanted.practitioner)
        .collect();
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = network::service::practitioners(txn, ids).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

async fn of_batch(txn: &Txn, batch: Uuid) -> Result<Vec<Model>> {
    Ok(slot::Entity::find()
        .filter(slot::Column::BatchId.eq(batch))
        .order_by_asc(slot::Column::StartsAt)
        .order_by_asc(slot::Column::Id)
        .all(&**txn)
        .await?)
}

async fn find(txn: &Txn, id: Uuid) -> Result<Model> {
    let found = slot::Entity::find_by_id(id).one(&**txn).await?;
    found.ok_or(Error::NotFound)
}
