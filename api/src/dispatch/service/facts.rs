//! What dispatches offer to other domains: who was at which host, what was logged, and what was appraised, each in one statement.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    dispatch, dispatch_log,
    enums::{Qualification, Weekday},
    practitioner,
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, FromQueryResult, JoinType, QueryFilter as _,
    QuerySelect as _, RelationDef,
};
use uuid::Uuid;

use super::statistics::{came, covers, present};
use crate::{
    app::App,
    clock::{end_of_day, shanghai_day, shanghai_midnight},
    error::Result,
};

/// Somebody was at a host.
#[derive(Clone, Debug)]
pub struct Presence {
    /// The dispatch.
    pub dispatch: Uuid,
    /// The expert.
    pub practitioner: Option<Uuid>,
    /// Where.
    pub host: Uuid,
    /// The day on which the expert came.
    pub came: NaiveDate,
    /// The last day, as it came or as it is planned.
    pub last: NaiveDate,
    /// Whether it is long enough to cover the host.
    pub covers: bool,
    /// Whether the expert is a doctor.
    pub is_doctor: bool,
    /// On which weekdays.
    pub weekdays: HashSet<Weekday>,
}

/// Who was at these hosts from one day to another, both included.
pub async fn presence(
    app: &App,
    hosts: &[Uuid],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Presence>> {
    let here = dispatch::Column::HostId.is_in(hosts.iter().copied());
    let rows = present(app, &Condition::all().add(here), from, to).await?;
    let experts: HashSet<Uuid> = rows.iter().filter_map(|row| row.practitioner_id).collect();
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
    let told = |row: dispatch::Model| Presence {
        dispatch: row.id,
        practitioner: row.practitioner_id,
        host: row.host_id,
        came: came(&row),
        last: row.last_day(),
        covers: covers(&&row),
        is_doctor: row.practitioner_id.is_some_and(|id| doctors.contains(&id)),
        weekdays: row
            .sessions
            .0
            .iter()
            .map(|session| session.weekday)
            .collect(),
    };
    Ok(rows.into_iter().map(told).collect())
}

/// A half-day's work at a host.
#[derive(Clone, Copy, Debug, FromQueryResult)]
struct Logged {
    host_id: Uuid,
    day: NaiveDate,
    outpatients: i32,
    ward_rounds: i32,
    operations: i32,
    consultations: i32,
}

/// What was logged of a half-day at a host.
#[derive(Clone, Copy, Debug)]
pub struct Worked {
    /// Where.
    pub host: Uuid,
    /// When.
    pub day: NaiveDate,
    /// How many half-days.
    pub half_days: i64,
    /// Patients served.
    pub patients: i64,
}

/// What was logged at these hosts of the days from one to another, both included; corrected entries count once.
pub async fn worked_at(
    app: &App,
    hosts: &[Uuid],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Worked>> {
    use dispatch_log::Column::{
        Consultations, Day, DispatchId, Operations, Outpatients, ReplacedAt, WardRounds,
    };
    let to_dispatch: RelationDef = dispatch_log::Entity::belongs_to(dispatch::Entity)
        .from(DispatchId)
        .to(dispatch::Column::Id)
        .into();
    let rows = dispatch_log::Entity::find()
        .select_only()
        .column(dispatch::Column::HostId)
        .columns([Day, Outpatients, WardRounds, Operations, Consultations])
        .join(JoinType::InnerJoin, to_dispatch)
        .filter(dispatch::Column::HostId.is_in(hosts.iter().copied()))
        .filter(Day.between(from, to))
        .filter(ReplacedAt.is_null())
        .into_model::<Logged>()
        .all(app.db.reader())
        .await?;
    let worked = |row: Logged| {
        let served = [
            row.outpatients,
            row.ward_rounds,
            row.operations,
            row.consultations,
        ];
        Worked {
            host: row.host_id,
            day: row.day,
            half_days: 1,
            patients: served.into_iter().map(i64::from).sum(),
        }
    };
    Ok(rows.into_iter().map(worked).collect())
}

/// An appraisal of a dispatch to a host.
#[derive(Clone, Copy, Debug)]
pub struct Appraised {
    /// Where.
    pub host: Uuid,
    /// When.
    pub day: NaiveDate,
    /// How many points.
    pub points: i64,
}

/// The appraisals of dispatches to these hosts from one day to another, both included.
pub async fn appraised_at(
    app: &App,
    hosts: &[Uuid],
    from: NaiveDate,
    to: NaiveDate,
) -> Result<Vec<Appraised>> {
    use dispatch::Column::{AppraisedAt, HostId, Score};
    let rows: Vec<(Uuid, DateTime<Utc>, i32)> = dispatch::Entity::find()
        .select_only()
        .columns([HostId, AppraisedAt, Score])
        .filter(HostId.is_in(hosts.iter().copied()))
        .filter(AppraisedAt.gte(shanghai_midnight(from)))
        .filter(AppraisedAt.lt(end_of_day(to)))
        .filter(Score.is_not_null())
        .into_tuple()
        .all(app.db.reader())
        .await?;
    let appraised = |(host, at, points): (Uuid, DateTime<Utc>, i32)| Appraised {
        host,
        day: shanghai_day(at),
        points: points.into(),
    };
    Ok(rows.into_iter().map(appraised).collect())
}
