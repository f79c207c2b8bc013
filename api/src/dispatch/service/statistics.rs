//! What dispatches come to in a stretch of days: who was there, what they did, which health centres are covered, and which fall short of the norm.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{Datelike as _, Days, Months, NaiveDate};
use entity::{
    dispatch::{self, Model},
    dispatch_log,
    enums::{Action, DispatchKind, DispatchStatus, InstitutionStatus, Qualification, Role, Tier},
    practitioner,
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, FromQueryResult, JoinType, QueryFilter as _,
    QuerySelect as _, RelationDef, sea_query::ExprTrait as _,
};
use uuid::Uuid;

use super::read::Totals;
use crate::{
    app::App,
    auth::Actor,
    clock::{end_of_day, shanghai_day, shanghai_midnight},
    error::{Error, ProblemCode, Problems, Result},
    network::directory::Directory,
    policy::{self, DispatchFigures},
};

/// How long a posting lasts that covers a health centre.
const COVERING: Months = Months::new(6);
/// On how many weekdays posted doctors are at a health centre that is up to the norm.
pub const NORM: usize = 3;
/// How long a period may be.
const LONGEST: Months = Months::new(36);
/// The statuses of whoever came.
const CAME: [DispatchStatus; 4] = [
    DispatchStatus::Active,
    DispatchStatus::Completed,
    DispatchStatus::Appraised,
    DispatchStatus::Recalled,
];

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Dispatches from or to this institution.
    pub institution: Option<Uuid>,
    /// Dispatches to hosts of this community.
    pub community: Option<Uuid>,
    /// Dispatches to hosts in this region, by its GB/T 2260 prefix.
    pub region: Option<String>,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

/// What dispatches come to in a stretch of days.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    /// Distinct experts who were there.
    pub experts: i32,
    /// Dispatches in which somebody was there.
    pub person_times: i32,
    /// What was logged of these days.
    pub totals: Totals,
    /// By what they were sent for: distinct experts, and dispatches.
    pub kinds: BTreeMap<DispatchKind, (i32, i32)>,
    /// Health centres that operate.
    pub centres: i32,
    /// Those of them with a posting of six months or more.
    pub covered: i32,
    /// Those of them that fall short of the norm on the last day.
    pub below_norm: Vec<Uuid>,
    /// How many were appraised.
    pub appraised: i32,
    /// Points of those, added up.
    pub points: i64,
}

/// The figures of dispatches, as far as the actor counts them.
///
/// # Errors
/// [`Error::Forbidden`] for figures of a place that is not the actor's.
pub async fn statistics(app: &App, actor: &Actor, asked: &Asked) -> Result<Statistics> {
    policy::require(actor, Action::ReadDispatchStatistics)?;
    check(actor, asked)?;
    let directory = app.directory.now();
    let figures = place(actor, &directory, asked)?;
    let there = within(&directory, &figures);
    let rows = present(app, &there, asked.from, asked.to).await?;
    let mut statistics = counted(&rows);
    statistics.totals = worked(app, &there, asked).await?;
    let centres = centres(&directory, &figures);
    statistics.centres = count(centres.len());
    let covering: HashSet<Uuid> = rows.iter().filter(covers).map(|row| row.host_id).collect();
    statistics.covered = count(centres.intersection(&covering).count());
    let day = Ord::min(asked.to, shanghai_day(app.now()));
    statistics.below_norm = below_norm(app, &rows, &centres, day).await?;
    let (appraised, points) = appraised(app, &there, asked).await?;
    (statistics.appraised, statistics.points) = (count(appraised), points);
    Ok(statistics)
}

fn count(many: usize) -> i32 {
    i32::try_from(many).unwrap_or(i32::MAX)
}

fn check(actor: &Actor, asked: &Asked) -> Result<()> {
    let mut problems = Problems::default();
    let named = [
        asked.institution.is_some(),
        asked.community.is_some(),
        asked.region.is_some(),
    ];
    let many = named.into_iter().filter(|named| *named).count();
    let message = "Name one institution, one community or one region.";
    problems.check(many <= 1, "input", ProblemCode::Inconsistent, message);
    let latest = asked.from.checked_add_months(LONGEST);
    for (good, message) in [
        (asked.to >= asked.from, "Not before the first day."),
        (
            latest.is_none_or(|latest| asked.to < latest),
            "At most three years.",
        ),
    ] {
        problems.check(good, "input.to", ProblemCode::Order, message);
    }
    let first = asked.from.day() == 1;
    let next = asked.to.checked_add_days(Days::new(1));
    let last = next.is_none_or(|next| next.day() == 1);
    let whole = !actor.has(Role::Regulator) || (first && last);
    let message = "Regulators count whole months.";
    problems.check(whole, "input.from", ProblemCode::NotAllowed, message);
    problems.finish()
}

