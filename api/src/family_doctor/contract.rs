//! Contracts 签约: signing and renewing.

use chrono::{Datelike as _, Duration, Months, NaiveDate};
use entity::{
    enums::{Action, ContractStatus, InstitutionStatus},
    family_contract::{self, Model},
    family_team,
};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    clock,
    package::check_offered,
    relation::{self, until, write_parties},
    seen::{self, Seen},
    shared::{note_contract, subject, team},
    turn::{Begun, On, Turn},
};
use crate::{
    app::App,
    auth::Call,
    clock::{shanghai_day, shanghai_midnight},
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    id::{self, Kind},
    network,
    patient::service::{self as patients, PatientRef},
    policy,
    record::{
        change::{Change, note_replay},
        replay::{self, Changed},
    },
    text,
};

/// How many years a contract runs at most, and how far ahead one is renewed.
const YEARS: u32 = 5;
/// How long ago the first day may be: contracts on paper are entered later.
const BACK: Duration = Duration::days(366);
/// How far ahead the first day may be.
const AHEAD: Duration = Duration::days(92);
/// Longest note.
pub const NOTE: usize = 1_000;

/// A contract to be signed.
#[derive(Clone, Debug, Serialize)]
pub struct Sign {
    /// The patient, known or to be registered.
    pub patient: PatientRef,
    /// The team.
    pub team: Uuid,
    /// The service package.
    pub package: Uuid,
    /// The first day; today where left out.
    pub starts_on: Option<NaiveDate>,
    /// The last day; a year where left out.
    pub ends_on: Option<NaiveDate>,
    /// In words.
    pub note: Option<String>,
}

/// A contract that runs longer.
#[derive(Clone, Debug, Serialize)]
pub struct Renew {
    /// Which.
    pub on: On,
    /// The new last day.
    pub ends_on: NaiveDate,
    /// Another service package; the same where left out.
    pub package: Option<Uuid>,
    /// In words.
    pub note: Option<String>,
}

/// Signs a patient with a team of family doctors: from now on until its last day has ended the team treats the patient.
///
/// # Errors
/// [`Error::Duplicate`] where a contract of the patient runs already; it is named to whoever sees it.
pub async fn sign(app: &App, call: &Call<'_>, input: Sign) -> Result<Changed<Seen>> {
    const ACTION: Action = Action::SignFamilyDoctorContract;
    policy::require(call.actor, ACTION)?;
    if matches!(input.patient, PatientRef::Register(_)) {
        policy::require(call.actor, Action::RegisterPatient)?;
    }
    let outcome = app
        .db
        .write(async |txn| Box::pin(sign_in(&txn, app, call, &input)).await)
        .await;
    let outcome = match call.actor.institution() {
        Some(own) => {
            let refused = (own, ACTION);
            patients::queue_refused(app, call.actor, refused, &input.patient, outcome).await
        }
        None => outcome,
    };
    Ok(covered(call, outcome?))
}

async fn sign_in(txn: &Txn, app: &App, call: &Call<'_>, input: &Sign) -> Result<Changed<Seen>> {
    const ACTION: Action = Action::SignFamilyDoctorContract;
    let actor = call.actor;
    if let Some(known) = replay::known(txn, app, call).await? {
        let seen = seen::require(&**txn, app, actor, known).await?;
        note_replay(txn, app, actor, ACTION, subject(&seen.row), None).await?;
        return Ok(Changed::before(seen));
    }
    let Some(team) = team(txn, input.team).await? else {
        let message = "No such team.";
        return Err(Error::invalid(
            "input.team",
            ProblemCode::UnknownId,
            message,
        ));
    };
    let own = policy::signs_for(actor, &app.directory.now(), team.institution_id);
    let own = own.ok_or(Error::Forbidden)?;
    let mut problems = Problems::default();
    patients::validate(&input.patient, app.now(), "input.patient", &mut problems);
    check_team(txn, &team, &mut problems).await?;
    let (package, centre) = (input.package, team.institution_id);
    check_offered(txn, package, centre, "input.package", &mut problems).await?;
    let (starts_on, ends_on) = days(app, input, &mut problems);
    text::optional(input.note.as_deref(), NOTE, "input.note", &mut problems);
    problems.finish()?;
    let path = "input.patient";
    let resolved = patients::resolve(txn, app, actor, own, &input.patient, false, path).await?;
    if !resolved.patient.identified {
        let message = "It is not known who this is; identify the patient first.";
        return Err(Error::invalid(path, ProblemCode::NotAllowed, message));
    }
    let patient = resolved.patient.id;
    let hash = replay::input_hash(input)?;
    if let Some(running) = relation::running(txn, patient).await? {
        if app.now() < running.until {
            return refuse_second(txn, app, call, &running, (own, hash)).await;
        }
        clock::expire(txn, app, running).await?;
    }
    let now = app.now();
    let row = Model {
        id: app.new_id(),
        version: 1,
        team_id: team.id,
        institution_id: centre,
        patient_id: patient,
        package_id: package,
        signed_by_id: own,
        status: ContractStatus::Running,
        starts_on,
        ends_on,
        begins_at: shanghai_midnight(starts_on),
        until: until(ends_on),
        end_reason: None,
        note: input.note.clone(),
        previous_id: None,
        open_key: Some(patient.simple().to_string()),
        created_by: actor.account,
        created_at: now,
        updated_at: now,
    };
    let detail = json!({ "startsOn": starts_on, "endsOn": ends_on });
    let change = Change {
        institution: Some(own),
        input_hash: Some(hash),
        detail,
        ..Change::of(ACTION)
    };
    let seen = insert(txn, app, call, row, change, None).await?;
    replay::remember(txn, app, call, seen.row.id).await?;
    Ok(Changed::now(seen))
}

