//! Keeps the rollups: an hour that was touched is counted from the orders again, whole, and what holds it is added up again.
//!
//! Nothing is ever subtracted, so that it does no harm to count an hour twice. All of it happens in one transaction that sees one moment, with
//! the place in the feed that it has come to: what a reader finds beyond that place is what it has to count itself.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::ThroughputUnit, feed, lease as lease_table, throughput_backlog, throughput_cell,
    throughput_total, throughput_trace,
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    calendar::{end_of, start_of},
    fact::{Fact, Pair, Range, facts, ranges},
    figure::{Figures, Key},
    touched::{self, packed},
};
use crate::{app::App, db::Txn, error::Result, record::lease};

/// Name of the lease.
pub const LEASE: &str = "throughput";
/// How many places of the feed are gone through in one transaction.
const BATCH: i64 = 500;
/// How many rows go in one insert, and ranges in one condition: databases limit the number of parameters.
const ROWS: usize = 1_000;
const RANGES: usize = 100;

/// Counts anew what was touched by the next events of the feed, at most one batch, and says whether more may wait; not where another
/// process has the lease.
pub async fn rollup_once(app: &App) -> Result<bool> {
    // Most of the time nothing was placed: that costs a read, and no lock.
    let known = lease_table::Entity::find_by_id(LEASE)
        .one(app.db.reader())
        .await?;
    let reached = known.map_or(0, |lease| lease.position);
    let ahead = feed::Entity::find().filter(feed::Column::Position.gt(reached));
    if ahead.limit(1).one(app.db.reader()).await?.is_none() {
        return Ok(false);
    }
    app.db
        .write_frozen(async |txn| Box::pin(rollup(&txn, app)).await)
        .await
}

async fn rollup(txn: &Txn, app: &App) -> Result<bool> {
    let Some(lease) = lease::take(txn, app, LEASE).await? else {
        return Ok(false);
    };
    let last: Option<i64> = feed::Entity::find()
        .select_only()
        .column(feed::Column::Position)
        .filter(feed::Column::Position.gt(lease.position))
        .filter(feed::Column::Position.lte(lease.position + BATCH))
        .order_by_desc(feed::Column::Position)
        .limit(1)
        .into_tuple()
        .one(&**txn)
        .await?;
    let Some(last) = last else {
        return Ok(false);
    };
    let touched = touched::placed(&**txn, lease.position, last).await?;
    recount(txn, &touched.hours).await?;
    trace(txn, touched.traces).await?;
    lease::advance(txn, LEASE, last, None).await?;
    Ok(last == lease.position + BATCH)
}

/// Counts a day of a centre anew, whatever the feed says: for orders that came into the tables by another way than by verbs.
pub async fn rebuild(app: &App, centre: Uuid, at: DateTime<Utc>) -> Result<()> {
    let day = start_of(ThroughputUnit::Day, at);
    let end = end_of(ThroughputUnit::Day, day);
    let hours = (0..24).map(|hour| (centre, day + Duration::hours(hour)));
    let hours: BTreeSet<Pair> = hours.collect();
    app.db
        .write_frozen(async |txn| {
            let touched = touched::requested(&*txn, centre, day, end).await?;
            recount(&txn, &hours).await?;
            trace(&txn, touched.traces).await
        })
        .await
}

/// Counts these hours from the orders, whatever was known of them, and adds up what holds them.
pub async fn recount(txn: &Txn, hours: &BTreeSet<Pair>) -> Result<()> {
    if hours.is_empty() {
        return Ok(());
    }
    let counted = count(&facts(&**txn, hours).await?);
    forget(txn, &ranges(hours)).await?;
    let mut cells = Vec::new();
    let mut totals = Vec::new();
    for ((centre, hour), keyed) in counted {
        let mut total = Figures::default();
        for (number, (key, figures)) in (0..).zip(keyed) {
            total.merge(&figures)?;
            cells.push(figures.cell(centre, hour, number, key));
        }
        totals.push(total.total(centre, ThroughputUnit::Hour, hour));
    }
    for rows in cells.chunks(ROWS) {
        let rows = rows.iter().cloned();
        let rows = rows.map(throughput_cell::Model::into_active_model);
        throughput_cell::Entity::insert_many(rows)
            .exec_without_returning(&**txn)
            .await?;
    }
    keep(txn, totals).await?;
    let days = add_up(txn, hours, ThroughputUnit::Hour, ThroughputUnit::Day).await?;
    add_up(txn, &days, ThroughputUnit::Day, ThroughputUnit::Month).await?;
    forget_backlogs(txn, &days).await
}

