//! What is not ordinary: patients registered under another name than their record has, and one opened in need.

use chrono::{DateTime, Duration, Utc};
use entity::enums::{BreakGlassReason, Role};

use super::{
    cast::Cast,
    dice::Dice,
    plan::{Case, Plan},
};
use crate::{
    app::App,
    clock::shanghai_day,
    error::{Error, Result},
    patient::{
        CertificateInput,
        service::{self as patients, Open, PatientKey},
    },
};

/// How many conflicts wait.
const CONFLICTS: usize = 3;
/// How long ago the patient was opened: last night.
const LAST_NIGHT: Duration = Duration::hours(9);

/// Plays what is not ordinary, in the night before now.
///
/// # Errors
/// Where a service answers otherwise than it should.
pub async fn perform(
    app: &App,
    players: &Cast,
    plan: &Plan,
    (seed, now): (u64, DateTime<Utc>),
) -> Result<()> {
    app.clock.set(now - LAST_NIGHT);
    let mut dice = Dice::apart(seed, 7);
    for (case, person) in known(plan).take(CONFLICTS) {
        misname(app, players, plan, (case, person), &mut dice).await?;
    }
    for (case, person) in known(plan).skip(CONFLICTS) {
        if open(app, players, plan, (case, person), &mut dice).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Referrals of people who are known, each with the person.
fn known(plan: &Plan) -> impl Iterator<Item = (&Case, usize)> {
    let cases = plan.cases.iter();
    cases.filter_map(|case| case.patient.map(|person| (case, person)))
}

/// The receiver registers the patient under another name: refused, and in the queue of both.
async fn misname(
    app: &App,
    players: &Cast,
    plan: &Plan,
    (case, person): (&Case, usize),
    dice: &mut Dice,
) -> Result<()> {
    let Some(actor) = players.actor(case.receiver, false, dice) else {
        return Ok(());
    };
    let mut registration = plan.people[person].registration(shanghai_day(app.now()));
    registration.name = registration.name.map(|name| format!("{name}儿"));
    match patients::register_patient(app, &actor.at("demo"), &registration).await {
        Err(Error::Conflict { .. }) => Ok(()),
        Err(other) => Err(other),
        Ok(_) => Err(Error::Internal("demo: another name was taken".into())),
    }
}

/// A clinician at a hospital that has nothing to do with the referral opens the patient; whether there was one.
async fn open(
    app: &App,
    players: &Cast,
    plan: &Plan,
    (case, person): (&Case, usize),
    dice: &mut Dice,
) -> Result<bool> {
    let elsewhere = plan.cases.iter().map(|other| other.receiver);
    let mut elsewhere = elsewhere.filter(|place| ![case.sender, case.receiver].contains(place));
    let actor = elsewhere
        .find_map(|place| players.actor(place, true, dice))
        .filter(|actor| actor.has(Role::Clinician));
    let Some(actor) = actor else {
        return Ok(false);
    };
    let certificate = CertificateInput {
        kind: entity::enums::CertificateKind::ResidentIdCard,
        number: plan.people[person].certificate_number(),
    };
    let input = Open {
        patient: PatientKey::Certificate(certificate),
        reason: BreakGlassReason::Emergency,
        text: "昏迷送入，家属未到，需了解既往病史及用药。".into(),
    };
    patients::open_patient(app, &actor.at("demo"), &input).await?;
    Ok(true)
}
