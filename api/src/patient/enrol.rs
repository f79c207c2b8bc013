//! Writing a patient's record: a new one, or what an old one lacks.

use entity::{
    enums::{Action, SubjectKind},
    patient::{ActiveModel, Column, Entity, Model},
    patient_party, patient_tag,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    certificate::Certificate,
    registration::{Person, Tag},
    resolve::Known,
    sealed,
};
use crate::{
    app::App,
    auth::Actor,
    db::Txn,
    error::{Error, Result},
    record::event::{self, Happened},
};

/// The institution that a patient is registered for, and the scope in which the actor registers: both see the demographics.
pub struct Scopes(Vec<Uuid>);

impl Scopes {
    /// Of a registration by the actor for the institution.
    pub fn of(actor: &Actor, for_institution: Uuid) -> Self {
        let own = actor.scope.id().filter(|scope| *scope != for_institution);
        Self(std::iter::once(for_institution).chain(own).collect())
    }

    /// The institution that the patient is registered for.
    pub fn institution(&self) -> Uuid {
        self.0[0]
    }

    /// Opens the demographics to them.
    pub async fn open(&self, txn: &Txn, app: &App, patient: Uuid) -> Result<()> {
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

/// Registers a new patient; a provisional one keeps its numbers to be read, but is not found by them.
pub async fn insert(
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
        certificate_mask: person.certificate.as_ref().map(Certificate::mask),
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
        record_id: id,
        known_as: None,
        registered_by: scopes.institution(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    // A twin that registers the same certificate at once meets the unique key, and `Db::write` runs the loser again.
    Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    tag(txn, app, actor, id, &person.tags).await?;
    let detail =
        serde_json::json!({ "identified": row.identified, "provisional": row.provisional });
    record(txn, app, actor, scopes, &row, detail).await?;
    Ok(row)
}

/// Puts a patient into population groups.
pub async fn tag(txn: &Txn, app: &App, actor: &Actor, patient: Uuid, tags: &[Tag]) -> Result<()> {
    let rows = tags.iter().map(|tag| patient_tag::ActiveModel {
        id: Set(app.new_id()),
        patient_id: Set(patient),
        tag: Set(tag.tag),
        starts_on: Set(tag.starts_on),
        ends_on: Set(tag.ends_on),
        created_by: Set(actor.account),
        created_at: Set(app.now()),
    });
    patient_tag::Entity::insert_many(rows)
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}

/// Fills in what is missing on record, and says whether anything was; what is there stays.
pub async fn complete(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    scopes: &Scopes,
    known: Known,
    person: &Person,
) -> Result<(Model, bool)> {
    let Known {
        mut row,
        certificate: certificate_known,
        health_record_number: number_known,
    } = known;
    let mut change = ActiveModel::default();
    let mut filled = Vec::new();
    // A number that a merged row carries stays with that row.
    if row.certificate_hash.is_none()
        && !row.provisional
        && !certificate_known
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
    if row.health_record_number.is_none() && !number_known && person.health_record_number.is_some()
    {
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
        return Ok((row, false));
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
        return Err(Error::Overtaken);
    }
    // What was filled in was empty before: its name is all there is to keep of it.
    let detail = serde_json::json!({ "filledIn": filled });
    record(txn, app, actor, scopes, &row, detail).await?;
    Ok((row, true))
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