/// The place whose dispatches are counted: the one that is named, if it is the actor's; the actor's own where none is.
fn place(actor: &Actor, directory: &Directory, asked: &Asked) -> Result<DispatchFigures> {
    let own = policy::dispatch_figures(actor, directory).ok_or(Error::Forbidden)?;
    let wanted = match (asked.institution, asked.community, asked.region.clone()) {
        (Some(id), ..) => DispatchFigures::Of(vec![id]),
        (_, Some(id), _) => DispatchFigures::Community(id),
        (_, _, Some(prefix)) => DispatchFigures::Region(prefix),
        (None, None, None) => return Ok(own),
    };
    if lies_in(directory, &own, &wanted) {
        Ok(wanted)
    } else {
        Err(Error::Forbidden)
    }
}

fn lies_in(directory: &Directory, own: &DispatchFigures, wanted: &DispatchFigures) -> bool {
    let community = |id: &Uuid| {
        directory
            .institution(*id)
            .and_then(|found| found.community_id)
    };
    match (own, wanted) {
        (DispatchFigures::Of(own), DispatchFigures::Of(wanted)) => {
            wanted.iter().all(|id| own.contains(id))
        }
        (DispatchFigures::Community(own), DispatchFigures::Of(wanted)) => {
            wanted.iter().all(|id| community(id) == Some(*own))
        }
        (DispatchFigures::Community(own), DispatchFigures::Community(wanted)) => own == wanted,
        (DispatchFigures::Region(own), DispatchFigures::Of(wanted)) => wanted
            .iter()
            .all(|id| region_of(directory, *id).is_some_and(|region| region.starts_with(own))),
        (DispatchFigures::Region(own), DispatchFigures::Community(wanted)) => {
            let found = directory.communities.get(wanted);
            found.is_some_and(|found| found.region.starts_with(own))
        }
        (DispatchFigures::Region(own), DispatchFigures::Region(wanted)) => wanted.starts_with(own),
        _ => false,
    }
}

/// Where an institution lies: in its community's region, or in its own where it has no community.
fn region_of(directory: &Directory, id: Uuid) -> Option<&str> {
    let found = directory.institution(id)?;
    let community = found.community_id;
    let community = community.and_then(|id| directory.communities.get(&id));
    community
        .map(|community| community.region.as_str())
        .or(found.region.as_deref())
}

/// The dispatches of a place.
fn within(directory: &Directory, figures: &DispatchFigures) -> Condition {
    use dispatch::Column::{HostCommunityId, HostId, SenderId};
    match figures {
        DispatchFigures::Of(ids) => Condition::any()
            .add(SenderId.is_in(ids.iter().copied()))
            .add(HostId.is_in(ids.iter().copied())),
        DispatchFigures::Community(id) => Condition::all().add(HostCommunityId.eq(*id)),
        DispatchFigures::Region(prefix) => {
            let communities = directory.communities.values();
            let communities = communities.filter(|found| found.region.starts_with(prefix));
            let alone = directory.institutions.values().filter(|found| {
                let region = found.region.as_deref();
                let there = region.is_some_and(|region| region.starts_with(prefix));
                found.community_id.is_none() && there
            });
            Condition::any()
                .add(HostCommunityId.is_in(communities.map(|found| found.id)))
                .add(HostId.is_in(alone.map(|found| found.id)))
        }
    }
}

/// The health centres of a place that operate; of a hospital those of its community, which it may send experts to.
fn centres(directory: &Directory, figures: &DispatchFigures) -> HashSet<Uuid> {
    let centres = directory.institutions.values().filter(|found| {
        found.tier == Tier::HealthCentre && found.status == InstitutionStatus::Operating
    });
    let there = |id: Uuid, community: Option<Uuid>| match figures {
        DispatchFigures::Of(ids) => ids.iter().any(|own| {
            let own = directory.institution(*own);
            own.is_some_and(|own| {
                let sends = own.tier == Tier::Hospital && own.community_id.is_some();
                own.id == id || (sends && own.community_id == community)
            })
        }),
        DispatchFigures::Community(own) => community == Some(*own),
        DispatchFigures::Region(prefix) => {
            region_of(directory, id).is_some_and(|region| region.starts_with(prefix))
        }
    };
    let centres = centres.filter(|found| there(found.id, found.community_id));
    centres.map(|found| found.id).collect()
}

/// Who was there in the period.
pub(super) async fn present(
    app: &App,
    there: &Condition,
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Model>> {
    use dispatch::Column::{CheckedInAt, EndedOn, Status};
    let rows = dispatch::Entity::find()
        .filter(there.clone())
        .filter(Status.is_in(CAME))
        .filter(CheckedInAt.lt(end_of_day(to)))
        .filter(
            Condition::any()
                .add(EndedOn.is_null())
                .add(EndedOn.gte(from)),
        )
        .all(app.db.reader())
        .await?;
    Ok(rows)
}

/// How many were there, and by what they were sent for.
fn counted(rows: &[Model]) -> Statistics {
    let mut kinds: BTreeMap<DispatchKind, (BTreeSet<Uuid>, i32)> = BTreeMap::new();
    for row in rows {
        let (experts, dispatches) = kinds.entry(row.kind).or_default();
        experts.extend(row.practitioner_id);
        *dispatches += 1;
    }
    let experts: HashSet<Uuid> = rows.iter().filter_map(|row| row.practitioner_id).collect();
    Statistics {
        experts: count(experts.len()),
        person_times: count(rows.len()),
        kinds: kinds
            .into_iter()
            .map(|(kind, (experts, dispatches))| (kind, (count(experts.len()), dispatches)))
            .collect(),
        ..Statistics::default()
    }
}

/// The day on which the expert came.
pub(super) fn came(row: &Model) -> NaiveDate {
    row.checked_in_at.map_or(row.starts_on, shanghai_day)
}

/// Whether the posting is long enough to cover its host: from the day they came to the last, or the planned one.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "as a filter hands it out"
)]
pub(super) fn covers(row: &&Model) -> bool {
    let after = row.last_day().checked_add_days(Days::new(1));
    let enough = came(row).checked_add_months(COVERING);
    after
        .zip(enough)
        .is_some_and(|(after, enough)| after >= enough)
}

