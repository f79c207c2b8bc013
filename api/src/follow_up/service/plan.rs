//! Planning: which institution looks after the patient again, on which days.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use entity::{
    enums::{
        Action, FollowUpStatus, FollowUpTemplate, InstitutionStatus, ReferralDirection,
        ReferralStatus, Tier,
    },
    follow_up, institution, referral,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    turn::covered,
    write::{insert, open_key, subject},
};
use crate::{
    app::App,
    auth::Call,
    clock::shanghai_day,
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    family_doctor::service as family_doctors,
    follow_up::{
        seen::{self, Seen},
        template,
    },
    id::{self, Kind},
    policy,
    record::{
        change::{Change, note_replay},
        replay::{self, Changed},
    },
    referral::{seen as referral_seen, seen::Key, service::check_time},
};

/// A plan for the patient of a referral.
#[derive(Clone, Debug, Serialize)]
pub struct NewPlan {
    /// The referral.
    pub referral: Key,
    /// When it was planned, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
    /// The plan.
    pub plan: Plan,
}

/// Who looks after the patient, and when.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// What it is made after.
    pub template: FollowUpTemplate,
    /// The last day of each follow-up, counted from the first; the template's where left out.
    pub days: Option<Vec<i32>>,
    /// The day that the others are counted from.
    pub from: Option<NaiveDate>,
    /// Who looks after the patient.
    pub institution: Option<Uuid>,
    /// The team of family doctors that does it there.
    pub team: Option<Uuid>,
}

/// Plans follow-ups for the patient of a referral; answers with the first of them.
pub async fn plan(app: &App, call: &Call<'_>, input: NewPlan) -> Result<Changed<Seen>> {
    let changed = app
        .db
        .write(async |txn| Box::pin(plan_alone(&txn, app, call, &input)).await)
        .await?;
    Ok(covered(call, changed))
}

async fn plan_alone(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    input: &NewPlan,
) -> Result<Changed<Seen>> {
    const ACTION: Action = Action::PlanFollowUp;
    let actor = call.actor;
    if let Some(id) = replay::known(txn, app, call).await? {
        return again(txn, app, call, id).await;
    }
    let seen = referral_seen::require(&**txn, actor, &input.referral).await?;
    // A role that reads no referrals does not learn that there is one.
    policy::require(actor, Action::ReadReferral).map_err(|_| Error::NotFound)?;
    policy::require(actor, ACTION)?;
    let directory = app.directory.now();
    if policy::takes_part(actor, &directory, &seen.row).is_none() {
        return Err(Error::Forbidden);
    }
    let hash = replay::input_hash(input)?;
    let own = actor.scope.home();
    if let Some(first) = open(txn, seen.row.id, input.plan.template).await? {
        if replay::was_last(txn, first.plan_id, ACTION, own, hash).await? {
            return again(txn, app, call, first.plan_id).await;
        }
        return Err(planned_already(&first));
    }
    require_followable(app, &seen.row)?;
    let (now, last) = (app.now(), seen.row.arrived_at);
    let mut problems = Problems::default();
    let last = last.unwrap_or(DateTime::UNIX_EPOCH);
    check_time(input.occurred_at, now, last, &mut problems);
    let at = input.occurred_at.unwrap_or(now);
    check(txn, app, &input.plan, &seen.row, "input", &mut problems).await?;
    problems.finish()?;
    drop(directory);
    let basis = seen.party.basis.code();
    let first = write(txn, app, call, &seen.row, &input.plan, at, (hash, basis)).await?;
    replay::remember(txn, app, call, first.row.id).await?;
    Ok(Changed::now(first))
}

async fn again(txn: &Txn, app: &App, call: &Call<'_>, id: Uuid) -> Result<Changed<Seen>> {
    let seen = seen::require(&**txn, app, call.actor, id).await?;
    let (action, basis) = (Action::PlanFollowUp, Some(seen.party.basis));
    note_replay(txn, app, call.actor, action, subject(&seen.row), basis).await?;
    Ok(Changed::before(seen))
}

/// Plans follow-ups as part of another change, whose problems it adds to. `referral` is as that change leaves it.
pub async fn plan_in(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    referral: &referral::Model,
    plan: &Plan,
    at: DateTime<Utc>,
) -> Result<()> {
    let hash = replay::input_hash(plan)?;
    let basis = entity::enums::Basis::Sender.code();
    write(txn, app, call, referral, plan, at, (hash, basis))
        .await
        .map(drop)
}

