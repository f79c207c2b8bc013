//! Signing, counted 签约率: numerators by health centre and population group, and how complete the teams are. One statement each, whatever they are
//! asked of; residents, the denominators, come from the monthly reports of the institutions.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::{
    enums::{TagKind, Tier},
    family_contract, family_member, family_team, patient, patient_tag, practitioner,
};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, FromQueryResult, JoinType,
    QueryFilter as _, QuerySelect as _, Select,
    sea_query::{Expr, ExprTrait as _},
};
use uuid::Uuid;

use crate::{clock::shanghai_day, error::Result};

/// The three of a complete team 1+1+1.
pub const TIERS: [Tier; 3] = [Tier::Hospital, Tier::HealthCentre, Tier::Station];
/// Name of the rows that are one patient with the row that signed.
const SAME: &str = "same";

/// How many patients had a running contract with a health centre's teams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Signed {
    /// The health centre.
    pub institution_id: Uuid,
    /// The population group; none of all of them together.
    pub tag: Option<TagKind>,
    /// How many patients.
    pub patients: i64,
}

/// How many of a health centre's teams had a member of each tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Completeness {
    /// Teams that there were.
    pub teams: i64,
    /// Complete ones of them.
    pub complete: i64,
}

/// How many patients had a running contract with the teams of these health centres at that moment: all of them, and by population group as tagged on
/// that day. Health centres and groups without any are left out. A patient whose records were merged counts once.
pub async fn signed(
    connection: &impl ConnectionTrait,
    at: DateTime<Utc>,
    institutions: &[Uuid],
) -> Result<Vec<Signed>> {
    let whole = counted(at, institutions)
        .expr_as(Expr::val(None::<String>), "tag")
        .into_model::<Signed>()
        .all(connection)
        .await?;
    let mut all = whole;
    all.extend(
        by_tag(at, institutions)
            .into_model::<Signed>()
            .all(connection)
            .await?,
    );
    Ok(all)
}

fn counted(at: DateTime<Utc>, institutions: &[Uuid]) -> Select<family_contract::Entity> {
    use family_contract::Column::{BeginsAt, InstitutionId, PatientId, Until};
    let of_patient = family_contract::Entity::belongs_to(patient::Entity)
        .from(PatientId)
        .to(patient::Column::Id);
    let record = Expr::col((patient::Entity, patient::Column::RecordId));
    family_contract::Entity::find()
        .select_only()
        .column(InstitutionId)
        .expr_as(record.count_distinct(), "patients")
        .join(JoinType::InnerJoin, of_patient.into())
        .filter(InstitutionId.is_in(institutions.iter().copied()))
        .filter(BeginsAt.lte(at))
        .filter(Until.gt(at))
        .group_by(InstitutionId)
}

fn by_tag(at: DateTime<Utc>, institutions: &[Uuid]) -> Select<family_contract::Entity> {
    let day = shanghai_day(at);
    let same = patient::Entity::belongs_to(patient::Entity)
        .from(patient::Column::RecordId)
        .to(patient::Column::RecordId);
    let of_same = Expr::col((patient_tag::Entity, patient_tag::Column::PatientId))
        .equals((SAME, patient::Column::Id));
    let tagged = Condition::all().add(of_same);
    let mut query = counted(at, institutions)
        .join_as(JoinType::InnerJoin, same.into(), SAME)
        .column_as(patient_tag::Column::Tag, "tag")
        .group_by(patient_tag::Column::Tag)
        .filter(patient_tag::Column::StartsOn.lte(day))
        .filter(
            Condition::any()
                .add(patient_tag::Column::EndsOn.is_null())
                .add(patient_tag::Column::EndsOn.gte(day)),
        );
    sea_orm::QueryTrait::query(&mut query).join(JoinType::InnerJoin, patient_tag::Entity, tagged);
    query
}

/// How many patients have a running contract with each of these teams at that moment.
pub async fn signed_with(
    connection: &impl ConnectionTrait,
    at: DateTime<Utc>,
    teams: &[Uuid],
) -> Result<HashMap<Uuid, i64>> {
    use family_contract::Column::{BeginsAt, Id, TeamId, Until};
    let rows: Vec<(Uuid, i64)> = family_contract::Entity::find()
        .select_only()
        .column(TeamId)
        .expr_as(Id.into_expr().count(), "patients")
        .filter(TeamId.is_in(teams.iter().copied()))
        .filter(BeginsAt.lte(at))
        .filter(Until.gt(at))
        .group_by(TeamId)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}

/// How many teams these health centres had at that moment, and how many of them had a member of each tier. Whoever has left the network since
/// counts no more.
pub async fn completeness(
    connection: &impl ConnectionTrait,
    at: DateTime<Utc>,
    institutions: &[Uuid],
) -> Result<HashMap<Uuid, Completeness>> {
    use family_team::Column::{CreatedAt, EndedAt, InstitutionId};
    let teams = family_team::Entity::find()
        .filter(InstitutionId.is_in(institutions.iter().copied()))
        .filter(CreatedAt.lte(at))
        .filter(Condition::any().add(EndedAt.is_null()).add(EndedAt.gt(at)))
        .all(connection)
        .await?;
    let ids: Vec<Uuid> = teams.iter().map(|team| team.id).collect();
    let mut tiers: HashMap<Uuid, HashSet<Tier>> = HashMap::new();
    for member in members(connection, at, &ids).await? {
        tiers.entry(member.team_id).or_default().insert(member.tier);
    }
    let mut found: HashMap<Uuid, Completeness> = HashMap::new();
    for team in teams {
        let entry = found.entry(team.institution_id).or_default();
        entry.teams += 1;
        entry.complete += i64::from(tiers.get(&team.id).is_some_and(is_complete));
    }
    Ok(found)
}

/// Whether each of the three is there.
#[must_use]
pub fn is_complete<S: std::hash::BuildHasher>(tiers: &HashSet<Tier, S>) -> bool {
    TIERS.iter().all(|tier| tiers.contains(tier))
}

/// The members of these teams at that moment, without those who have left the network since: the leader first, then by tier from above.
pub async fn members(
    connection: &impl ConnectionTrait,
    at: DateTime<Utc>,
    teams: &[Uuid],
) -> Result<Vec<family_member::Model>> {
    use family_member::Column::{PractitionerId, Since, TeamId, Until};
    let of_practitioner = family_member::Entity::belongs_to(practitioner::Entity)
        .from(PractitionerId)
        .to(practitioner::Column::Id);
    let mut rows = family_member::Entity::find()
        .join(JoinType::InnerJoin, of_practitioner.into())
        .filter(practitioner::Column::Active.eq(true))
        .filter(TeamId.is_in(teams.iter().copied()))
        .filter(Since.lte(at))
        .filter(Condition::any().add(Until.is_null()).add(Until.gt(at)))
        .all(connection)
        .await?;
    let place = |tier: Tier| TIERS.iter().position(|one| *one == tier);
    rows.sort_by_key(|row| (!row.leader, place(row.tier), row.since, row.id));
    Ok(rows)
}