/// By centre and hour, and by everything that an hour can be broken down by.
fn count(facts: &[Fact]) -> BTreeMap<Pair, BTreeMap<Key, Figures>> {
    let mut counted: BTreeMap<Pair, BTreeMap<Key, Figures>> = BTreeMap::new();
    for fact in facts {
        let hour = start_of(ThroughputUnit::Hour, fact.at);
        let keyed = counted.entry((fact.centre_id, hour)).or_default();
        fact.count(keyed.entry(fact.key()).or_default());
    }
    counted
}

async fn forget(txn: &Txn, hours: &[Range]) -> Result<()> {
    for ranges in hours.chunks(RANGES) {
        let (mut cells, mut totals) = (Condition::any(), Condition::any());
        for (centre, from, until) in ranges {
            use throughput_cell::Column::{CentreId, Hour};
            let cell = Condition::all().add(CentreId.eq(*centre));
            cells = cells.add(cell.add(Hour.gte(*from)).add(Hour.lt(*until)));
            totals = totals.add(within(*centre, ThroughputUnit::Hour, *from, *until));
        }
        throughput_cell::Entity::delete_many()
            .filter(cells)
            .exec(&**txn)
            .await?;
        throughput_total::Entity::delete_many()
            .filter(totals)
            .exec(&**txn)
            .await?;
    }
    Ok(())
}

fn within(
    centre: Uuid,
    unit: ThroughputUnit,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Condition {
    use throughput_total::Column::{CentreId, StartsAt, Unit};
    Condition::all()
        .add(CentreId.eq(centre))
        .add(Unit.eq(unit))
        .add(StartsAt.gte(from))
        .add(StartsAt.lt(until))
}

/// Adds the totals of short units up to those of the longer ones that hold these moments; which ones these are.
async fn add_up(
    txn: &Txn,
    moments: &BTreeSet<Pair>,
    of: ThroughputUnit,
    to: ThroughputUnit,
) -> Result<BTreeSet<Pair>> {
    let wanted: BTreeSet<Pair> = moments
        .iter()
        .map(|(centre, at)| (*centre, start_of(to, *at)))
        .collect();
    let list: Vec<Pair> = wanted.iter().copied().collect();
    for pairs in list.chunks(RANGES) {
        let (mut parts, mut wholes) = (Condition::any(), Condition::any());
        for (centre, start) in pairs {
            let end = end_of(to, *start);
            parts = parts.add(within(*centre, of, *start, end));
            wholes = wholes.add(within(*centre, to, *start, end));
        }
        let rows = throughput_total::Entity::find().filter(parts);
        let mut sums: BTreeMap<Pair, Figures> = BTreeMap::new();
        for row in rows.all(&**txn).await? {
            let whole = (row.centre_id, start_of(to, row.starts_at));
            let sum = sums.entry(whole).or_default();
            sum.merge(&Figures::of_total(&row)?)?;
        }
        throughput_total::Entity::delete_many()
            .filter(wholes)
            .exec(&**txn)
            .await?;
        let sums = sums.into_iter();
        keep(
            txn,
            sums.map(|((centre, start), sum)| sum.total(centre, to, start)),
        )
        .await?;
    }
    Ok(wanted)
}

async fn keep(txn: &Txn, totals: impl IntoIterator<Item = throughput_total::Model>) -> Result<()> {
    let totals: Vec<_> = totals.into_iter().collect();
    for rows in totals.chunks(ROWS) {
        let rows = rows.iter().cloned();
        let rows = rows.map(throughput_total::Model::into_active_model);
        throughput_total::Entity::insert_many(rows)
            .exec_without_returning(&**txn)
            .await?;
    }
    Ok(())
}

/// A backlog is as good as every day before it: from the first touched day on they are taken again.
async fn forget_backlogs(txn: &Txn, days: &BTreeSet<Pair>) -> Result<()> {
    let mut first: BTreeMap<Uuid, DateTime<Utc>> = BTreeMap::new();
    for (centre, day) in days {
        first.entry(*centre).or_insert(*day);
    }
    for (centre, day) in first {
        throughput_backlog::Entity::delete_many()
            .filter(throughput_backlog::Column::CentreId.eq(centre))
            .filter(throughput_backlog::Column::Day.gte(day))
            .exec(&**txn)
            .await?;
    }
    Ok(())
}

/// Notes in which hours each is counted now.
async fn trace(txn: &Txn, traces: BTreeMap<Uuid, BTreeSet<i64>>) -> Result<()> {
    let traces: Vec<_> = traces
        .into_iter()
        .map(|(subject, hours)| throughput_trace::ActiveModel {
            subject_id: Set(subject),
            hours: Set(packed(&hours)),
        })
        .collect();
    for rows in traces.chunks(ROWS) {
        let again = OnConflict::column(throughput_trace::Column::SubjectId)
            .update_column(throughput_trace::Column::Hours)
            .to_owned();
        throughput_trace::Entity::insert_many(rows.to_vec())
            .on_conflict(again)
            .exec_without_returning(&**txn)
            .await?;
    }
    Ok(())
}