/// Writes a contract that begins now, and what it opens. A patient whose contract was signed at the same moment has its key taken: the transaction
/// runs again and finds it.
pub async fn insert(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    row: Model,
    change: Change,
    before: Option<Uuid>,
) -> Result<Seen> {
    family_contract::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    write_parties(txn, &row).await?;
    relation::open(txn, app, call, &row, before).await?;
    note_contract(txn, app, call, row, change).await
}

/// Lets a contract run longer, with the same package or another; it is changed, not signed anew.
pub async fn renew(app: &App, call: &Call<'_>, input: Renew) -> Result<Changed<Seen>> {
    let work = app.db.write(async |txn| {
        let action = Action::RenewFamilyDoctorContract;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(seen) => return Ok(Changed::before(*seen)),
        };
        let (old, latest) = (turn.row.ends_on, furthest(shanghai_day(app.now())));
        let problems = &mut turn.problems;
        let path = "input.endsOn";
        let message = "Later than before.";
        problems.check(input.ends_on > old, path, ProblemCode::Order, message);
        let message = "At most 5 years ahead.";
        problems.check(
            input.ends_on <= latest,
            path,
            ProblemCode::TooLarge,
            message,
        );
        if let Some(package) = input.package {
            let (centre, path) = (turn.row.institution_id, "input.package");
            check_offered(&txn, package, centre, path, problems).await?;
        }
        text::optional(input.note.as_deref(), NOTE, "input.note", problems);
        turn.check()?;
        let detail = json!({
            "before": {
                "endsOn": old,
                "package": id::encode(Kind::FamilyDoctorPackage, turn.row.package_id),
            },
            "endsOn": input.ends_on,
            "note": input.note,
        });
        turn.row.ends_on = input.ends_on;
        turn.row.until = until(input.ends_on);
        turn.row.package_id = input.package.unwrap_or(turn.row.package_id);
        let seen = turn.finish(&txn, app, call, detail).await?;
        relation::open(&txn, app, call, &seen.row, None).await?;
        replay::remember(&txn, app, call, seen.row.id).await?;
        Ok(Changed::now(seen))
    });
    Ok(covered(call, work.await?))
}

/// Refuses a second contract of a patient, unless it is the first one, sent again.
async fn refuse_second(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    running: &Model,
    (own, hash): (Uuid, [u8; 32]),
) -> Result<Changed<Seen>> {
    let action = Action::SignFamilyDoctorContract;
    let visible = seen::find(&**txn, app, call.actor, running.id).await?;
    if let Some(seen) = &visible
        && replay::was_last(txn, running.id, action, Some(own), hash).await?
    {
        note_replay(txn, app, call.actor, action, subject(running), None).await?;
        return Ok(Changed::before(seen.clone()));
    }
    let message = "The patient has a contract with family doctors already; it has to be moved or ended first.";
    Err(Error::Duplicate {
        existing: visible.map(|seen| id::encode(Kind::FamilyDoctorContract, seen.row.id)),
        problems: vec![Problem::new("input.patient", ProblemCode::Taken, message)],
    })
}

/// Notes a team that takes no patients.
pub async fn check_team(
    txn: &Txn,
    team: &family_team::Model,
    problems: &mut Problems,
) -> Result<()> {
    let path = "input.team";
    let message = "The team was dissolved.";
    problems.check(team.active, path, ProblemCode::NotAllowed, message);
    let centre = network::service::institution(txn, team.institution_id).await?;
    let operates = centre.status == InstitutionStatus::Operating;
    let message = "Its health centre does not operate at present.";
    problems.check(operates, path, ProblemCode::NotOperating, message);
    Ok(())
}

/// The first and the last day of a contract, and what is wrong with them.
fn days(app: &App, input: &Sign, problems: &mut Problems) -> (NaiveDate, NaiveDate) {
    let today = shanghai_day(app.now());
    let starts_on = input.starts_on.unwrap_or(today);
    let year = starts_on.checked_add_months(Months::new(12));
    let ends_on = input
        .ends_on
        .unwrap_or_else(|| year.map_or(starts_on, |day| day - Duration::days(1)));
    let near = starts_on >= today - BACK && starts_on <= today + AHEAD;
    let message = "At most a year back, and at most 92 days ahead.";
    problems.check(near, "input.startsOn", ProblemCode::Order, message);
    let message = "Not before the first day, and not past.";
    let after = ends_on >= starts_on && ends_on >= today;
    problems.check(after, "input.endsOn", ProblemCode::Order, message);
    let message = "At most 5 years after the first day.";
    let short = ends_on <= furthest(starts_on);
    problems.check(short, "input.endsOn", ProblemCode::TooLarge, message);
    (starts_on, ends_on)
}

/// The latest last day of a contract from that day on.
fn furthest(from: NaiveDate) -> NaiveDate {
    let latest = from.checked_add_months(Months::new(12 * YEARS));
    latest.unwrap_or_else(|| from.with_day(1).unwrap_or(from))
}

/// The change's own audit entry covers what its answer shows of the patient.
#[must_use]
pub fn covered(call: &Call<'_>, changed: Changed<Seen>) -> Changed<Seen> {
    call.actor.request.cover(changed.object.row.patient_id);
    changed
}