/// Whether the patient of that referral is still to be followed up.
pub async fn has_open(txn: &Txn, referral: Uuid) -> Result<bool> {
    let found = follow_up::Entity::find()
        .filter(follow_up::Column::ReferralId.eq(referral))
        .filter(follow_up::Column::Status.ne(FollowUpStatus::Ended))
        .one(&**txn)
        .await?;
    Ok(found.is_some())
}

/// Notes what is wrong with a plan for the patient of that referral.
pub async fn check(
    txn: &Txn,
    app: &App,
    plan: &Plan,
    referral: &referral::Model,
    path: &str,
    problems: &mut Problems,
) -> Result<()> {
    let at = |field: &str| format!("{path}.{field}");
    if let Some(days) = &plan.days {
        template::check(days, &at("days"), problems);
    }
    if let Some(from) = plan.from {
        let today = shanghai_day(app.now());
        let began = referral.arrived_at.map_or(today, shanghai_day);
        let good = from >= began && from <= today + Duration::days(90);
        problems.check(
            good,
            at("from"),
            ProblemCode::Order,
            "From the arrival on, and at most 90 days ahead.",
        );
    }
    let (institution, team) = doers(txn, app, plan, referral).await?;
    let Some(id) = institution else {
        problems.add(
            at("institution"),
            ProblemCode::Required,
            "Say who looks after the patient.",
        );
        return Ok(());
    };
    if let Some(team) = team.filter(|_| plan.team.is_some()) {
        check_team(txn, app, team, id, &at("team"), problems).await?;
    }
    check_institution(txn, app, id, &at("institution"), problems).await
}

/// Which institution, and which of its teams of family doctors, looks after the patient. A patient who has a contract with a team there goes to
/// that team, unless another is named.
async fn doers(
    txn: &Txn,
    app: &App,
    plan: &Plan,
    referral: &referral::Model,
) -> Result<(Option<Uuid>, Option<Uuid>)> {
    let directory = app.directory.now();
    let belongs = |id: Uuid, centre: Uuid| id == centre || directory.managing(id) == Some(centre);
    if let Some(team) = plan.team {
        let centre = family_doctors::centre_of(txn, team).await?;
        let home = at_home(referral).filter(|id| centre.is_some_and(|centre| belongs(*id, centre)));
        return Ok((plan.institution.or(home).or(centre), Some(team)));
    }
    let institution = plan.institution.or(at_home(referral));
    let now = app.now();
    let runs = referral.family_until.is_some_and(|until| now < until);
    let tied = institution
        .zip(referral.family_centre_id)
        .is_some_and(|(id, centre)| belongs(id, centre));
    Ok((
        institution,
        referral.family_team_id.filter(|_| runs && tied),
    ))
}

/// Notes a team of family doctors that does not look after patients of that institution.
pub async fn check_team(
    txn: &Txn,
    app: &App,
    team: Uuid,
    institution: Uuid,
    path: &str,
    problems: &mut Problems,
) -> Result<()> {
    let Some(found) = family_doctors::team(txn, team).await? else {
        problems.add(path, ProblemCode::UnknownId, "No such team.");
        return Ok(());
    };
    let centre = found.institution_id;
    let there = institution == centre || app.directory.now().managing(institution) == Some(centre);
    let message =
        "It belongs neither to that institution nor to the health centre that manages it.";
    problems.check(there, path, ProblemCode::Inconsistent, message);
    let message = "The team was dissolved.";
    problems.check(found.active, path, ProblemCode::NotAllowed, message);
    Ok(())
}

/// Notes an institution that cannot look after a patient: one that does not operate, or has nobody here.
pub async fn check_institution(
    txn: &Txn,
    app: &App,
    id: Uuid,
    path: &str,
    problems: &mut Problems,
) -> Result<()> {
    let found = institution::Entity::find_by_id(id).one(&**txn).await?;
    let Some(found) = found else {
        problems.add(path, ProblemCode::UnknownId, "No such institution.");
        return Ok(());
    };
    problems.check(
        found.status == InstitutionStatus::Operating,
        path,
        ProblemCode::NotOperating,
        "The institution does not operate at present.",
    );
    let absent = found.tier == Tier::Partner && policy::is_absent(&app.directory.now(), id);
    problems.check(
        !absent,
        path,
        ProblemCode::NotAllowed,
        "A partner that has no account here cannot record what it finds.",
    );
    Ok(())
}

