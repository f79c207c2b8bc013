//! Which hours are to be counted anew, because something that is counted in them has changed.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};
use uuid::Uuid;

use super::{calendar::hour_of, fact::Pair};
use crate::error::Result;

/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// What the rollup has not come to: placed in the feed after the position that it has reached, or waiting for its place.
const AHEAD: &str = "
    SELECT event.subject_id, event.subject_kind FROM feed JOIN event ON event.id = feed.event_id WHERE feed.position > $1
    UNION
    SELECT event.subject_id, event.subject_kind FROM outbox JOIN event ON event.id = outbox.event_id";

/// What was placed in the feed after one position and up to another.
const PLACED: &str = "
    SELECT DISTINCT event.subject_id, event.subject_kind FROM feed JOIN event ON event.id = feed.event_id
    WHERE feed.position > $1 AND feed.position <= $2";

/// What was requested of a centre since one moment and before another.
const REQUESTED: &str = "
    SELECT centre_order.id AS subject_id, 'ORDER' AS subject_kind FROM centre_order
    WHERE centre_order.centre_id = $1 AND centre_order.requested_at >= $2 AND centre_order.requested_at < $3";

/// Orders that have changed, themselves or by a critical value, with whatever shares a requisition with them: which report is the requisition's first
/// depends on all of them. Then every moment of these that is counted, and the hours that they were counted in before.
const MOMENTS: &str = "
    changed AS (
        SELECT subject_id AS id FROM pending WHERE subject_kind = 'ORDER'
        UNION
        SELECT critical_value.order_id FROM critical_value
        WHERE critical_value.id IN (SELECT subject_id FROM pending WHERE subject_kind = 'CRITICAL_VALUE')
    ),
    family AS (
        SELECT id FROM changed
        UNION
        SELECT other.id FROM centre_order AS own
        JOIN centre_order AS other ON other.requisition = own.requisition AND other.centre_id = own.centre_id
            AND other.requested_by_id = own.requested_by_id
        WHERE own.id IN (SELECT id FROM changed)
    )
    SELECT own.id AS subject_id, own.centre_id, own.requested_at AS a, own.received_at AS b, own.reported_at AS c, own.reviewed_at AS d,
        own.delivered_at AS e, own.recognised_at AS f, own.cancelled_at AS g, throughput_trace.hours
    FROM centre_order AS own LEFT JOIN throughput_trace ON throughput_trace.subject_id = own.id
    WHERE own.id IN (SELECT id FROM family)
    UNION ALL
    SELECT order_id, centre_id, returned_at, NULL, NULL, NULL, NULL, NULL, NULL, NULL
    FROM order_return WHERE order_id IN (SELECT id FROM family)
    UNION ALL
    SELECT order_id, centre_id, raised_at, acknowledged_at, NULL, NULL, NULL, NULL, NULL, NULL
    FROM critical_value WHERE order_id IN (SELECT id FROM family)
    UNION ALL
    SELECT training_session.id, training_session.centre_id, enrolment.attended_at, NULL, NULL, NULL, NULL, NULL, NULL, throughput_trace.hours
    FROM training_session LEFT JOIN enrolment ON enrolment.session_id = training_session.id
    LEFT JOIN throughput_trace ON throughput_trace.subject_id = training_session.id
    WHERE training_session.id IN (SELECT subject_id FROM pending WHERE subject_kind = 'TRAINING_SESSION')";

/// What is to be counted anew.
#[derive(Clone, Debug, Default)]
pub struct Touched {
    /// The hours, by centre.
    pub hours: BTreeSet<Pair>,
    /// The orders and sessions, each with the hours that it is counted in, where these are not on record yet.
    pub traces: BTreeMap<Uuid, BTreeSet<i64>>,
}

#[derive(FromQueryResult)]
struct Moments {
    subject_id: Uuid,
    centre_id: Uuid,
    a: Option<DateTime<Utc>>,
    b: Option<DateTime<Utc>>,
    c: Option<DateTime<Utc>>,
    d: Option<DateTime<Utc>>,
    e: Option<DateTime<Utc>>,
    f: Option<DateTime<Utc>>,
    g: Option<DateTime<Utc>>,
    hours: Option<Vec<u8>>,
}

/// The hours that the rollup, having reached that position, has still to count anew.
pub async fn ahead(connection: &impl ConnectionTrait, position: i64) -> Result<Touched> {
    read(connection, AHEAD, vec![position.into()]).await
}

/// The hours touched by what was placed after one position and up to another. An hour is counted whole, with whatever has not been placed yet: that
/// is on record too, beside the hours that it is counted in besides, so that it is found there when it has moved to another hour since.
pub async fn placed(connection: &impl ConnectionTrait, after: i64, upto: i64) -> Result<Touched> {
    let mut touched = read(connection, PLACED, vec![after.into(), upto.into()]).await?;
    let early = moments(connection, AHEAD, vec![upto.into()]).await?;
    for (subject, (now, before)) in early.subjects {
        let both: BTreeSet<i64> = now.union(&before).copied().collect();
        if both != before {
            touched.traces.insert(subject, both);
        }
    }
    Ok(touched)
}

/// The hours touched by what was requested of a centre in that time, as if all of it had changed.
pub async fn requested(
    connection: &impl ConnectionTrait,
    centre: Uuid,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Touched> {
    let values = vec![centre.into(), from.into(), until.into()];
    read(connection, REQUESTED, values).await
}

async fn read(
    connection: &impl ConnectionTrait,
    pending: &str,
    values: Vec<Value>,
) -> Result<Touched> {
    let found = moments(connection, pending, values).await?;
    let differ = found
        .subjects
        .into_iter()
        .filter(|(_, (now, before))| now != before);
    Ok(Touched {
        hours: found.hours,
        traces: differ.map(|(subject, (now, _))| (subject, now)).collect(),
    })
}

/// Of orders and sessions: all hours that they are or were counted in, and of each those of now, and those of before.
#[derive(Default)]
struct Found {
    hours: BTreeSet<Pair>,
    subjects: BTreeMap<Uuid, (BTreeSet<i64>, BTreeSet<i64>)>,
}

async fn moments(
    connection: &impl ConnectionTrait,
    pending: &str,
    values: Vec<Value>,
) -> Result<Found> {
    let backend = connection.get_database_backend();
    let sql = format!("WITH pending AS ({pending}), {MOMENTS}");
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let mut found = Found::default();
    for row in connection.query_all_raw(statement).await? {
        let row = Moments::from_query_result(&row, "")?;
        let (now, before) = found.subjects.entry(row.subject_id).or_default();
        let moments = [row.a, row.b, row.c, row.d, row.e, row.f, row.g];
        for at in moments.into_iter().flatten() {
            now.insert(at.timestamp_millis().div_euclid(HOUR));
            found.hours.insert((row.centre_id, hour_of(at)));
        }
        for hour in row.hours.iter().flat_map(|hours| unpacked(hours)) {
            before.insert(hour);
            let hour = DateTime::from_timestamp_millis(hour * HOUR).unwrap_or_default();
            found.hours.insert((row.centre_id, hour));
        }
    }
    Ok(found)
}

/// Hours since 1970 as they are stored.
#[must_use]
pub fn packed(hours: &BTreeSet<i64>) -> Vec<u8> {
    let hours = hours.iter().map(|hour| i32::try_from(*hour).unwrap_or(0));
    hours.flat_map(i32::to_le_bytes).collect()
}

fn unpacked(bytes: &[u8]) -> impl Iterator<Item = i64> {
    let (hours, _) = bytes.as_chunks::<4>();
    hours.iter().map(|hour| i32::from_le_bytes(*hour).into())
}