/// The health centres at which on that day no doctor is posted, or posted doctors are there on fewer weekdays than the norm asks for.
async fn below_norm(
    app: &App,
    rows: &[Model],
    centres: &HashSet<Uuid>,
    day: NaiveDate,
) -> Result<Vec<Uuid>> {
    let there: Vec<&Model> = rows
        .iter()
        .filter(|row| came(row) <= day && day <= row.last_day())
        .collect();
    let experts: HashSet<Uuid> = there.iter().filter_map(|row| row.practitioner_id).collect();
    let doctors = practitioner::Entity::find()
        .select_only()
        .column(practitioner::Column::Id)
        .filter(practitioner::Column::Id.is_in(experts))
        .filter(
            practitioner::Column::Qualification
                .is_in([Qualification::Physician, Qualification::AssistantPhysician]),
        )
        .into_tuple::<Uuid>()
        .all(app.db.reader())
        .await?;
    let doctors: HashSet<Uuid> = doctors.into_iter().collect();
    let mut days: HashMap<Uuid, HashSet<_>> = HashMap::new();
    for row in there {
        if row.practitioner_id.is_some_and(|id| doctors.contains(&id)) {
            let sessions = row.sessions.0.iter();
            let weekdays = days.entry(row.host_id).or_default();
            weekdays.extend(sessions.map(|session| session.weekday));
        }
    }
    let short = |id: &Uuid| days.get(id).is_none_or(|days| days.len() < NORM);
    let mut short: Vec<Uuid> = centres.iter().copied().filter(short).collect();
    short.sort_unstable();
    Ok(short)
}

/// What was logged of the days of the period.
async fn worked(app: &App, there: &Condition, asked: &Asked) -> Result<Totals> {
    use dispatch_log::Column::{
        Consultations, Day, DispatchId, Id, Operations, Outpatients, ReplacedAt, TeachingHeads,
        TeachingHours, WardRounds,
    };
    let to_dispatch: RelationDef = dispatch_log::Entity::belongs_to(dispatch::Entity)
        .from(DispatchId)
        .to(dispatch::Column::Id)
        .into();
    let found = dispatch_log::Entity::find()
        .select_only()
        .column_as(Id.count(), "half_days")
        .column_as(Outpatients.sum().if_null(0), "outpatients")
        .column_as(WardRounds.sum().if_null(0), "ward_rounds")
        .column_as(Operations.sum().if_null(0), "operations")
        .column_as(Consultations.sum().if_null(0), "consultations")
        .column_as(TeachingHours.sum().if_null(0.0), "teaching_hours")
        .column_as(TeachingHeads.sum().if_null(0), "teaching_heads")
        .join(JoinType::InnerJoin, to_dispatch)
        .filter(there.clone())
        .filter(Day.between(asked.from, asked.to))
        .filter(ReplacedAt.is_null())
        .into_model::<Worked>()
        .one(app.db.reader())
        .await?;
    Ok(found.map(Totals::from).unwrap_or_default())
}

#[derive(FromQueryResult)]
struct Worked {
    half_days: i64,
    outpatients: i64,
    ward_rounds: i64,
    operations: i64,
    consultations: i64,
    teaching_hours: f64,
    teaching_heads: i64,
}

impl From<Worked> for Totals {
    fn from(worked: Worked) -> Self {
        Self {
            dispatch_id: Uuid::nil(),
            half_days: worked.half_days,
            outpatients: worked.outpatients,
            ward_rounds: worked.ward_rounds,
            operations: worked.operations,
            consultations: worked.consultations,
            teaching_hours: worked.teaching_hours,
            teaching_heads: worked.teaching_heads,
        }
    }
}

/// How many were appraised in the period, and their points added up.
async fn appraised(app: &App, there: &Condition, asked: &Asked) -> Result<(usize, i64)> {
    use dispatch::Column::{AppraisedAt, Score};
    let scores = dispatch::Entity::find()
        .select_only()
        .column(Score)
        .filter(there.clone())
        .filter(AppraisedAt.gte(shanghai_midnight(asked.from)))
        .filter(AppraisedAt.lt(end_of_day(asked.to)))
        .filter(Score.is_not_null())
        .into_tuple::<i32>()
        .all(app.db.reader())
        .await?;
    Ok((scores.len(), scores.into_iter().map(i64::from).sum()))
}
