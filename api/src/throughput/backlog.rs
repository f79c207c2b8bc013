//! What is open: at the end of each day, kept so that nobody has to count from the beginning; and now.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::{
    enums::ThroughputUnit,
    throughput_backlog, throughput_cell,
    throughput_counts::{Counts, Part, Parts},
    throughput_total,
};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, FromQueryResult, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement, prelude::DateTimeUtc,
};
use uuid::Uuid;

use super::{
    calendar::{end_of, start_of},
    figure::Key,
    rollup::LEASE,
};
use crate::{app::App, db::Txn, error::Result, record::lease};

/// How many days of a centre are taken in one transaction.
const DAYS: u64 = 31;

/// Centres with a finished day whose backlog is not taken yet.
const BEHIND: &str = "
    SELECT shared_centre.id FROM shared_centre WHERE EXISTS (
        SELECT 1 FROM throughput_total WHERE throughput_total.centre_id = shared_centre.id AND unit = 'DAY' AND starts_at < $1
        AND starts_at > COALESCE((SELECT MAX(day) FROM throughput_backlog WHERE throughput_backlog.centre_id = shared_centre.id), $2))";

/// Takes the backlogs of finished days that are not taken yet, and says whether more may wait; not where another process has the lease.
pub async fn take_once(app: &App) -> Result<bool> {
    let today = start_of(ThroughputUnit::Day, app.now());
    let backend = app.db.backend();
    let ever = DateTimeUtc::UNIX_EPOCH;
    let behind = Statement::from_sql_and_values(backend, BEHIND, [today.into(), ever.into()]);
    let mut more = false;
    for row in app.db.reader().query_all_raw(behind).await? {
        let centre: Uuid = row.try_get("", "id")?;
        more |= app
            .db
            .write_frozen(async |txn| Box::pin(take(&txn, app, centre, today)).await)
            .await?;
    }
    Ok(more)
}

async fn take(txn: &Txn, app: &App, centre: Uuid, today: DateTime<Utc>) -> Result<bool> {
    if lease::take(txn, app, LEASE).await?.is_none() {
        return Ok(false);
    }
    let last = throughput_backlog::Entity::find()
        .filter(throughput_backlog::Column::CentreId.eq(centre))
        .order_by_desc(throughput_backlog::Column::Day)
        .one(&**txn)
        .await?;
    let after = last
        .as_ref()
        .map_or(DateTimeUtc::UNIX_EPOCH, |last| last.day);
    let mut open = last.map(|last| sorted(last.parts)).unwrap_or_default();
    let days: Vec<DateTime<Utc>> = throughput_total::Entity::find()
        .select_only()
        .column(throughput_total::Column::StartsAt)
        .filter(throughput_total::Column::CentreId.eq(centre))
        .filter(throughput_total::Column::Unit.eq(ThroughputUnit::Day))
        .filter(throughput_total::Column::StartsAt.gt(after))
        .filter(throughput_total::Column::StartsAt.lt(today))
        .order_by_asc(throughput_total::Column::StartsAt)
        .limit(DAYS)
        .into_tuple()
        .all(&**txn)
        .await?;
    let more = days.len() as u64 == DAYS;
    for day in days {
        let cells = throughput_cell::Entity::find()
            .filter(throughput_cell::Column::CentreId.eq(centre))
            .filter(throughput_cell::Column::Hour.gte(day))
            .filter(throughput_cell::Column::Hour.lt(end_of(ThroughputUnit::Day, day)));
        for cell in cells.into_model::<Change>().all(&**txn).await? {
            let Counts {
                requested, closed, ..
            } = cell.counts;
            *open.entry(cell.key()).or_default() += requested - closed;
        }
        open.retain(|_, open| *open != 0);
        throughput_backlog::Entity::insert(row(centre, day, &open).into_active_model())
            .exec_without_returning(&**txn)
            .await?;
    }
    Ok(more)
}

/// What a cell does to the backlog.
#[derive(FromQueryResult)]
struct Change {
    institution_id: Uuid,
    item_group: Option<String>,
    priority: Option<entity::enums::Urgency>,
    diagnostician_id: Option<Uuid>,
    counts: Counts,
}

impl Change {
    fn key(&self) -> Key {
        Key {
            institution: self.institution_id,
            item_group: self.item_group.clone(),
            priority: self.priority,
            diagnostician: self.diagnostician_id,
        }
    }
}

fn row(centre: Uuid, day: DateTime<Utc>, open: &BTreeMap<Key, i64>) -> throughput_backlog::Model {
    let parts = open.iter().map(|(key, open)| Part {
        institution: key.institution,
        item_group: key.item_group.clone(),
        priority: key.priority,
        diagnostician: key.diagnostician,
        open: *open,
    });
    throughput_backlog::Model {
        centre_id: centre,
        day,
        open: open.values().sum(),
        parts: Parts(parts.collect()),
    }
}

/// The parts of a backlog by what they can be broken down by.
#[must_use]
pub fn sorted(parts: Parts) -> BTreeMap<Key, i64> {
    let parts = parts.0.into_iter();
    parts
        .map(|part| {
            let key = Key {
                institution: part.institution,
                item_group: part.item_group,
                priority: part.priority,
                diagnostician: part.diagnostician,
            };
            (key, part.open)
        })
        .collect()
}
