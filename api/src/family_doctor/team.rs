//! Teams 家庭医生团队: setting them up, and who belongs to them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, ContractStatus, InstitutionStatus, SubjectKind, Tier},
    family_contract, family_member,
    family_team::{self, Model},
    institution, practitioner,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, PaginatorTrait as _,
    QueryFilter as _,
    sea_query::{Expr, ExprTrait as _},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::shared::{check_centre, note, team};
use crate::{
    app::App,
    auth::{Call, membership},
    db::Txn,
    draft::Change,
    error::{Error, ProblemCode, Problems, Result},
    id::{self, Kind},
    network, policy,
    record::{
        change::overwrite,
        replay::{self, Changed},
        version,
    },
    text,
};

/// Longest name.
const NAME: usize = 60;
/// Most members.
pub const MEMBERS: usize = 20;

/// Somebody who is to belong to a team.
#[derive(Clone, Debug, Serialize)]
pub struct NewMember {
    /// Who.
    pub practitioner: Uuid,
    /// Whether they lead it.
    pub leader: bool,
}

/// A team to be set up.
#[derive(Clone, Debug, Serialize)]
pub struct NewTeam {
    /// The health centre.
    pub institution: Uuid,
    /// Its name.
    pub name: String,
    /// Its phone.
    pub phone: Option<String>,
    /// Who belongs to it.
    pub members: Vec<NewMember>,
}

/// What shall be different about a team; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct TeamChange {
    /// Its name.
    pub name: Option<String>,
    /// Its phone.
    pub phone: Change<String>,
    /// Who belongs to it from now on, all of them.
    pub members: Option<Vec<NewMember>>,
    /// Whether it is dissolved.
    pub dissolved: bool,
}

/// Sets up a team of a health centre. Whoever belongs to it acts for it from now on.
///
/// # Errors
/// [`Error::NotFound`] where there is no such institution, [`Error::Forbidden`] for whoever does not set up its teams.
pub async fn create(app: &App, call: &Call<'_>, input: NewTeam) -> Result<Changed<Model>> {
    const ACTION: Action = Action::CreateFamilyDoctorTeam;
    policy::require(call.actor, ACTION)?;
    let work = app.db.write(async |txn| {
        if let Some(known) = replay::known(&txn, app, call).await? {
            return Ok(Changed::before(find(&txn, known).await?));
        }
        let centre = network::service::institution(&txn, input.institution).await?;
        policy::require_team_keeper(call.actor, ACTION, centre.id)?;
        let mut problems = Problems::default();
        check_centre(&centre, &mut problems);
        let good = centre.status == InstitutionStatus::Operating;
        let message = "The institution does not operate at present.";
        problems.check(
            good,
            "input.institution",
            ProblemCode::NotOperating,
            message,
        );
        let row = blank(app, call, &input);
        check(&row, &mut problems);
        let members = check_members(&txn, &centre, &input.members, &mut problems).await?;
        problems.finish()?;
        family_team::Entity::insert(row.clone().into_active_model())
            .exec_without_returning(&*txn)
            .await?;
        admit(&txn, app, call, &row, &members).await?;
        let subject = (SubjectKind::FamilyDoctorTeam, row.id, row.version);
        let detail = json!({ "name": row.name, "members": listed(&input.members) });
        let done = (ACTION, detail);
        note(&txn, app, call, subject, centre.id, done, &[row.id]).await?;
        replay::remember(&txn, app, call, row.id).await?;
        Ok(Changed::now(row))
    });
    let done = work.await?;
    app.sessions.forget();
    Ok(done)
}

