//! Population groups of a patient: adding and ending.

use chrono::NaiveDate;
use entity::{
    enums::{Action, SubjectKind},
    patient, patient_party, patient_tag,
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::Set, ColumnTrait as _, EntityTrait as _, ExprTrait as _,
    IntoActiveModel as _, QueryFilter as _, sea_query::Expr,
};
use uuid::Uuid;

use super::super::{
    loader,
    registration::{Tag, TagInput},
    resolve,
};
use crate::{
    app::App,
    auth::{Actor, Call},
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    id::{self, Kind},
    policy,
    record::{
        audit::{self, Entry},
        event::{self, Happened},
        replay::{self, Changed},
    },
    scalar::Date,
};

/// A group that a patient is to belong to.
#[derive(Clone, Debug)]
pub struct NewTag {
    /// The patient.
    pub patient: Uuid,
    /// The group and its days.
    pub tag: TagInput,
    /// The patient's version; required of people.
    pub version: Option<i32>,
}

/// The end of belonging to a group.
#[derive(Clone, Debug)]
pub struct EndTag {
    /// The tag.
    pub tag: Uuid,
    /// The last day.
    pub ends_on: Date,
    /// The patient's version; required of people.
    pub version: Option<i32>,
}

/// Tags a patient for some days; the same group twice for one day is refused.
pub async fn tag_patient(
    app: &App,
    call: &Call<'_>,
    input: &NewTag,
) -> Result<Changed<patient::Model>> {
    let actor = call.actor;
    policy::require(actor, Action::TagPatient)?;
    let mut problems = Problems::default();
    let tag = input.tag.check("input", &mut problems);
    check_version(actor, input.version, &mut problems);
    problems.finish()?;
    let tag = tag.ok_or_else(|| Error::Internal("a check named no problem".into()))?;
    let changed = app
        .db
        .write(async |txn| {
            let changed = match before(&txn, app, call).await? {
                Some(changed) => changed,
                None => Changed::now(add(&txn, app, actor, input, tag).await?),
            };
            close(&txn, app, call, changed).await
        })
        .await?;
    actor.request.cover(changed.object.id);
    Ok(changed)
}

async fn add(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    input: &NewTag,
    tag: Tag,
) -> Result<patient::Model> {
    let row = visible(txn, app, actor, input.patient).await?;
    for other in tags(txn, row.id).await? {
        if tag.overlaps(&period(&other)) {
            return Err(taken(&other));
        }
    }
    let added = patient_tag::ActiveModel {
        id: Set(app.new_id()),
        patient_id: Set(row.id),
        tag: Set(tag.tag),
        starts_on: Set(tag.starts_on),
        ends_on: Set(tag.ends_on),
        created_by: Set(actor.account),
        created_at: Set(app.now()),
    };
    patient_tag::Entity::insert(added)
        .exec_without_returning(&**txn)
        .await?;
    let detail = serde_json::json!({
        "tag": tag.tag.code(), "startsOn": tag.starts_on, "endsOn": tag.ends_on,
    });
    change(txn, app, actor, row, input.version, detail).await
}

/// Ends a tag on a day; the event keeps the end that it had.
pub async fn end_patient_tag(
    app: &App,
    call: &Call<'_>,
    input: &EndTag,
) -> Result<Changed<patient::Model>> {
    let actor = call.actor;
    policy::require(actor, Action::TagPatient)?;
    let mut problems = Problems::default();
    let ends_on = input.ends_on.day("input.endsOn", &mut problems);
    check_version(actor, input.version, &mut problems);
    problems.finish()?;
    let ends_on = ends_on.ok_or_else(|| Error::Internal("a check named no problem".into()))?;
    let changed = app
        .db
        .write(async |txn| {
            let changed = match before(&txn, app, call).await? {
                Some(changed) => changed,
                None => Changed::now(end(&txn, app, actor, input, ends_on).await?),
            };
            close(&txn, app, call, changed).await
        })
        .await?;
    actor.request.cover(changed.object.id);
    Ok(changed)
}

async fn end(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    input: &EndTag,
    ends_on: NaiveDate,
) -> Result<patient::Model> {
    let tag = patient_tag::Entity::find_by_id(input.tag)
        .one(&**txn)
        .await?
        .ok_or(Error::NotFound)?;
    let row = visible(txn, app, actor, tag.patient_id).await?;
    check_end(&tag, ends_on)?;
    let detail = serde_json::json!({
        "tag": tag.tag.code(), "endsOn": ends_on, "before": { "endsOn": tag.ends_on },
    });
    let mut ended = tag.into_active_model();
    ended.ends_on = Set(Some(ends_on));
    ended.update(&**txn).await?;
    change(txn, app, actor, row, input.version, detail).await
}

