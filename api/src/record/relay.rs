//! Gives every committed event its place in the feed: from 1, without gaps, each exactly once, however many processes run.
//!
//! An event waits in the outbox until its transaction is committed; only then can the relay see it. The lease's row is lock and counter in
//! one, so two relays never give out the same position, and a position is never taken back once it is committed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{event, feed, feed_scope, json::Ids, outbox};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, FromQueryResult, JoinType,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};
use uuid::Uuid;

use super::lease;
use crate::{app::App, db::Txn, error::Result};

/// Name of the lease.
pub(super) const LEASE: &str = "feed";
/// How many events get their place in one transaction.
pub(super) const BATCH: usize = 500;
/// How many rows go in one insert: databases limit the number of parameters.
const ROWS: usize = 5_000;

/// Places what waits, at most one batch, and says how many events that were; 0 too where another process has the lease.
pub async fn relay_once(app: &App) -> Result<usize> {
    // Most of the time nothing waits: that costs a read, and no lock.
    if outbox::Entity::find().one(app.db.reader()).await?.is_none() {
        return Ok(0);
    }
    app.db.write(async |txn| relay(&txn, app).await).await
}

async fn relay(txn: &Txn, app: &App) -> Result<usize> {
    let Some(lease) = lease::take(txn, app, LEASE).await? else {
        return Ok(0);
    };
    let events = in_order(waiting(txn).await?);
    if events.is_empty() {
        return Ok(0);
    }
    let mut position = lease.position;
    let mut places = Vec::with_capacity(events.len());
    let mut scopes = Vec::new();
    for event in &events {
        position += 1;
        places.push(feed::ActiveModel {
            position: Set(position),
            event_id: Set(event.id),
        });
        let followers: BTreeSet<Uuid> = event.scopes.0.iter().copied().collect();
        scopes.extend(followers.into_iter().map(|scope| feed_scope::ActiveModel {
            scope_id: Set(scope),
            position: Set(position),
        }));
    }
    for rows in places.chunks(ROWS) {
        feed::Entity::insert_many(rows.to_vec())
            .exec_without_returning(&**txn)
            .await?;
    }
    for rows in scopes.chunks(ROWS) {
        feed_scope::Entity::insert_many(rows.to_vec())
            .exec_without_returning(&**txn)
            .await?;
    }
    outbox::Entity::delete_many()
        .filter(outbox::Column::EventId.is_in(events.iter().map(|event| event.id)))
        .exec(&**txn)
        .await?;
    lease::advance(txn, LEASE, position, None).await?;
    Ok(events.len())
}

/// What the relay needs to know of an event.
#[derive(Clone, Debug, FromQueryResult)]
struct Waiting {
    id: Uuid,
    subject_id: Uuid,
    version: i32,
    recorded_at: DateTime<Utc>,
    scopes: Ids,
}

/// The oldest events of the outbox, and with a full batch whatever else waits of the same objects, lest a later version overtakes an earlier
/// one that a process with a fast clock recorded.
async fn waiting(txn: &Txn) -> Result<Vec<Waiting>> {
    let mut batch = queued()
        .order_by_asc(outbox::Column::RecordedAt)
        .order_by_asc(outbox::Column::Version)
        .limit(BATCH as u64)
        .into_model::<Waiting>()
        .all(&**txn)
        .await?;
    if batch.len() == BATCH {
        let subjects: BTreeSet<Uuid> = batch.iter().map(|event| event.subject_id).collect();
        let held: BTreeSet<Uuid> = batch.iter().map(|event| event.id).collect();
        let others = queued()
            .filter(event::Column::SubjectId.is_in(subjects))
            .filter(outbox::Column::EventId.is_not_in(held))
            .order_by_asc(outbox::Column::Version)
            .limit(BATCH as u64)
            .into_model::<Waiting>()
            .all(&**txn)
            .await?;
        batch.extend(others);
    }
    Ok(batch)
}

fn queued() -> Select<outbox::Entity> {
    let event = outbox::Entity::belongs_to(event::Entity)
        .from(outbox::Column::EventId)
        .to(event::Column::Id);
    outbox::Entity::find()
        .join(JoinType::InnerJoin, event.into())
        .select_only()
        .column_as(event::Column::Id, "id")
        .column_as(event::Column::SubjectId, "subject_id")
        .column_as(event::Column::Version, "version")
        .column_as(event::Column::RecordedAt, "recorded_at")
        .column_as(event::Column::Scopes, "scopes")
}

/// By recorded time; the events of one object by version, in the places that they take among the others.
fn in_order(mut events: Vec<Waiting>) -> Vec<Waiting> {
    events.sort_by_key(|event| (event.recorded_at, event.version, event.id));
    let mut by_subject: BTreeMap<Uuid, Vec<usize>> = BTreeMap::new();
    for (place, event) in events.iter().enumerate() {
        by_subject.entry(event.subject_id).or_default().push(place);
    }
    let mut ordered = events.clone();
    for places in by_subject.into_values() {
        let mut own: Vec<&Waiting> = places.iter().map(|place| &events[*place]).collect();
        own.sort_by_key(|event| (event.version, event.recorded_at, event.id));
        for (place, event) in places.iter().zip(own) {
            ordered[*place] = event.clone();
        }
    }
    ordered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(subject: u128, version: i32, second: i64) -> Waiting {
        Waiting {
            id: Uuid::from_u128(subject << 32 | u128::try_from(version).unwrap_or(0)),
            subject_id: Uuid::from_u128(subject),
            version,
            recorded_at: DateTime::from_timestamp(second, 0).unwrap_or_default(),
            scopes: Ids::default(),
        }
    }

    #[test]
    fn a_fast_clock_does_not_let_a_later_version_overtake() {
        let order: Vec<_> = in_order(vec![event(1, 2, 10), event(2, 1, 15), event(1, 1, 20)])
            .iter()
            .map(|event| (event.subject_id.as_u128(), event.version))
            .collect();
        assert_eq!(order, [(1, 1), (2, 1), (1, 2)]);
    }
}