/// Changes a team, and who belongs to it; or dissolves it, once no patient has a contract with it any more. Whoever leaves acts for it no longer.
///
/// # Errors
/// [`Error::Conflict`] where the version is not the present one.
pub async fn update(
    app: &App,
    call: &Call<'_>,
    id: Uuid,
    version: i32,
    change: TeamChange,
) -> Result<Changed<Model>> {
    const ACTION: Action = Action::UpdateFamilyDoctorTeam;
    policy::require(call.actor, ACTION)?;
    let work = app.db.write(async |txn| {
        let known = replay::known(&txn, app, call).await?;
        let old = find(&txn, id).await?;
        policy::require_team_keeper(call.actor, ACTION, old.institution_id)?;
        if known.is_some() {
            return Ok(Changed::before(old));
        }
        if old.version != version {
            return Err(version::stale(old.version));
        }
        if !old.active {
            return Err(refused(&old, "The team was dissolved; set up another."));
        }
        let centre = network::service::institution(&txn, old.institution_id).await?;
        let row = shape(app, old.clone(), change.clone());
        let mut problems = Problems::default();
        check(&row, &mut problems);
        let good = change.members.is_none() || row.active;
        let message = "Whoever dissolves a team leaves its members as they are.";
        problems.check(good, "input.members", ProblemCode::NotAllowed, message);
        let wanted = match &change.members {
            Some(wanted) => Some(check_members(&txn, &centre, wanted, &mut problems).await?),
            None => None,
        };
        problems.finish()?;
        if !row.active && contracts(&txn, id).await? > 0 {
            let reason = "Patients have contracts with it; move or end those first.";
            return Err(refused(&old, reason));
        }
        replace(&txn, &row, old.version).await?;
        match (&wanted, row.active) {
            (_, false) => dismiss(&txn, app, call, &row, &HashSet::new()).await?,
            (Some(wanted), true) => {
                let staying = wanted.iter().map(|one| one.member.practitioner).collect();
                dismiss(&txn, app, call, &row, &staying).await?;
                admit(&txn, app, call, &row, wanted).await?;
            }
            (None, true) => {}
        }
        let subject = (SubjectKind::FamilyDoctorTeam, id, row.version);
        let detail = json!({
            "before": { "name": old.name, "phone": old.phone, "active": old.active },
            "members": change.members.as_deref().map(listed),
        });
        let done = (ACTION, detail);
        note(&txn, app, call, subject, centre.id, done, &[id]).await?;
        replay::remember(&txn, app, call, id).await?;
        Ok(Changed::now(row))
    });
    let done = work.await?;
    app.sessions.forget();
    Ok(done)
}

/// The teams that a practitioner belongs to now, each with its health centre.
pub async fn memberships(txn: &Txn, practitioner: Uuid) -> Result<Vec<(Uuid, Uuid)>> {
    let rows = family_member::Entity::find()
        .find_also_related(family_team::Entity)
        .filter(family_member::Column::PractitionerId.eq(practitioner))
        .filter(family_member::Column::Until.is_null())
        .all(&**txn)
        .await?;
    let teams = rows.into_iter().filter_map(|(_, team)| team);
    Ok(teams.map(|team| (team.id, team.institution_id)).collect())
}

/// Where a member of a team works; none of whoever is no member now.
pub async fn workplace(
    txn: &Txn,
    app: &App,
    team: Uuid,
    practitioner: Uuid,
) -> Result<Option<Uuid>> {
    let now: DateTime<Utc> = app.now();
    let found = family_member::Entity::find()
        .filter(family_member::Column::TeamId.eq(team))
        .filter(family_member::Column::PractitionerId.eq(practitioner))
        .filter(family_member::Column::Since.lte(now))
        .filter(family_member::Column::Until.is_null())
        .one(&**txn)
        .await?;
    Ok(found.map(|member| member.institution_id))
}

async fn find(txn: &Txn, id: Uuid) -> Result<Model> {
    team(txn, id).await?.ok_or(Error::NotFound)
}

fn blank(app: &App, call: &Call<'_>, input: &NewTeam) -> Model {
    let now = app.now();
    Model {
        id: app.new_id(),
        version: 1,
        institution_id: input.institution,
        name: input.name.trim().to_owned(),
        phone: input.phone.clone(),
        active: true,
        ended_at: None,
        created_by: call.actor.account,
        created_at: now,
        updated_at: now,
    }
}

fn shape(app: &App, old: Model, change: TeamChange) -> Model {
    let now = app.now();
    let mut row = Model {
        version: old.version + 1,
        name: change.name.map_or(old.name, |name| name.trim().to_owned()),
        active: !change.dissolved,
        ended_at: change.dissolved.then_some(now),
        updated_at: now,
        ..old
    };
    change.phone.apply(&mut row.phone);
    row
}

fn check(row: &Model, problems: &mut Problems) {
    text::required(Some(&row.name), NAME, "input.name", problems);
    text::one_line(&row.name, "input.name", problems);
    text::phone(row.phone.as_deref(), "input.phone", problems);
}

/// Somebody who may belong to a team, and which of the three they are.
struct Checked {
    member: NewMember,
    at: Uuid,
    tier: Tier,
}

