//! Registering a patient.

use entity::{
    enums::{Action, SubjectKind},
    patient,
};

use super::{
    super::{
        member,
        registration::Registration,
        resolve::{self, PatientRef, Resolved},
    },
    conflict,
};
use crate::{
    app::App,
    auth::Call,
    error::{Error, Result},
    policy,
    record::{
        audit::{self, Entry},
        replay::{self, Changed},
    },
};

/// Registers a patient for the actor's institution, or finds who that is. Whoever is on record already, with nothing to add, is answered as a replay.
pub async fn register_patient(
    app: &App,
    call: &Call<'_>,
    input: &Registration,
) -> Result<Changed<patient::Model>> {
    let actor = call.actor;
    policy::require(actor, Action::RegisterPatient)?;
    let institution = actor.institution().ok_or(Error::Forbidden)?;
    let outcome = app
        .db
        .write(async |txn| {
            let done = if let Some(id) = replay::known(&txn, app, call).await? {
                let patient = member::find(&*txn, id).await?.ok_or(Error::NotFound)?;
                Changed::before(patient)
            } else {
                let found =
                    resolve::register(&txn, app, actor, institution, input, false, "input").await?;
                replay::remember(&txn, app, call, found.patient.id).await?;
                changed(found)
            };
            let id = done.object.id;
            let entry =
                Entry::done(Action::RegisterPatient, Some((SubjectKind::Patient, id))).of([id]);
            let entry = if done.replayed {
                entry.replayed()
            } else {
                entry
            };
            audit::record(&txn, app, actor, entry).await?;
            Ok(done)
        })
        .await;
    let given = PatientRef::Register(Box::new(input.clone()));
    let refused = (institution, Action::RegisterPatient);
    let changed = conflict::queue_refused(app, actor, refused, &given, outcome).await?;
    actor.request.cover(changed.object.id);
    Ok(changed)
}

fn changed(found: Resolved) -> Changed<patient::Model> {
    if found.created || found.completed {
        Changed::now(found.patient)
    } else {
        Changed::before(found.patient)
    }
}
