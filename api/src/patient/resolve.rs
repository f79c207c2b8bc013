//! Who a registration is: somebody on record, or somebody new.

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, SubjectKind},
    patient::{ActiveModel, Column, Entity, Model},
    patient_party, patient_tag,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    sea_query::OnConflict,
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    loader,
    registration::{Person, Registration},
    sealed,
};
use crate::{
    app::App,
    auth::Actor,
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    record::event::{self, Happened},
};

/// A patient named by a caller: registered already, or registered by the same call.
#[derive(Clone, Debug, Serialize)]
pub enum PatientRef {
    /// On record and visible.
    Id(Uuid),
    /// To be found, or registered. Boxed because it is much the larger.
    Register(Box<Registration>),
}

/// Whom a reference means.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// The patient as now on record.
    pub patient: Model,
    /// Whether the call registered the patient.
    pub created: bool,
    /// Whether the call completed what was missing on record.
    pub completed: bool,
    /// Whether it stands in for a record that disagrees.
    pub provisional: bool,
}

/// Names every problem of a reference that shows without the database; `path` is where the reference stands, say `input.patient`.
pub fn validate(reference: &PatientRef, now: DateTime<Utc>, path: &str, problems: &mut Problems) {
    if let PatientRef::Register(registration) = reference {
        registration.check(now, &format!("{path}.register"), problems);
    }
}

/// Finds whom a reference means, and registers who is not on record. In an `emergency` a disagreement with the record does not refuse but
/// makes a provisional patient. The institution and the actor's scope see the patient's demographics from then on.
///
/// # Errors
/// [`Error::InvalidInput`] naming each problem, [`Error::Conflict`] with `PATIENT_MISMATCH` where name or birth date disagree with the record.
pub async fn resolve(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    for_institution: Uuid,
    reference: &PatientRef,
    emergency: bool,
    path: &str,
) -> Result<Resolved> {
    match reference {
        PatientRef::Id(id) => named(txn, app, actor, *id, &format!("{path}.id")).await,
        PatientRef::Register(registration) => {
            let path = format!("{path}.register");
            register(
                txn,
                app,
                actor,
                for_institution,
                registration,
                emergency,
                &path,
            )
            .await
        }
    }
}

async fn named(txn: &Txn, app: &App, actor: &Actor, id: Uuid, path: &str) -> Result<Resolved> {
    let visible = actor.is_system() || loader::see(&**txn, app, actor, id).await?.is_some();
    let row = if visible { find(txn, id).await? } else { None };
    let Some(row) = row else {
        let message = "No patient that is visible to you has this id.";
        return Err(Error::invalid(path, ProblemCode::UnknownId, message));
    };
    let patient = follow(txn, row).await?;
    Ok(Resolved {
        provisional: patient.provisional,
        patient,
        created: false,
        completed: false,
    })
}

/// Finds or registers a person; problems name fields below `path`, which is that of the registration itself.
pub(super) async fn register(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    for_institution: Uuid,
    registration: &Registration,
    emergency: bool,
    path: &str,
) -> Result<Resolved> {
    let mut problems = Problems::default();
    let person = registration.check(app.now(), path, &mut problems);
    problems.finish()?;
    let person = person.ok_or_else(|| Error::Internal("a check named no problem".into()))?;

    let scopes = Scopes::of(actor, for_institution);
    let on_record = on_record(txn, app, &person, path).await;
    let (patient, created, completed) = match on_record {
        Ok(None) => {
            let patient = insert(txn, app, actor, &scopes, &person, None).await?;
            (patient, true, false)
        }
        Ok(Some(row)) => {
            let (patient, completed) = complete(txn, app, actor, &scopes, row, &person).await?;
            (patient, false, completed)
        }
        Err(Mismatch::Fault(error)) => return Err(error),
        Err(Mismatch::With(row, _)) if emergency => {
            match earlier_stand_in(txn, &row, &person).await? {
                Some(patient) => (patient, false, false),
                None => {
                    let patient = insert(txn, app, actor, &scopes, &person, Some(row.id)).await?;
                    (patient, true, false)
                }
            }
        }
        Err(Mismatch::With(_, problems)) => {
            return Err(Error::Conflict {
                current_version: None,
                problems,
            });
        }
    };
    scopes.open(txn, app, patient.id).await?;
    Ok(Resolved {
        provisional: patient.provisional,
        patient,
        created,
        completed,
    })
}