/// Notes who cannot belong to a team of that health centre: the specialist works at a hospital, the general practitioner at the health centre, the
/// health worker at a station that it manages.
async fn check_members(
    txn: &Txn,
    centre: &institution::Model,
    members: &[NewMember],
    problems: &mut Problems,
) -> Result<Vec<Checked>> {
    let path = "input.members";
    let message = format!("At most {MEMBERS}.");
    let few = members.len() <= MEMBERS;
    problems.check(few, path, ProblemCode::TooLarge, message);
    let leaders = members.iter().filter(|member| member.leader).count();
    let message = "One of them leads at most.";
    problems.check(leaders <= 1, path, ProblemCode::Inconsistent, message);
    if !few {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = members.iter().map(|member| member.practitioner).collect();
    let people = network::service::practitioners(txn, ids).await?;
    let people: HashMap<Uuid, practitioner::Model> =
        people.into_iter().map(|found| (found.id, found)).collect();
    let places: Vec<Uuid> = people.values().map(|found| found.institution_id).collect();
    let places = network::service::institutions(txn, &places).await?;
    let (mut checked, mut seen) = (Vec::new(), HashSet::new());
    for (place, member) in members.iter().enumerate() {
        let path = format!("{path}[{place}].practitioner");
        let message = "Named twice.";
        problems.check(
            seen.insert(member.practitioner),
            &path,
            ProblemCode::Taken,
            message,
        );
        let found = people.get(&member.practitioner);
        let Some(found) = found.filter(|found| found.active) else {
            let message = "No practitioner of the network.";
            problems.add(path, ProblemCode::UnknownId, message);
            continue;
        };
        let Some(home) = places.get(&found.institution_id) else {
            continue;
        };
        let fits = match home.tier {
            Tier::Hospital => true,
            Tier::HealthCentre => home.id == centre.id,
            Tier::Station => home.managed_by == Some(centre.id),
            Tier::Partner => false,
        };
        let message =
            "Members work at a hospital, at the health centre, or at a station that it manages.";
        problems.check(fits, path, ProblemCode::NotAllowed, message);
        checked.push(Checked {
            member: member.clone(),
            at: home.id,
            tier: home.tier,
        });
    }
    Ok(checked)
}

/// Lets them belong to the team from now on, and their accounts act for it; whoever does already stays, as a leader or not.
async fn admit(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    team: &Model,
    members: &[Checked],
) -> Result<()> {
    use family_member::Column::{Leader, PractitionerId, TeamId, Until};
    let present = family_member::Entity::find()
        .filter(TeamId.eq(team.id))
        .filter(Until.is_null())
        .all(&**txn)
        .await?;
    for Checked { member, at, tier } in members {
        let who = member.practitioner;
        if let Some(found) = present.iter().find(|found| found.practitioner_id == who) {
            if found.leader != member.leader {
                family_member::Entity::update_many()
                    .col_expr(Leader, Expr::val(member.leader))
                    .filter(TeamId.eq(team.id))
                    .filter(PractitionerId.eq(who))
                    .filter(Until.is_null())
                    .exec(&**txn)
                    .await?;
            }
            continue;
        }
        let row = family_member::Model {
            id: app.new_id(),
            team_id: team.id,
            practitioner_id: who,
            institution_id: *at,
            tier: *tier,
            leader: member.leader,
            since: app.now(),
            until: None,
            open_key: Some(format!("{}:{}", team.id.simple(), who.simple())),
        };
        family_member::Entity::insert(row.into_active_model())
            .exec_without_returning(&**txn)
            .await?;
        let place = (team.id, team.institution_id);
        membership::admit(txn, app, call.actor, who, place).await?;
    }
    Ok(())
}

/// Lets everybody else belong to the team no longer, nor act for it.
async fn dismiss(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    team: &Model,
    staying: &HashSet<Uuid>,
) -> Result<()> {
    use family_member::Column::{Id, OpenKey, TeamId, Until};
    let present = family_member::Entity::find()
        .filter(TeamId.eq(team.id))
        .filter(Until.is_null())
        .all(&**txn)
        .await?;
    for member in present {
        if staying.contains(&member.practitioner_id) {
            continue;
        }
        family_member::Entity::update_many()
            .col_expr(Until, Expr::val(app.now()))
            .col_expr(OpenKey, Expr::val(None::<String>))
            .filter(Id.eq(member.id))
            .exec(&**txn)
            .await?;
        membership::dismiss(txn, app, call.actor, member.practitioner_id, team.id).await?;
    }
    Ok(())
}

fn listed(members: &[NewMember]) -> serde_json::Value {
    let members = members.iter().map(|member| {
        json!({
            "practitioner": id::encode(Kind::Practitioner, member.practitioner),
            "leader": member.leader,
        })
    });
    members.collect()
}

async fn replace(txn: &Txn, row: &Model, version: i32) -> Result<()> {
    use family_team::Column;
    let read = Column::Id.eq(row.id).and(Column::Version.eq(version));
    overwrite(txn, row.clone().into_active_model(), read).await
}

async fn contracts(txn: &Txn, team: Uuid) -> Result<u64> {
    let running = family_contract::Entity::find()
        .filter(family_contract::Column::TeamId.eq(team))
        .filter(family_contract::Column::Status.eq(ContractStatus::Running));
    Ok(running.count(&**txn).await?)
}

fn refused(row: &Model, reason: &'static str) -> Error {
    Error::InvalidTransition {
        from: if row.active { "ACTIVE" } else { "DISSOLVED" },
        action: Action::UpdateFamilyDoctorTeam,
        allowed: Vec::new(),
        reason: Some(reason),
    }
}