/// What the call's `Idempotency-Key` stands for already.
async fn before(txn: &Txn, app: &App, call: &Call<'_>) -> Result<Option<Changed<patient::Model>>> {
    let Some(id) = replay::known(txn, app, call).await? else {
        return Ok(None);
    };
    let row = resolve::find(txn, id).await?.ok_or(Error::NotFound)?;
    Ok(Some(Changed::before(row)))
}

/// What every change of a tag ends with: the key is remembered, the audit entry written.
async fn close(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    changed: Changed<patient::Model>,
) -> Result<Changed<patient::Model>> {
    let id = changed.object.id;
    let entry = Entry::done(Action::TagPatient, Some((SubjectKind::Patient, id))).of([id]);
    let entry = if changed.replayed {
        entry.replayed()
    } else {
        replay::remember(txn, app, call, id).await?;
        entry
    };
    audit::record(txn, app, call.actor, entry).await?;
    Ok(changed)
}

fn check_version(actor: &Actor, version: Option<i32>, problems: &mut Problems) {
    problems.check(
        version.is_some() || !policy::must_name_version(actor),
        "input.version",
        ProblemCode::Required,
        "Say which version of the patient you have seen.",
    );
}

fn check_end(tag: &patient_tag::Model, ends_on: NaiveDate) -> Result<()> {
    if ends_on < tag.starts_on {
        let message = "The last day comes before the first.";
        return Err(Error::invalid("input.endsOn", ProblemCode::Order, message));
    }
    if tag.ends_on.is_some_and(|before| before < ends_on) {
        let message = "The tag has ended before; add a new one.";
        return Err(Error::invalid("input.endsOn", ProblemCode::Order, message));
    }
    Ok(())
}

async fn visible(txn: &Txn, app: &App, actor: &Actor, patient: Uuid) -> Result<patient::Model> {
    let seen = loader::see(&**txn, app, actor, patient).await?;
    Ok(seen.ok_or(Error::NotFound)?.row)
}

async fn tags(txn: &Txn, patient: Uuid) -> Result<Vec<patient_tag::Model>> {
    let of_patient = patient_tag::Column::PatientId.eq(patient);
    let rows = patient_tag::Entity::find().filter(of_patient);
    Ok(rows.all(&**txn).await?)
}

const fn period(row: &patient_tag::Model) -> Tag {
    Tag {
        tag: row.tag,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
    }
}

fn taken(row: &patient_tag::Model) -> Error {
    let mut problems = Problems::default();
    let message = "The patient has this tag for some of these days.";
    problems.add("input.tag", ProblemCode::Taken, message);
    Error::Duplicate {
        existing: Some(id::encode(Kind::PatientTag, row.id)),
        problems: problems.into_vec(),
    }
}

/// Counts the patient's version up, guarded by the version that was seen, and records the event.
async fn change(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    row: patient::Model,
    version: Option<i32>,
    detail: serde_json::Value,
) -> Result<patient::Model> {
    let now = app.now();
    let seen = version.unwrap_or(row.version);
    let changed = patient::Entity::update_many()
        .col_expr(
            patient::Column::Version,
            Expr::col(patient::Column::Version).add(1),
        )
        .col_expr(patient::Column::UpdatedAt, Expr::val(now))
        .filter(patient::Column::Id.eq(row.id))
        .filter(patient::Column::Version.eq(seen))
        .exec(&**txn)
        .await?;
    if changed.rows_affected == 0 {
        let mut problems = Problems::default();
        let message = "The patient has changed since.";
        problems.add("input.version", ProblemCode::Version, message);
        return Err(Error::Conflict {
            current_version: Some(row.version),
            problems: problems.into_vec(),
        });
    }
    let row = patient::Model {
        version: seen + 1,
        updated_at: now,
        ..row
    };
    let mut happened = Happened::plain(
        Action::TagPatient,
        (SubjectKind::Patient, row.id),
        row.version,
    )
    .with_detail(detail);
    happened.scopes = scopes(txn, row.id).await?;
    event::record(txn, app, actor, happened).await?;
    Ok(row)
}

/// Whoever registered the patient may follow what becomes of the record.
async fn scopes(txn: &Txn, patient: Uuid) -> Result<Vec<Uuid>> {
    let rows = patient_party::Entity::find()
        .filter(patient_party::Column::PatientId.eq(patient))
        .all(&**txn)
        .await?;
    Ok(rows.into_iter().map(|row| row.scope_id).collect())
}
