//! Population groups of a patient: adding and ending.

use chrono::NaiveDate;
use entity::{enums::Action, patient, patient_tag};
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, EntityTrait as _, IntoActiveModel as _};
use uuid::Uuid;

use super::{
    super::{
        loader,
        registration::{Tag, TagInput},
    },
    change,
};
use crate::{
    app::App,
    auth::{Actor, Call},
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    id::{self, Kind},
    policy,
    record::replay::Changed,
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
    change::check_version(actor, input.version, &mut problems);
    problems.finish()?;
    let tag = tag.ok_or_else(|| Error::Internal("a check named no problem".into()))?;
    let changed = app
        .db
        .write(async |txn| {
            let changed = match change::before(&txn, app, call).await? {
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
    let row = change::visible(txn, app, actor, input.patient).await?;
    for (_, other) in loader::tags_of(&**txn, &[row.id]).await? {
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
    count_up(txn, app, actor, row, input.version, detail).await
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
    change::check_version(actor, input.version, &mut problems);
    problems.finish()?;
    let ends_on = ends_on.ok_or_else(|| Error::Internal("a check named no problem".into()))?;
    let changed = app
        .db
        .write(async |txn| {
            let changed = match change::before(&txn, app, call).await? {
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
    let row = change::visible(txn, app, actor, tag.patient_id).await?;
    check_end(&tag, ends_on)?;
    let detail = serde_json::json!({
        "tag": tag.tag.code(), "endsOn": ends_on, "before": { "endsOn": tag.ends_on },
    });
    let mut ended = tag.into_active_model();
    ended.ends_on = Set(Some(ends_on));
    ended.update(&**txn).await?;
    count_up(txn, app, actor, row, input.version, detail).await
}

/// What every change of a tag ends with.
async fn close(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    changed: Changed<patient::Model>,
) -> Result<Changed<patient::Model>> {
    let entry = change::entry(Action::TagPatient, &changed);
    change::close(txn, app, call, entry, changed).await
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

/// The days of a tag on record.
pub const fn period(row: &patient_tag::Model) -> Tag {
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
async fn count_up(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    row: patient::Model,
    version: Option<i32>,
    detail: serde_json::Value,
) -> Result<patient::Model> {
    change::require_version(row.version, version)?;
    let row = change::write(txn, app, row).await?;
    change::record(txn, app, actor, Action::TagPatient, &row, (detail, None)).await?;
    Ok(row)
}
