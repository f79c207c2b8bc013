//! What the changes of a patient's record have in common: replays, versions, event, audit entry.

use entity::{
    enums::{Action, SubjectKind},
    patient::{Column, Entity, Model},
    patient_party,
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ColumnTrait as _, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};
use serde_json::Value;
use uuid::Uuid;

use super::super::{loader, loader::Seen, member};
use crate::{
    app::App,
    auth::{Actor, Call},
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    policy,
    record::{
        audit::{self, Entry},
        event::{self as events, Happened},
        replay::{self, Changed},
    },
};

/// What the call's `Idempotency-Key` stands for already.
pub async fn before(txn: &Txn, app: &App, call: &Call<'_>) -> Result<Option<Changed<Model>>> {
    let Some(id) = replay::known(txn, app, call).await? else {
        return Ok(None);
    };
    let row = member::find(&**txn, id).await?.ok_or(Error::NotFound)?;
    Ok(Some(Changed::before(row)))
}

/// Notes where a person does not say which version was seen.
pub fn check_version(actor: &Actor, version: Option<i32>, problems: &mut Problems) {
    problems.check(
        version.is_some() || !policy::must_name_version(actor),
        "input.version",
        ProblemCode::Required,
        "Say which version of the patient you have seen.",
    );
}

/// Refuses a version that is not the present one.
pub fn require_version(present: i32, seen: Option<i32>) -> Result<()> {
    if seen.is_none_or(|seen| seen == present) {
        return Ok(());
    }
    let mut problems = Problems::default();
    let message = "The object has changed since.";
    problems.add("input.version", ProblemCode::Version, message);
    Err(Error::Conflict {
        current_version: Some(present),
        problems: problems.into_vec(),
    })
}

/// The record of a patient, where the actor sees it.
pub async fn visible(txn: &Txn, app: &App, actor: &Actor, patient: Uuid) -> Result<Model> {
    let seen = loader::see(&**txn, app, actor, patient).await?;
    let related = seen.filter(Seen::related);
    Ok(related.ok_or(Error::NotFound)?.row)
}

/// The row of a patient itself, merged or not, where the actor sees its record.
pub async fn visible_row(txn: &Txn, app: &App, actor: &Actor, patient: Uuid) -> Result<Model> {
    visible(txn, app, actor, patient).await?;
    let row = member::find(&**txn, patient).await?;
    row.ok_or(Error::NotFound)
}

/// Writes a changed row as its next version, if nobody was faster.
pub async fn write(txn: &Txn, app: &App, row: Model) -> Result<Model> {
    let seen = row.version;
    let row = Model {
        version: seen + 1,
        updated_at: app.now(),
        ..row
    };
    let mut change = row.clone().into_active_model().reset_all();
    change.id = NotSet;
    let changed = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(row.id))
        .filter(Column::Version.eq(seen))
        .exec(&**txn)
        .await?;
    if changed.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    Ok(row)
}

/// Whether the last thing that happened to the patient was this verb, by the same institution, with the same input.
pub async fn was_taken(
    txn: &Txn,
    actor: &Actor,
    patient: Uuid,
    action: Action,
    input_hash: [u8; 32],
) -> Result<bool> {
    replay::was_last(txn, patient, action, actor.institution(), input_hash).await
}

/// Records what happened to a row, for whoever registered the patient.
pub async fn record(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    action: Action,
    row: &Model,
    (detail, input_hash): (Value, Option<[u8; 32]>),
) -> Result<()> {
    let subject = (SubjectKind::Patient, row.id);
    let mut happened = Happened::plain(action, subject, row.version).with_detail(detail);
    happened.input_hash = input_hash;
    happened.scopes = scopes(txn, row.id).await?;
    events::record(txn, app, actor, happened).await?;
    Ok(())
}

/// Whoever registered the patient may follow what becomes of the record.
async fn scopes(txn: &Txn, patient: Uuid) -> Result<Vec<Uuid>> {
    let rows = patient_party::Entity::find()
        .filter(patient_party::Column::PatientId.in_subquery(member::ids_of([patient])))
        .all(&**txn)
        .await?;
    let mut scopes: Vec<Uuid> = rows.into_iter().map(|row| row.scope_id).collect();
    scopes.sort_unstable();
    scopes.dedup();
    Ok(scopes)
}

/// What every change ends with: the key is remembered, the audit entry written.
pub async fn close(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    entry: Entry,
    changed: Changed<Model>,
) -> Result<Changed<Model>> {
    let entry = if changed.replayed {
        entry.replayed()
    } else {
        replay::remember(txn, app, call, changed.object.id).await?;
        entry
    };
    audit::record(txn, app, call.actor, entry).await?;
    Ok(changed)
}

/// The entry of a change of a patient, which covers what the answer shows.
#[must_use]
pub fn entry(action: Action, changed: &Changed<Model>) -> Entry {
    let id = changed.object.id;
    Entry::done(action, Some((SubjectKind::Patient, id))).of([id])
}

/// The patient as whoever changed the record is answered: as far as they see it, and masked where they have no relation left.
pub async fn changed(app: &App, actor: &Actor, id: Uuid) -> Result<Seen> {
    let reader = app.db.reader();
    let seen = if let Some(seen) = loader::see(reader, app, actor, id).await? {
        seen
    } else {
        let row = member::record(reader, id).await?;
        Seen::masked(row.ok_or(Error::NotFound)?)
    };
    seen.disclose(actor, Action::ReadPatient);
    Ok(seen)
}