/// The institution that a patient is registered for, and the scope in which the actor registers: both see the demographics.
struct Scopes(Vec<Uuid>);

impl Scopes {
    fn of(actor: &Actor, for_institution: Uuid) -> Self {
        let own = actor.scope.id().filter(|scope| *scope != for_institution);
        Self(std::iter::once(for_institution).chain(own).collect())
    }

    fn institution(&self) -> Uuid {
        self.0[0]
    }

    async fn open(&self, txn: &Txn, app: &App, patient: Uuid) -> Result<()> {
        let rows = self.0.iter().map(|scope| patient_party::ActiveModel {
            scope_id: Set(*scope),
            patient_id: Set(patient),
            since: Set(app.now()),
        });
        patient_party::Entity::insert_many(rows)
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .exec_without_returning(&**txn)
            .await?;
        Ok(())
    }
}

/// Why a person is not simply the patient on record.
enum Mismatch {
    /// The record says otherwise.
    With(Box<Model>, Vec<Problem>),
    /// It could not be found out.
    Fault(Error),
}

impl<E: Into<Error>> From<E> for Mismatch {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// The patient with that certificate or that health-record number.
async fn on_record(
    txn: &Txn,
    app: &App,
    person: &Person,
    path: &str,
) -> Result<Option<Model>, Mismatch> {
    let hash = person
        .certificate
        .as_ref()
        .map(|known| known.hash(&app.keys));
    let by_certificate = match hash {
        Some(hash) => one(txn, Column::CertificateHash.eq(hash)).await?,
        None => None,
    };
    let by_record = match &person.health_record_number {
        Some(number) => one(txn, Column::HealthRecordNumber.eq(number)).await?,
        None => None,
    };
    let (row, problems) = match (by_certificate, by_record) {
        (None, None) => return Ok(None),
        (Some(row), Some(other)) if other.id != row.id => {
            let problem = mismatch(path, "healthRecordNumber", "health-record number");
            (row, vec![problem])
        }
        (Some(row), _) => {
            let problems = disagreements(&row, person, path);
            (row, problems)
        }
        (None, Some(row)) => {
            let mut problems = disagreements(&row, person, path);
            let kind = person.certificate.as_ref().map(|known| known.kind);
            // The certificate found nobody: one of the same kind on this record has another number.
            if kind.is_some() && row.certificate_hash.is_some() && row.certificate_kind == kind {
                problems.push(mismatch(path, "certificate.number", "certificate"));
            }
            (row, problems)
        }
    };
    if problems.is_empty() {
        Ok(Some(row))
    } else {
        Err(Mismatch::With(Box::new(row), problems))
    }
}

async fn one(txn: &Txn, same: sea_orm::sea_query::SimpleExpr) -> Result<Option<Model>> {
    match Entity::find().filter(same).one(&**txn).await? {
        Some(row) => Ok(Some(follow(txn, row).await?)),
        None => Ok(None),
    }
}

/// Name and birth date are what tells people apart: spelling aside, both must agree.
fn disagreements(row: &Model, person: &Person, path: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    if row.name.to_lowercase() != person.name.to_lowercase() {
        problems.push(mismatch(path, "name", "name"));
    }
    if let (Some(known), Some(told)) = (row.birth_date, person.birth_date)
        && known != told
    {
        problems.push(mismatch(path, "birthDate", "birth date"));
    }
    problems
}

fn mismatch(path: &str, field: &str, what: &str) -> Problem {
    Problem::new(
        format!("{path}.{field}"),
        ProblemCode::PatientMismatch,
        format!("The patient on record has another {what}."),
    )
}

/// The provisional patient that an earlier emergency made of the same disagreement.
async fn earlier_stand_in(txn: &Txn, row: &Model, person: &Person) -> Result<Option<Model>> {
    let found = Entity::find()
        .filter(Column::ConflictsWith.eq(row.id))
        .filter(Column::Provisional.eq(true))
        .filter(Column::MergedInto.is_null())
        .all(&**txn)
        .await?;
    let same = |row: &Model| row.birth_date == person.birth_date && row.name == person.name;
    Ok(found.into_iter().find(same))
}

/// Registers a new patient; a provisional one keeps its numbers to be read, but is not found by them.
async fn insert(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    scopes: &Scopes,
    person: &Person,
    conflicts_with: Option<Uuid>,
) -> Result<Model> {
    let now = app.now();
    let id = app.new_id();
    let findable = conflicts_with.is_none();
    let row = Model {
        id,
        name: person.name.clone(),
        sex: person.sex,
        birth_date: person.birth_date,
        certificate_kind: person.certificate.as_ref().map(|known| known.kind),
        certificate_cipher: sealed::certificate(&app.keys, id, person.certificate.as_ref())?,
        certificate_hash: person
            .certificate
            .as_ref()
            .filter(|_| findable)
            .map(|known| known.hash(&app.keys)),
        certificate_mask: person.certificate.as_ref().map(|known| known.mask()),
        phone_cipher: sealed::phone(&app.keys, id, person.phone.as_deref())?,
        phone_hash: person
            .phone
            .as_deref()
            .map(|phone| sealed::phone_hash(&app.keys, phone)),
        address: person.address.clone(),
        health_record_number: person.health_record_number.clone().filter(|_| findable),
        insurance_kind: person.insurance_kind,
        identified: person.identified,
        provisional: !findable,
        conflicts_with,
        merged_into: None,
        registered_by: scopes.institution(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    // A twin that registers the same certificate at once meets the unique key, and `Db::write` runs the loser again.
    Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    let tags = person.tags.iter().map(|tag| patient_tag::ActiveModel {
        id: Set(app.new_id()),
        patient_id: Set(id),
        tag: Set(tag.tag),
        starts_on: Set(tag.starts_on),
        ends_on: Set(tag.ends_on),
        created_by: Set(actor.account),
        created_at: Set(now),
    });
    patient_tag::Entity::insert_many(tags)
        .exec_without_returning(&**txn)
        .await?;
    let detail =
        serde_json::json!({ "identified": row.identified, "provisional": row.provisional });
    record(txn, app, actor, scopes, &row, detail).await?;
    Ok(row)
}

/// Fills in what is missing on record; what is there stays. Where another call changed the record meanwhile, it is read again.
async fn complete(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    scopes: &Scopes,
    row: Model,
    person: &Person,
) -> Result<(Model, bool)> {
    const TRIES: usize = 5;
    let id = row.id;
    let mut row = row;
    for _ in 0..TRIES {
        if let Some(done) = fill_in(txn, app, actor, scopes, row, person).await? {
            return Ok(done);
        }
        row = find(txn, id).await?.ok_or(Error::NotFound)?;
    }
    Ok((row, false))
}

/// One attempt to [`complete`]; none where the record has changed.
async fn fill_in(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    scopes: &Scopes,
    row: Model,
    person: &Person,
) -> Result<Option<(Model, bool)>> {
    let mut row = row;
    let mut change = ActiveModel::default();
    let mut filled = Vec::new();
    if row.certificate_hash.is_none()
        && !row.provisional
        && let Some(certificate) = &person.certificate
    {
        row.certificate_kind = Some(certificate.kind);
        row.certificate_cipher = sealed::certificate(&app.keys, row.id, Some(certificate))?;
        row.certificate_hash = Some(certificate.hash(&app.keys));
        row.certificate_mask = Some(certificate.mask());
        change.certificate_kind = Set(row.certificate_kind);
        change.certificate_cipher = Set(row.certificate_cipher.clone());
        change.certificate_hash = Set(row.certificate_hash.clone());
        change.certificate_mask = Set(row.certificate_mask.clone());
        filled.push("certificate");
    }
    if row.phone_cipher.is_none()
        && let Some(phone) = &person.phone
    {
        row.phone_cipher = sealed::phone(&app.keys, row.id, Some(phone))?;
        row.phone_hash = Some(sealed::phone_hash(&app.keys, phone));
        change.phone_cipher = Set(row.phone_cipher.clone());
        change.phone_hash = Set(row.phone_hash.clone());
        filled.push("phone");
    }
    if row.birth_date.is_none() && person.birth_date.is_some() {
        row.birth_date = person.birth_date;
        change.birth_date = Set(row.birth_date);
        filled.push("birthDate");
    }
    if row.address.is_none() && person.address.is_some() {
        row.address.clone_from(&person.address);
        change.address = Set(row.address.clone());
        filled.push("address");
    }
    if row.health_record_number.is_none() && person.health_record_number.is_some() {
        row.health_record_number
            .clone_from(&person.health_record_number);
        change.health_record_number = Set(row.health_record_number.clone());
        filled.push("healthRecordNumber");
    }
    if row.insurance_kind.is_none() && person.insurance_kind.is_some() {
        row.insurance_kind = person.insurance_kind;
        change.insurance_kind = Set(row.insurance_kind);
        filled.push("insuranceKind");
    }
    if filled.is_empty() {
        return Ok(Some((row, false)));
    }
    let before = row.version;
    row.version += 1;
    row.updated_at = app.now();
    change.version = Set(row.version);
    change.updated_at = Set(row.updated_at);
    let done = Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(row.id))
        .filter(Column::Version.eq(before))
        .exec(&**txn)
        .await?;
    if done.rows_affected == 0 {
        return Ok(None);
    }
    // What was filled in was empty before: its name is all there is to keep of it.
    let detail = serde_json::json!({ "filledIn": filled });
    record(txn, app, actor, scopes, &row, detail).await?;
    Ok(Some((row, true)))
}

async fn record(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    scopes: &Scopes,
    row: &Model,
    detail: serde_json::Value,
) -> Result<()> {
    let mut happened = Happened::plain(
        Action::RegisterPatient,
        (SubjectKind::Patient, row.id),
        row.version,
    )
    .with_detail(detail);
    happened.institution = Some(scopes.institution());
    happened.scopes.clone_from(&scopes.0);
    event::record(txn, app, actor, happened).await?;
    Ok(())
}

pub(super) async fn find(txn: &Txn, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(&**txn).await?)
}

/// The right record of one that was merged.
async fn follow(txn: &Txn, row: Model) -> Result<Model> {
    let mut row = row;
    while let Some(right) = row.merged_into {
        row = find(txn, right)
            .await?
            .ok_or_else(|| Error::Internal("a merged patient's record is gone".into()))?;
    }
    Ok(row)
}

/// Whether a reference means that patient, merges followed: asked when a hospital system posts something again.
pub async fn is_same(txn: &Txn, app: &App, reference: &PatientRef, patient: Uuid) -> Result<bool> {
    let Some(row) = find(txn, patient).await? else {
        return Ok(false);
    };
    let row = follow(txn, row).await?;
    let registration = match reference {
        PatientRef::Register(registration) => registration,
        PatientRef::Id(id) => {
            return Ok(match find(txn, *id).await? {
                Some(named) => follow(txn, named).await?.id == row.id,
                None => false,
            });
        }
    };
    let Some(person) = registration.check(app.now(), "", &mut Problems::default()) else {
        return Ok(false);
    };
    match on_record(txn, app, &person, "").await {
        Ok(Some(found)) => Ok(found.id == row.id),
        // Nobody has these numbers: then it is the patient only if both came without any.
        Ok(None) => Ok(person.certificate.is_none()
            && person.health_record_number.is_none()
            && row.certificate_hash.is_none()
            && (&row.name, row.sex, row.birth_date)
                == (&person.name, person.sex, person.birth_date)),
        Err(Mismatch::With(found, _)) => {
            Ok(found.id == row.id || row.conflicts_with == Some(found.id))
        }
        Err(Mismatch::Fault(error)) => Err(error),
    }
}
