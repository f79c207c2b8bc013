//! Who saw a patient: the access list that the patient may ask for.

use entity::{
    audit,
    enums::{Action, Purpose, SubjectKind},
    patient_party, referral_party,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::{
    super::member,
    key::{PatientKey, find_by},
};
use crate::{
    app::App,
    auth::Actor,
    error::{Error, ProblemCode, Problems, Result},
    page::{PageArgs, Slice, Window},
    policy,
    record::{audit::Entry, trail},
    text,
};

/// Why somebody reads an access list.
#[derive(Clone, Debug)]
pub struct AccessRequest {
    /// The purpose.
    pub purpose: Purpose,
    /// What the purpose is, where it is OTHER.
    pub note: Option<String>,
}

/// The entries of the audit trail in which the patient's detail was written or shown, the latest first; merged rows included. The reading
/// is audited with its purpose.
pub async fn accesses(
    app: &App,
    actor: &Actor,
    patient: &PatientKey,
    request: &AccessRequest,
    args: &PageArgs,
) -> Result<(Uuid, Slice<audit::Model>)> {
    const NOTE: usize = 500;
    policy::require(actor, Action::ReadAccesses)?;
    let mut problems = Problems::default();
    let key = patient.check(app, "patient", &mut problems);
    let window = problems.take(Window::parse(args, trail::SORT))?;
    text::optional(request.note.as_deref(), NOTE, "note", &mut problems);
    problems.check(
        request.purpose != Purpose::Other || request.note.is_some(),
        "note",
        ProblemCode::Required,
        "Another purpose is told in a note.",
    );
    problems.check(
        policy::reads_accesses(actor, request.purpose),
        "purpose",
        ProblemCode::NotAllowed,
        "An institution's administrator reads the list because the patient asks: PATIENT_REQUEST.",
    );
    problems.finish()?;
    let (key, window) = key
        .zip(window)
        .ok_or_else(|| Error::Internal("a check named no problem".into()))?;
    let record = find_by(app.db.reader(), key).await?;
    if !policy::reads_any_accesses(actor) && !known_to(app, actor, record.id).await? {
        return Err(Error::NotFound);
    }
    let filter = filter_of(app, record.id).await?;
    let rows = trail::page(&filter, &window).all(app.db.reader()).await?;
    let entry = Entry {
        purpose: Some(request.purpose),
        note: request.note.clone(),
        ..Entry::done(
            Action::ReadAccesses,
            Some((SubjectKind::Patient, record.id)),
        )
        .of([record.id])
    };
    app.audit.write(app, actor, entry).await?;
    Ok((record.id, window.slice(rows)))
}

/// How many entries there are; none above 10,000. For whoever has just read a page of them.
pub async fn count_accesses(app: &App, actor: &Actor, record: Uuid) -> Result<Option<i32>> {
    policy::require(actor, Action::ReadAccesses)?;
    trail::count_found(app, &filter_of(app, record).await?).await
}

async fn filter_of(app: &App, record: Uuid) -> Result<trail::Filter> {
    let rows = member::rows_of(app.db.reader(), record).await?;
    Ok(trail::Filter {
        patient: Some(record),
        merged: rows
            .into_iter()
            .map(|row| row.id)
            .filter(|id| *id != record)
            .collect(),
        ..trail::Filter::default()
    })
}

/// Whether the actor's institution registered the patient or had a part in a referral of theirs.
async fn known_to(app: &App, actor: &Actor, record: Uuid) -> Result<bool> {
    let Some(institution) = actor.institution() else {
        return Ok(false);
    };
    let registered = patient_party::Entity::find()
        .filter(patient_party::Column::ScopeId.eq(institution))
        .filter(patient_party::Column::PatientId.in_subquery(member::ids_of([record])))
        .one(app.db.reader())
        .await?;
    if registered.is_some() {
        return Ok(true);
    }
    let part = referral_party::Entity::find()
        .filter(referral_party::Column::ScopeId.eq(institution))
        .filter(referral_party::Column::PatientId.in_subquery(member::ids_of([record])))
        .one(app.db.reader())
        .await?;
    Ok(part.is_some())
}
