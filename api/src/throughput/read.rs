//! Reads: the rollups, and beside them whatever they do not hold yet, as of one moment.
//!
//! Four statements, whatever the number of orders: which centres, and how far the rollup has come; which hours are touched by what it has not
//! come to; the rollups of all other hours, in the longest units that fit; and what happened in the touched hours. Broken down further than by centre
//! one more, for the backlog to begin with. One more also where a touched hour lies before the day from which the backlog is counted.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{
    enums::{ThroughputDimension, ThroughputUnit},
    throughput_cell, throughput_total,
};
use futures::TryStreamExt as _;
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::{
    calendar::{Run, cover, hour_of, unit_of},
    fact::{Pair, facts},
    figure::{Figures, Key},
    query::Query,
    sight::Sight,
    tally::{Row, Tally},
    touched,
};
use crate::{app::App, auth::Actor, db::Txn, error::Result};

/// The rows that the actor sees of what it asks for.
pub async fn rows(app: &App, actor: &Actor, query: &Query) -> Result<Vec<Row>> {
    let (Some((from, _)), Some((_, until))) = (query.buckets.first(), query.buckets.last()) else {
        return Ok(Vec::new());
    };
    app.db
        .snapshot(async |txn| Box::pin(read(&txn, app, actor, query, (*from, *until))).await)
        .await
}

async fn read(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    query: &Query,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<Row>> {
    let directory = app.directory.now();
    let mut sight = Sight::of(txn, app, actor, query, from).await?;
    if sight.centres.is_empty() {
        return Tally::new(query, &sight, &directory).rows(app.now());
    }
    let mut touched = touched::ahead(&**txn, sight.position).await?.hours;
    touched.retain(|(centre, hour)| sight.centres.contains_key(centre) && *hour < until);
    let late = touched.iter().filter(|(centre, hour)| {
        let seen = sight.centres.get(centre);
        seen.is_some_and(|seen| *hour < seen.since())
    });
    // A backlog is as good as every hour before it.
    if let Some(first) = late.map(|(_, hour)| *hour).min() {
        sight = Sight::of(txn, app, actor, query, first).await?;
    }
    let since = sight.since().unwrap_or(from).min(from);
    let sight = &sight;
    let mut tally = Tally::new(query, sight, &directory);
    if adds_up(query, sight) {
        for (centre, seen) in &sight.centres {
            let open = seen.base.map_or(0, |(_, open)| open);
            tally.begin(*centre, None, open);
        }
        totals(
            txn,
            query,
            sight,
            (since, from, until),
            &touched,
            &mut tally,
        )
        .await?;
        for ((centre, at, _), figures) in live(txn, &touched).await? {
            tally.add(centre, at, None, figures)?;
        }
    } else {
        for (centre, parts) in sight.parts(txn).await? {
            for (key, open) in parts {
                tally.begin(centre, Some(&key), open);
            }
        }
        cells(txn, sight, (since, until), &touched, &mut tally).await?;
        for ((centre, at, key), figures) in live(txn, &touched).await? {
            tally.add(centre, at, Some(&key), figures)?;
        }
    }
    tally.rows(app.now())
}

/// Whether the totals of centres tell all that is asked for.
fn adds_up(query: &Query, sight: &Sight) -> bool {
    use ThroughputDimension::{Centre, Kind};
    let whole = sight.centres.values().all(|seen| seen.only.is_none());
    whole && query.by.iter().all(|by| matches!(by, Centre | Kind))
}

/// Adds the totals of whatever is not touched, in the fewest rows.
async fn totals(
    txn: &Txn,
    query: &Query,
    sight: &Sight,
    (since, from, until): (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>),
    touched: &BTreeSet<Pair>,
    tally: &mut Tally<'_>,
) -> Result<()> {
    use throughput_total::Column::{CentreId, StartsAt, Unit};
    let hours: BTreeSet<_> = touched.iter().map(|(_, hour)| *hour).collect();
    // The backlog of each centre begins with a day of its own, which no day cuts.
    let mut runs: Vec<Run> = cover(ThroughputUnit::Day, since, from, &hours);
    runs.extend(cover(unit_of(query.bucket), from, until, &hours));
    let within = runs.iter().fold(Condition::any(), |any, run| {
        let (unit, start, end) = *run;
        let own = Condition::all().add(Unit.eq(unit));
        any.add(own.add(StartsAt.gte(start)).add(StartsAt.lt(end)))
    });
    let found = throughput_total::Entity::find()
        .filter(CentreId.is_in(sight.centres.keys().copied()))
        .filter(within);
    let mut found = found.stream(&**txn).await?;
    while let Some(row) = found.try_next().await? {
        // Of the days of a centre that is not touched itself the hours add up just as well.
        if !touched.contains(&(row.centre_id, row.starts_at)) || row.unit != ThroughputUnit::Hour {
            tally.add(row.centre_id, row.starts_at, None, Figures::of_total(&row)?)?;
        }
    }
    Ok(())
}

/// Adds the cells of whatever is not touched.
async fn cells(
    txn: &Txn,
    sight: &Sight,
    (since, until): (DateTime<Utc>, DateTime<Utc>),
    touched: &BTreeSet<Pair>,
    tally: &mut Tally<'_>,
) -> Result<()> {
    use throughput_cell::Column::{CentreId, Hour};
    let found = throughput_cell::Entity::find()
        .filter(CentreId.is_in(sight.centres.keys().copied()))
        .filter(Hour.gte(since))
        .filter(Hour.lt(until));
    let mut found = found.stream(&**txn).await?;
    while let Some(row) = found.try_next().await? {
        if touched.contains(&(row.centre_id, row.hour)) {
            continue;
        }
        let figures = Figures::of_cell(&row)?;
        let key = Key {
            institution: row.institution_id,
            item_group: row.item_group,
            priority: row.priority,
            diagnostician: row.diagnostician_id,
        };
        tally.add(row.centre_id, row.hour, Some(&key), figures)?;
    }
    Ok(())
}

/// What happened in the touched hours, counted now.
async fn live(
    txn: &Txn,
    touched: &BTreeSet<Pair>,
) -> Result<BTreeMap<(Uuid, DateTime<Utc>, Key), Figures>> {
    let mut counted: BTreeMap<(Uuid, DateTime<Utc>, Key), Figures> = BTreeMap::new();
    for fact in facts(&**txn, touched).await? {
        let hour = hour_of(fact.at);
        let cell = (fact.centre_id, hour, fact.key());
        fact.count(counted.entry(cell).or_default());
    }
    Ok(counted)
}
