//! Who a registration is: somebody on record, or somebody new.

use chrono::{DateTime, Utc};
use entity::{
    enums::PatientField,
    patient::{Column, Entity, Model},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::Serialize;
use uuid::Uuid;

use super::{
    conflict,
    enrol::{self, Scopes},
    loader,
    member::{find, follow},
    registration::{Person, Registration},
    sealed,
};
use crate::{
    app::App,
    auth::Actor,
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
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
    let seen = loader::see(&**txn, app, actor, id).await?;
    let visible = actor.is_system() || seen.is_some_and(|seen| seen.related());
    let row = if visible {
        find(&**txn, id).await?
    } else {
        None
    };
    let Some(row) = row else {
        let message = "No patient that is visible to you has this id.";
        return Err(Error::invalid(path, ProblemCode::UnknownId, message));
    };
    let patient = follow(&**txn, row).await?;
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
    let (patient, created, completed) = match on_record(txn, app, &person, path).await? {
        Found::Nobody => {
            let patient = enrol::insert(txn, app, actor, &scopes, &person, None).await?;
            (patient, true, false)
        }
        Found::Known(known) => {
            let (patient, completed) =
                enrol::complete(txn, app, actor, &scopes, known, &person).await?;
            (patient, false, completed)
        }
        Found::Mismatch(mismatch) => {
            let of = (for_institution, &mismatch);
            if let Some(patient) = conflict::settled(txn, app, of, &person).await? {
                (patient, false, false)
            } else if emergency {
                stand_in(txn, app, actor, &scopes, &mismatch, &person).await?
            } else {
                return Err(mismatch.refusal());
            }
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

/// Who a registration is, by its numbers.
pub(super) enum Found {
    /// Nobody on record has them.
    Nobody,
    /// Somebody on record, and nothing speaks against it.
    Known(Known),
    /// The record says otherwise.
    Mismatch(Mismatch),
}

/// Somebody on record.
pub(super) struct Known {
    /// The record.
    pub row: Model,
    /// Whether the certificate is on record already, be it with a row that was merged into it.
    pub certificate: bool,
    /// Whether the health-record number is.
    pub health_record_number: bool,
}

/// A record that says otherwise.
pub(super) struct Mismatch {
    /// The record.
    pub row: Model,
    /// On what.
    pub differs: Vec<PatientField>,
    path: String,
}

impl Mismatch {
    /// The refusal, which names the fields and nothing of the record.
    pub fn refusal(&self) -> Error {
        let problem = |field: &PatientField| {
            let (field, what) = match field {
                PatientField::Name => ("name", "name"),
                PatientField::BirthDate => ("birthDate", "birth date"),
                PatientField::Certificate => ("certificate.number", "certificate"),
                PatientField::HealthRecordNumber => ("healthRecordNumber", "health-record number"),
            };
            Problem::new(
                format!("{}.{field}", self.path),
                ProblemCode::PatientMismatch,
                format!(
                    "The patient on record has another {what}; the office finds the case in patientConflicts."
                ),
            )
        };
        Error::Conflict {
            current_version: None,
            problems: self.differs.iter().map(problem).collect(),
        }
    }
}

/// The patient with that certificate or that health-record number.
pub(super) async fn on_record(txn: &Txn, app: &App, person: &Person, path: &str) -> Result<Found> {
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
    let (certificate, health_record_number) = (by_certificate.is_some(), by_record.is_some());
    let (row, differs) = match (by_certificate, by_record) {
        (None, None) => return Ok(Found::Nobody),
        (Some(row), Some(other)) if other.id != row.id => {
            (row, vec![PatientField::HealthRecordNumber])
        }
        (Some(row), _) => {
            let differs = disagreements(&row, person);
            (row, differs)
        }
        (None, Some(row)) => {
            let mut differs = disagreements(&row, person);
            let kind = person.certificate.as_ref().map(|known| known.kind);
            // The certificate found nobody: one of the same kind on this record has another number.
            if kind.is_some() && row.certificate_hash.is_some() && row.certificate_kind == kind {
                differs.push(PatientField::Certificate);
            }
            (row, differs)
        }
    };
    Ok(if differs.is_empty() {
        Found::Known(Known {
            row,
            certificate,
            health_record_number,
        })
    } else {
        Found::Mismatch(Mismatch {
            row,
            differs,
            path: path.to_owned(),
        })
    })
}

async fn one(txn: &Txn, same: sea_orm::sea_query::SimpleExpr) -> Result<Option<Model>> {
    match Entity::find().filter(same).one(&**txn).await? {
        Some(row) => Ok(Some(follow(&**txn, row).await?)),
        None => Ok(None),
    }
}

/// Name and birth date are what tells people apart: spelling aside, both must agree.
fn disagreements(row: &Model, person: &Person) -> Vec<PatientField> {
    let mut differs = Vec::new();
    if row.name.to_lowercase() != person.name.to_lowercase() {
        differs.push(PatientField::Name);
    }
    if let (Some(known), Some(told)) = (row.birth_date, person.birth_date)
        && known != told
    {
        differs.push(PatientField::BirthDate);
    }
    differs
}

/// In an emergency, somebody who stands in for whoever it is until the office has decided.
async fn stand_in(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    scopes: &Scopes,
    mismatch: &Mismatch,
    person: &Person,
) -> Result<(Model, bool, bool)> {
    let of = (scopes.institution(), mismatch);
    let earlier = earlier_stand_in(txn, &mismatch.row, person).await?;
    let created = earlier.is_none();
    let patient = if let Some(patient) = earlier {
        patient
    } else {
        let with = Some(mismatch.row.id);
        enrol::insert(txn, app, actor, scopes, person, with).await?
    };
    conflict::note(txn, app, actor, of, person, Some(patient.id)).await?;
    Ok((patient, created, false))
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

/// Whether a reference means that patient, merges followed: asked when a hospital system posts something again.
pub async fn is_same(txn: &Txn, app: &App, reference: &PatientRef, patient: Uuid) -> Result<bool> {
    let Some(posted) = find(&**txn, patient).await? else {
        return Ok(false);
    };
    let record = posted.record_id;
    let registration = match reference {
        PatientRef::Register(registration) => registration,
        PatientRef::Id(id) => {
            let named = find(&**txn, *id).await?;
            return Ok(named.is_some_and(|named| named.record_id == record));
        }
    };
    let Some(person) = registration.check(app.now(), "", &mut Problems::default()) else {
        return Ok(false);
    };
    Ok(match on_record(txn, app, &person, "").await? {
        Found::Known(known) => known.row.id == record,
        Found::Mismatch(mismatch) => {
            let other = mismatch.row.id;
            other == record || posted.conflicts_with == Some(other)
        }
        // Nobody has these numbers: then it is the patient only if that one came without any, be it known since who it is.
        Found::Nobody => {
            let bare = person.certificate.is_none() && person.health_record_number.is_none();
            let known_as = sealed::known_as(&app.keys, &person.name, person.sex, person.birth_date);
            let unchanged = posted.certificate_hash.is_none()
                && (&posted.name, posted.sex, posted.birth_date)
                    == (&person.name, person.sex, person.birth_date);
            bare && (unchanged || posted.known_as == Some(known_as))
        }
    })
}
