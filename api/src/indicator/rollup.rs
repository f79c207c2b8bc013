//! Keeps the months: one that was touched, or in which a window has ended, is counted from the referrals again, whole.
//!
//! Nothing is ever subtracted. All of it happens in one transaction that sees one moment, with the place in the feed that it has come to: what a reader
//! finds beyond that place is what it has to count itself.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{enums::ThroughputUnit, feed, indicator_month, lease as lease_table};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, sea_query::ExprTrait as _,
};

use super::{
    fact::{Range, facts},
    figures::Figures,
    touched::{self, Key},
};
use crate::{
    app::App,
    db::Txn,
    error::Result,
    record::lease,
    throughput::calendar::{end_of, start_of},
};

/// Name of the lease.
pub const LEASE: &str = "indicators";
/// How many places of the feed are gone through in one transaction.
const BATCH: i64 = 500;
/// How many months are counted in one go: databases limit the number of parameters.
const KEYS: usize = 100;

/// Counts anew what was touched by the next events of the feed, at most one batch, or else some months in which a window has ended; says whether
/// more may wait. Not where another process has the lease.
pub async fn rollup_once(app: &App) -> Result<bool> {
    // Most of the time nothing was placed: that costs two reads, and no lock.
    let known = lease_table::Entity::find_by_id(LEASE)
        .one(app.db.reader())
        .await?;
    let reached = known.map_or(0, |lease| lease.position);
    let ahead = feed::Entity::find().filter(feed::Column::Position.gt(reached));
    let is_behind = ahead.limit(1).one(app.db.reader()).await?.is_some();
    if !is_behind && stale(app.db.reader(), app.now(), 1).await?.is_empty() {
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
        let keys = stale(&**txn, app.now(), KEYS).await?;
        recount(txn, app.now(), &keys).await?;
        return Ok(keys.len() == KEYS);
    };
    let keys = touched::placed(&**txn, lease.position, last).await?;
    recount(txn, app.now(), &keys).await?;
    lease::advance(txn, LEASE, last, None).await?;
    Ok(true)
}

/// Months in which a window has ended since they were counted.
async fn stale(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
    most: usize,
) -> Result<BTreeSet<Key>> {
    use indicator_month::Column::{InstitutionId, Month, StaleAt};
    let rows: Vec<Key> = indicator_month::Entity::find()
        .select_only()
        .columns([InstitutionId, Month])
        .filter(StaleAt.lte(now))
        .order_by_asc(StaleAt)
        .limit(u64::try_from(most).unwrap_or(u64::MAX))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Counts a month of every institution anew, whatever the feed says: for referrals that came into the tables by another way than by verbs.
pub async fn rebuild(app: &App, at: DateTime<Utc>) -> Result<()> {
    let month = start_of(ThroughputUnit::Month, at);
    let institutions = app.directory.now();
    let keys = institutions.institutions.keys().map(|id| (*id, month));
    let keys: BTreeSet<Key> = keys.collect();
    app.db
        .write_frozen(async |txn| recount(&txn, app.now(), &keys).await)
        .await
}

/// Counts these months from the referrals, whatever was known of them.
pub async fn recount(txn: &Txn, now: DateTime<Utc>, keys: &BTreeSet<Key>) -> Result<()> {
    let list: Vec<Key> = keys.iter().copied().collect();
    for keys in list.chunks(KEYS) {
        let counted = count(&**txn, now, keys).await?;
        let any = keys.iter().fold(Condition::any(), |any, (id, month)| {
            use indicator_month::Column::{InstitutionId, Month};
            any.add(InstitutionId.eq(*id).and(Month.eq(*month)))
        });
        indicator_month::Entity::delete_many()
            .filter(any)
            .exec(&**txn)
            .await?;
        let rows = counted.into_iter();
        let rows = rows.map(|((id, month), figures)| figures.row(id, month).into_active_model());
        let rows: Vec<_> = rows.collect();
        if !rows.is_empty() {
            indicator_month::Entity::insert_many(rows)
                .exec_without_returning(&**txn)
                .await?;
        }
    }
    Ok(())
}

/// What is counted of these months now.
pub async fn count(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
    keys: &[Key],
) -> Result<BTreeMap<Key, Figures>> {
    let range = |(id, month): &Key| (*id, *month, end_of(ThroughputUnit::Month, *month));
    let ranges: Vec<Range> = keys.iter().map(range).collect();
    let mut counted: BTreeMap<Key, Figures> = BTreeMap::new();
    for fact in facts(connection, &ranges).await? {
        let (institution, at) = fact.place();
        let key = (institution, start_of(ThroughputUnit::Month, at));
        fact.count(now, counted.entry(key).or_default());
    }
    Ok(counted)
}
