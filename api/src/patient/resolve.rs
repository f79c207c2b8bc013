//! Who a registration is: somebody on record, or somebody new.

use chrono::{DateTime, Utc};
use entity::patient::{Column, Entity, Model};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde::Serialize;
use uuid::Uuid;

use super::{
    enrol::{self, Scopes},
    loader,
    registration::{Person, Registration},
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
            let patient = enrol::insert(txn, app, actor, &scopes, &person, None).await?;
            (patient, true, false)
        }
        Ok(Some(row)) => {
            let (patient, completed) =
                enrol::complete(txn, app, actor, &scopes, row, &person).await?;
            (patient, false, completed)
        }
        Err(Mismatch::Fault(error)) => return Err(error),
        Err(Mismatch::With(row, _)) if emergency => {
            if let Some(patient) = earlier_stand_in(txn, &row, &person).await? {
                (patient, false, false)
            } else {
                let patient =
                    enrol::insert(txn, app, actor, &scopes, &person, Some(row.id)).await?;
                (patient, true, false)
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
