//! Which months of which institutions are to be counted anew, because something that is counted in them has changed.
//!
//! A case never leaves a month that it is counted in by another way than by an event of its own: what it is counted by (a posting, the beginning of a leg,
//! an arrival) keeps its time and its side for ever. What it is counted as may depend on another: a follow-up, or a patient going up again.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::enums::ThroughputUnit;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};
use uuid::Uuid;

use crate::{error::Result, throughput::calendar::start_of};

/// An institution, and one of its months.
pub type Key = (Uuid, DateTime<Utc>);

/// What has not been come to: placed in the feed after the position that was reached, or waiting for its place.
const AHEAD: &str = "
    SELECT event.subject_id, event.subject_kind FROM feed JOIN event ON event.id = feed.event_id WHERE feed.position > $1
    UNION
    SELECT event.subject_id, event.subject_kind FROM outbox JOIN event ON event.id = outbox.event_id";

/// What was placed in the feed after one position and up to another.
const PLACED: &str = "
    SELECT DISTINCT event.subject_id, event.subject_kind FROM feed JOIN event ON event.id = feed.event_id
    WHERE feed.position > $1 AND feed.position <= $2";

/// Referrals that have changed, themselves, by a follow-up, or because two records are one patient now or are not any more; with what went down before
/// of whoever goes up. Then every moment at which one of the two sides is credited with them.
const MOMENTS: &str = "
    changed AS (
        SELECT subject_id AS id FROM pending WHERE subject_kind = 'REFERRAL'
        UNION
        SELECT follow_up.referral_id FROM follow_up WHERE follow_up.id IN (SELECT subject_id FROM pending WHERE subject_kind = 'FOLLOW_UP')
        UNION
        SELECT referral.id FROM patient AS own JOIN patient AS same ON same.record_id = own.record_id
        JOIN referral ON referral.patient_id = same.id
        WHERE own.id IN (SELECT subject_id FROM pending WHERE subject_kind = 'PATIENT')
    ),
    family AS (
        SELECT id FROM changed
        UNION
        SELECT down.id FROM referral AS up JOIN patient AS own ON own.id = up.patient_id JOIN patient AS same ON same.record_id = own.record_id
        JOIN referral AS down ON down.patient_id = same.id
        WHERE up.id IN (SELECT id FROM changed) AND up.direction = 'UP' AND down.direction = 'DOWN'
    )
    SELECT sender_id AS institution_id, submitted_at AS at FROM referral WHERE id IN (SELECT id FROM family) AND submitted_at IS NOT NULL
    UNION
    SELECT sender_id, arrived_at FROM referral WHERE id IN (SELECT id FROM family) AND arrived_at IS NOT NULL
    UNION
    SELECT receiver_id, arrived_at FROM referral WHERE id IN (SELECT id FROM family) AND arrived_at IS NOT NULL AND receiver_id IS NOT NULL
    UNION
    SELECT receiver_id, started_at FROM referral_leg WHERE referral_id IN (SELECT id FROM family)";

#[derive(FromQueryResult)]
struct Moment {
    institution_id: Uuid,
    at: DateTime<Utc>,
}

/// The months that, that position in the feed having been reached, are still to be counted anew.
pub async fn ahead(connection: &impl ConnectionTrait, position: i64) -> Result<BTreeSet<Key>> {
    read(connection, AHEAD, vec![position.into()]).await
}

/// The months touched by what was placed after one position and up to another.
pub async fn placed(
    connection: &impl ConnectionTrait,
    after: i64,
    upto: i64,
) -> Result<BTreeSet<Key>> {
    read(connection, PLACED, vec![after.into(), upto.into()]).await
}

async fn read(
    connection: &impl ConnectionTrait,
    pending: &str,
    values: Vec<Value>,
) -> Result<BTreeSet<Key>> {
    let backend = connection.get_database_backend();
    let sql = format!("WITH pending AS ({pending}), {MOMENTS}");
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let mut keys = BTreeSet::new();
    for row in connection.query_all_raw(statement).await? {
        let row = Moment::from_query_result(&row, "")?;
        keys.insert((row.institution_id, start_of(ThroughputUnit::Month, row.at)));
    }
    Ok(keys)
}