/// Where the patient of a referral is at home: below.
fn at_home(referral: &referral::Model) -> Option<Uuid> {
    if referral.direction == Some(ReferralDirection::Down) {
        referral.receiver_id
    } else {
        Some(referral.sender_id)
    }
}

/// Refuses to plan for a patient who has not come, or whose referral closed long ago.
fn require_followable(app: &App, referral: &referral::Model) -> Result<()> {
    let reason = match referral.status {
        ReferralStatus::Arrived | ReferralStatus::InTreatment | ReferralStatus::ReportedBack => {
            return Ok(());
        }
        ReferralStatus::Closed if referral.arrived_at.is_some() => {
            let kept = Duration::days(app.settings.beside_days);
            if policy::open_beside(referral, kept).is_some_and(|until| app.now() < until) {
                return Ok(());
            }
            "The referral was closed long ago; the patient needs a new one."
        }
        _ => "Only a patient who has arrived is followed up.",
    };
    Err(Error::InvalidTransition {
        from: referral.status.code(),
        action: Action::PlanFollowUp,
        allowed: Vec::new(),
        reason: Some(reason),
    })
}

/// A follow-up that is still to be done after that template for that referral.
async fn open(
    txn: &Txn,
    referral: Uuid,
    template: FollowUpTemplate,
) -> Result<Option<follow_up::Model>> {
    Ok(follow_up::Entity::find()
        .filter(follow_up::Column::ReferralId.eq(referral))
        .filter(follow_up::Column::Template.eq(template))
        .filter(follow_up::Column::Status.eq(FollowUpStatus::Planned))
        .order_by_asc(follow_up::Column::Number)
        .one(&**txn)
        .await?)
}

fn planned_already(first: &follow_up::Model) -> Error {
    let problem = Problem::new(
        "input.template",
        ProblemCode::Taken,
        "The patient is followed up after this template already; end that plan first.",
    );
    Error::Duplicate {
        existing: Some(id::encode(Kind::FollowUp, first.id)),
        problems: vec![problem],
    }
}

/// Writes the follow-ups of a plan; gives back the first.
async fn write(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    referral: &referral::Model,
    plan: &Plan,
    at: DateTime<Utc>,
    (input_hash, basis): ([u8; 32], &'static str),
) -> Result<Seen> {
    if let Some(first) = open(txn, referral.id, plan.template).await? {
        return Err(planned_already(&first));
    }
    let now = app.now();
    let planner = call.actor.scope.home().ok_or(Error::Forbidden)?;
    let (institution, team_id) = doers(txn, app, plan, referral).await?;
    let institution_id = institution.ok_or(Error::NotFound)?;
    let arrival = referral
        .arrived_at
        .filter(|_| referral.direction == Some(ReferralDirection::Down));
    let from = plan.from.unwrap_or(shanghai_day(arrival.unwrap_or(at)));
    let days = plan.days.as_deref();
    let days = days.unwrap_or_else(|| template::days(plan.template));
    let plan_id = app.new_id();
    let mut first = None;
    for (number, day) in (1..).zip(days) {
        let mut row = follow_up::Model {
            id: if number == 1 { plan_id } else { app.new_id() },
            version: 1,
            plan_id,
            number,
            referral_id: referral.id,
            episode_id: referral.episode(),
            patient_id: referral.patient_id,
            sensitive: referral.sensitive,
            planner_id: planner,
            institution_id,
            team_id,
            template: plan.template,
            due_at: template::due(from, *day),
            status: FollowUpStatus::Planned,
            record: None,
            ending: None,
            led_to_id: None,
            done_at: None,
            occurred_at: at,
            open_key: None,
            created_by: call.actor.account,
            created_at: now,
            updated_at: now,
        };
        row.open_key = open_key(&row);
        let change = Change {
            institution: Some(planner),
            input_hash: Some(input_hash),
            basis: Some(basis),
            detail: json!({}),
            ..Change::of(Action::PlanFollowUp)
        };
        let seen = insert(txn, app, call, row, referral, change).await?;
        first.get_or_insert(seen);
    }
    first.ok_or_else(|| Error::Internal("a plan without a day".into()))
}
