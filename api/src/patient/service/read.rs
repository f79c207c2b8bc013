//! Reading a patient, masked or not, and the full identity for a purpose.

use chrono::NaiveDate;
use entity::{
    enums::{Action, CertificateKind, Purpose, SubjectKind},
    patient,
};
use uuid::Uuid;

use super::super::{loader, loader::Seen, sealed};
use crate::{
    app::App,
    auth::Actor,
    error::{Error, ProblemCode, Problems, Result},
    policy,
    record::audit::Entry,
    text,
};

/// A patient as the actor sees it, noted as about to be shown.
pub async fn read_patient(app: &App, actor: &Actor, id: Uuid) -> Result<Seen> {
    policy::require(actor, Action::ReadPatient)?;
    let seen = loader::see(app.db.reader(), app, actor, id).await?;
    let seen = seen.ok_or(Error::NotFound)?;
    seen.disclose(actor, Action::ReadPatient);
    Ok(seen)
}

/// The patient's phone, opened; what is shown of it is the policy's.
pub fn phone(app: &App, row: &patient::Model) -> Result<Option<String>> {
    sealed::open_phone(&app.keys, row)
}

/// Why somebody wants the full identity.
#[derive(Clone, Debug)]
pub struct IdentityRequest {
    /// The purpose.
    pub purpose: Purpose,
    /// What the purpose is, where it is OTHER.
    pub note: Option<String>,
}

/// A patient's full identity.
#[derive(Clone)]
pub struct Identity {
    /// Name.
    pub name: String,
    /// Kind of certificate.
    pub certificate_kind: Option<CertificateKind>,
    /// Number of the certificate.
    pub id_number: Option<String>,
    /// Birth date.
    pub birth_date: Option<NaiveDate>,
    /// Phone.
    pub phone: Option<String>,
    /// Address.
    pub address: Option<String>,
}

/// The full identity, to whoever treats the patient now or registered it. The audit entry with the purpose is written before it is shown.
pub async fn read_identity(
    app: &App,
    actor: &Actor,
    id: Uuid,
    request: &IdentityRequest,
) -> Result<Identity> {
    const LONGEST_NOTE: usize = 500;
    policy::require(actor, Action::ReadIdentity)?;
    let seen = loader::see(app.db.reader(), app, actor, id).await?;
    let seen = seen.ok_or(Error::NotFound)?;
    if !policy::opens_identity(seen.treating, seen.registered, seen.opened) {
        return Err(Error::Forbidden);
    }
    let mut problems = Problems::default();
    let note = text::line(request.note.as_deref(), LONGEST_NOTE, "note", &mut problems);
    let told = request.purpose != Purpose::Other || note.is_some() || !problems.is_empty();
    problems.check(
        told,
        "note",
        ProblemCode::Required,
        "Another purpose is told in a note.",
    );
    problems.finish()?;

    let basis = seen.ground().map(|basis| basis.code().to_owned());
    let row = seen.row;
    let identity = Identity {
        id_number: sealed::open_certificate(&app.keys, &row)?,
        phone: sealed::open_phone(&app.keys, &row)?,
        name: row.name,
        certificate_kind: row.certificate_kind,
        birth_date: row.birth_date,
        address: row.address,
    };
    let entry = Entry {
        basis,
        purpose: Some(request.purpose),
        note,
        ..Entry::done(Action::ReadIdentity, Some((SubjectKind::Patient, row.id)))
    };
    app.audit.write(app, actor, entry.of([row.id])).await?;
    Ok(identity)
}
