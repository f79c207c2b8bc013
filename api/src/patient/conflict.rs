//! Registrations that disagree with the record: noted once each, with what was given, until a person decides.

use chrono::NaiveDate;
use entity::{
    enums::{Action, CertificateKind, ConflictDecision, InsuranceKind, Sex, SubjectKind},
    json::PatientFields,
    patient, patient_conflict, patient_conflict_scope,
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ColumnTrait as _, ConnectionTrait,
    EntityTrait as _, IntoActiveModel as _, QueryFilter as _, sea_query::Expr,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{certificate::Certificate, member, registration::Person, resolve::Mismatch, sealed};
use crate::{
    app::App,
    auth::Actor,
    crypto::Use,
    db::Txn,
    error::{Error, Result},
    policy,
    record::event::{self, Happened},
};

/// What a registration gave, as it is kept: encrypted.
#[derive(Clone, Serialize, Deserialize)]
pub struct Given {
    /// Name.
    pub name: String,
    /// Sex.
    pub sex: Sex,
    /// Birth date.
    pub birth_date: Option<NaiveDate>,
    /// Kind and number of the certificate.
    pub certificate: Option<(CertificateKind, String)>,
    /// Phone.
    pub phone: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Health-record number.
    pub health_record_number: Option<String>,
    /// Insurance.
    pub insurance_kind: Option<InsuranceKind>,
}

impl Given {
    fn of(person: &Person) -> Self {
        Self {
            name: person.name.clone(),
            sex: person.sex,
            birth_date: person.birth_date,
            certificate: person
                .certificate
                .as_ref()
                .map(|known| (known.kind, known.number.clone())),
            phone: person.phone.clone(),
            address: person.address.clone(),
            health_record_number: person.health_record_number.clone(),
            insurance_kind: person.insurance_kind,
        }
    }

    /// The certificate, which was checked when it was given.
    #[must_use]
    pub fn certificate(&self) -> Option<Certificate> {
        let (kind, number) = self.certificate.clone()?;
        Some(Certificate { kind, number })
    }
}

/// What was given, opened.
pub fn given(app: &App, row: &patient_conflict::Model) -> Result<Given> {
    let text = sealed::open_text(&app.keys, row.id, &row.given)?;
    serde_json::from_str(&text)
        .map_err(|_| Error::Internal("what a conflict keeps cannot be read".into()))
}

fn seal(app: &App, id: Uuid, person: &Person) -> Result<Vec<u8>> {
    let text = serde_json::to_string(&Given::of(person))
        .map_err(|_| Error::Internal("a person does not serialise".into()))?;
    sealed::seal_text(&app.keys, id, &text)
}

/// Which institution gave what, against which record: the same disagreement is the same conflict.
fn fingerprint(app: &App, institution: Uuid, record: Uuid, person: &Person) -> Vec<u8> {
    let born = person.birth_date.map(|day| day.to_string());
    let certificate = person
        .certificate
        .as_ref()
        .map(|known| known.hash(&app.keys));
    let name = person.name.to_lowercase();
    let parts: [&[u8]; 7] = [
        b"conflict",
        record.as_bytes(),
        institution.as_bytes(),
        name.as_bytes(),
        born.as_deref().unwrap_or_default().as_bytes(),
        certificate.as_deref().unwrap_or_default(),
        person
            .health_record_number
            .as_deref()
            .unwrap_or_default()
            .as_bytes(),
    ];
    app.keys.hash(Use::Search, &parts).to_vec()
}

async fn known(
    txn: &Txn,
    app: &App,
    (institution, mismatch): (Uuid, &Mismatch),
    person: &Person,
) -> Result<Option<patient_conflict::Model>> {
    let print = fingerprint(app, institution, mismatch.row.id, person);
    let row = patient_conflict::Entity::find()
        .filter(patient_conflict::Column::Fingerprint.eq(print))
        .one(&**txn)
        .await?;
    Ok(row)
}

/// Who a registration means by what was decided about this very disagreement: the record that was kept, or the separate patient.
pub async fn settled(
    txn: &Txn,
    app: &App,
    of: (Uuid, &Mismatch),
    person: &Person,
) -> Result<Option<patient::Model>> {
    let Some(conflict) = known(txn, app, of, person).await? else {
        return Ok(None);
    };
    let meant = match conflict.decision {
        Some(ConflictDecision::KeepRecord) => Some(conflict.patient_id),
        Some(ConflictDecision::Separate) => conflict.provisional_id,
        Some(ConflictDecision::CorrectRecord) | None => None,
    };
    match meant {
        Some(id) => member::record(&**txn, id).await,
        None => Ok(None),
    }
}

/// Notes a disagreement for the queue, with the patient who stands in meanwhile. One that waits already is left as it is; one that was
/// decided in a way that does not settle it waits again.
pub async fn note(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    of: (Uuid, &Mismatch),
    person: &Person,
    provisional: Option<Uuid>,
) -> Result<()> {
    let (institution, mismatch) = of;
    match known(txn, app, of, person).await? {
        None => {
            let row = draw(app, actor, of, person, provisional)?;
            let directory = app.directory.now();
            let scopes = policy::conflict_scopes(&directory, institution, row.keeper_id);
            patient_conflict::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(&**txn)
                .await?;
            let listed = scopes.iter().map(|scope| {
                patient_conflict_scope::Model {
                    scope_id: *scope,
                    conflict_id: row.id,
                    open: true,
                }
                .into_active_model()
            });
            patient_conflict_scope::Entity::insert_many(listed)
                .exec_without_returning(&**txn)
                .await?;
            record(txn, app, actor, &row, &mismatch.row, scopes).await
        }
        // Two people, it was decided: another certificate is wanted, not another decision.
        Some(row) if row.decision == Some(ConflictDecision::Separate) && provisional.is_none() => {
            Ok(())
        }
        Some(row) if row.decision.is_some() || waits_for_another(&row, provisional) => {
            let scopes = scopes(&**txn, row.id).await?;
            let row = wait_again(txn, app, row, provisional).await?;
            record(txn, app, actor, &row, &mismatch.row, scopes).await
        }
        Some(_) => Ok(()),
    }
}

/// Whether somebody stands in now who did not before.
fn waits_for_another(row: &patient_conflict::Model, provisional: Option<Uuid>) -> bool {
    provisional.is_some() && row.provisional_id != provisional
}

fn draw(
    app: &App,
    actor: &Actor,
    (institution, mismatch): (Uuid, &Mismatch),
    person: &Person,
    provisional: Option<Uuid>,
) -> Result<patient_conflict::Model> {
    let (id, now) = (app.new_id(), app.now());
    Ok(patient_conflict::Model {
        id,
        patient_id: mismatch.row.id,
        provisional_id: provisional,
        institution_id: institution,
        keeper_id: mismatch.row.registered_by,
        fingerprint: fingerprint(app, institution, mismatch.row.id, person),
        given: seal(app, id, person)?,
        differs: PatientFields(mismatch.differs.clone()),
        decision: None,
        note: None,
        created_by: actor.account,
        decided_by: None,
        decided_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

/// Puts a conflict back in the queue.
pub async fn wait_again(
    txn: &Txn,
    app: &App,
    row: patient_conflict::Model,
    provisional: Option<Uuid>,
) -> Result<patient_conflict::Model> {
    let row = patient_conflict::Model {
        provisional_id: provisional.or(row.provisional_id),
        decision: None,
        note: None,
        decided_by: None,
        decided_at: None,
        ..row
    };
    write(txn, app, row).await
}

/// Writes a changed conflict if nobody was faster, and says in each queue whether it waits.
pub async fn write(
    txn: &Txn,
    app: &App,
    row: patient_conflict::Model,
) -> Result<patient_conflict::Model> {
    use patient_conflict::Column;
    let seen = row.version;
    let row = patient_conflict::Model {
        version: seen + 1,
        updated_at: app.now(),
        ..row
    };
    let mut change = row.clone().into_active_model().reset_all();
    change.id = NotSet;
    let changed = patient_conflict::Entity::update_many()
        .set(change)
        .filter(Column::Id.eq(row.id))
        .filter(Column::Version.eq(seen))
        .exec(&**txn)
        .await?;
    if changed.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    patient_conflict_scope::Entity::update_many()
        .col_expr(
            patient_conflict_scope::Column::Open,
            Expr::val(row.decision.is_none()),
        )
        .filter(patient_conflict_scope::Column::ConflictId.eq(row.id))
        .exec(&**txn)
        .await?;
    Ok(row)
}

/// The institutions that may decide it.
pub async fn scopes(connection: &impl ConnectionTrait, conflict: Uuid) -> Result<Vec<Uuid>> {
    let rows = patient_conflict_scope::Entity::find()
        .filter(patient_conflict_scope::Column::ConflictId.eq(conflict))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| row.scope_id).collect())
}

async fn record(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    row: &patient_conflict::Model,
    of: &patient::Model,
    scopes: Vec<Uuid>,
) -> Result<()> {
    let subject = (SubjectKind::Patient, of.id);
    let mut happened = Happened::plain(Action::RegisterPatient, subject, of.version)
        .with_detail(json!({ "conflict": row.id, "differs": row.differs }));
    happened.institution = Some(row.institution_id);
    happened.scopes = scopes;
    event::record(txn, app, actor, happened).await?;
    Ok(())
}
