//! Saying who an unidentified patient or a newborn is.

use entity::{enums::Action, patient::Model};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    super::{
        certificate::Certificate,
        conflict, enrol, loader,
        registration::{Person, Registration},
        resolve::{self, Found, Mismatch},
        sealed,
    },
    change, merge,
};
use crate::{
    app::App,
    auth::{Actor, Call},
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    id::{self, Kind},
    policy,
    record::replay::{self, Changed},
};

/// Who somebody is.
#[derive(Clone, Debug, Serialize)]
pub struct Identify {
    /// The patient of whom too little was known.
    pub patient: Uuid,
    /// The patient's version; required of people.
    pub version: Option<i32>,
    /// Who it is.
    pub identity: Registration,
    /// Whether to merge into the record that is there already.
    pub merge_if_known: bool,
}

const ACTION: Action = Action::IdentifyPatient;
const PATH: &str = "input.identity";

/// Gives an unidentified patient an identity, or merges them into the record that is there already.
///
/// # Errors
/// [`Error::Duplicate`] where there is such a record and the input does not say to merge, [`Error::Conflict`] with `PATIENT_MISMATCH`
/// where it disagrees; the conflict then waits in the queue.
pub async fn identify_patient(
    app: &App,
    call: &Call<'_>,
    input: &Identify,
) -> Result<Changed<Model>> {
    let actor = call.actor;
    let person = check(app, actor, input)?;
    let outcome = app
        .db
        .write(async |txn| {
            let changed = match change::before(&txn, app, call).await? {
                Some(changed) => changed,
                None => identify(&txn, app, actor, input, &person).await?,
            };
            let entry = change::entry(ACTION, &changed).of([input.patient]);
            change::close(&txn, app, call, entry, changed).await
        })
        .await;
    if outcome.as_ref().is_err_and(super::conflict::is_mismatch) {
        note(app, actor, input, &person).await?;
    }
    let changed = outcome?;
    actor.request.cover(changed.object.id);
    Ok(changed)
}

fn check(app: &App, actor: &Actor, input: &Identify) -> Result<Person> {
    policy::require(actor, ACTION)?;
    let mut problems = Problems::default();
    change::check_version(actor, input.version, &mut problems);
    problems.check(
        !input.identity.unidentified,
        format!("{PATH}.unidentified"),
        ProblemCode::NotAllowed,
        "Say who it is.",
    );
    let person = input.identity.check(app.now(), PATH, &mut problems);
    problems.finish()?;
    person.ok_or_else(|| Error::Internal("a check named no problem".into()))
}

async fn identify(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    input: &Identify,
    person: &Person,
) -> Result<Changed<Model>> {
    let input_hash = replay::input_hash(input)?;
    let row = change::visible_row(txn, app, actor, input.patient).await?;
    let unknown = row.merged_into.is_none()
        && !row.provisional
        && (!row.identified || row.certificate_hash.is_none());
    let taken = async || change::was_taken(txn, actor, row.id, ACTION, input_hash).await;
    if !unknown || input.version.is_some_and(|version| version != row.version) {
        if taken().await? {
            let record = change::visible(txn, app, actor, row.id).await?;
            return Ok(Changed::before(record));
        }
        change::require_version(row.version, input.version.filter(|_| unknown))?;
        return Err(known_already());
    }
    match resolve::on_record(txn, app, person, PATH).await? {
        Found::Nobody => settle(txn, app, actor, row, person, input_hash).await,
        Found::Known(known) if known.row.id == row.id => {
            settle(txn, app, actor, row, person, input_hash).await
        }
        Found::Known(known) if input.merge_if_known => {
            let detail = json!({ "into": known.row.id });
            let into = merge::merge(
                txn,
                app,
                actor,
                (row, known.row),
                (ACTION, detail, Some(input_hash)),
            )
            .await?;
            Ok(Changed::now(into))
        }
        Found::Known(known) => Err(on_record_already(txn, app, actor, &known.row).await?),
        Found::Mismatch(mismatch) => Err(mismatch.refusal()),
    }
}

fn known_already() -> Error {
    Error::InvalidTransition {
        from: "IDENTIFIED",
        action: ACTION,
        allowed: Vec::new(),
        reason: Some("It is on record who this is."),
    }
}

async fn on_record_already(txn: &Txn, app: &App, actor: &Actor, row: &Model) -> Result<Error> {
    let visible = loader::see(&**txn, app, actor, row.id).await?.is_some();
    let mut problems = Problems::default();
    let message = "There is a record of this person: say `mergeIfKnown: true` to merge into it.";
    problems.add(PATH, ProblemCode::Taken, message);
    Ok(Error::Duplicate {
        existing: visible.then(|| id::encode(Kind::Patient, row.id)),
        problems: problems.into_vec(),
    })
}

/// Writes who it is over what was guessed; the event keeps the guess.
async fn settle(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    row: Model,
    person: &Person,
    input_hash: [u8; 32],
) -> Result<Changed<Model>> {
    let keys = &app.keys;
    let before = json!({
        "name": row.name, "sex": row.sex, "birthDate": row.birth_date, "address": row.address,
        "identified": row.identified,
    });
    let first_known = || sealed::known_as(keys, &row.name, row.sex, row.birth_date);
    let known_as = row.known_as.clone().or_else(|| Some(first_known()));
    let mut row = Model {
        name: person.name.clone(),
        sex: person.sex,
        birth_date: person.birth_date,
        identified: true,
        known_as,
        ..row
    };
    if let Some(certificate) = &person.certificate {
        row.certificate_kind = Some(certificate.kind);
        row.certificate_cipher = sealed::certificate(keys, row.id, Some(certificate))?;
        row.certificate_hash = Some(certificate.hash(keys));
        row.certificate_mask = Some(Certificate::mask(certificate));
    }
    if let Some(phone) = &person.phone {
        row.phone_cipher = sealed::phone(keys, row.id, Some(phone))?;
        row.phone_hash = Some(sealed::phone_hash(keys, phone));
    }
    row.address = person.address.clone().or(row.address);
    row.health_record_number = person
        .health_record_number
        .clone()
        .or(row.health_record_number);
    row.insurance_kind = person.insurance_kind.or(row.insurance_kind);
    let row = change::write(txn, app, row).await?;
    let held = loader::tags_of(&**txn, &[row.record_id]).await?;
    let mut added = person.tags.clone();
    added.retain(|tag| {
        !held
            .iter()
            .any(|(_, held)| super::tag::period(held).overlaps(tag))
    });
    enrol::tag(txn, app, actor, row.id, &added).await?;
    let detail = json!({ "before": before });
    change::record(txn, app, actor, ACTION, &row, (detail, Some(input_hash))).await?;
    Ok(Changed::now(row))
}

/// Puts the disagreement in the queue, outside the refused transaction; the patient waits as the one who stands in.
async fn note(app: &App, actor: &Actor, input: &Identify, person: &Person) -> Result<()> {
    let institution = actor.institution().ok_or(Error::Forbidden)?;
    app.db
        .write(async |txn| {
            let found = resolve::on_record(&txn, app, person, PATH).await?;
            if let Found::Mismatch(mismatch) = found {
                let of: (Uuid, &Mismatch) = (institution, &mismatch);
                conflict::note(&txn, app, actor, of, person, Some(input.patient)).await?;
                super::conflict::audit_refused(&txn, app, actor, ACTION, &mismatch).await?;
            }
            Ok(())
        })
        .await
}
