//! The clock of an order 报告时限: it begins with the examination, the receipt, or the agreed time of a consultation, and stands still as long as
//! the order is sent back.

use chrono::{DateTime, Duration, Utc};
use entity::{enums::OrderStatus, order};

use super::state::{self, Workflow};

/// Moves the clock of an order that has just come to its present status, and notes when that was.
pub fn stamp(row: &mut order::Model, before: OrderStatus, at: DateTime<Utc>) {
    if row.status == before {
        return;
    }
    match row.status {
        OrderStatus::Examined => row.examined_at = Some(at),
        OrderStatus::Collected => row.collected_at = Some(at),
        OrderStatus::Received if before != OrderStatus::Claimed => row.received_at = Some(at),
        OrderStatus::Processed => row.processed_at = Some(at),
        OrderStatus::Delivered => row.delivered_at = Some(at),
        OrderStatus::Reported => row.reported_at = row.reported_at.or(Some(at)),
        OrderStatus::Reviewed => row.reviewed_at = row.reviewed_at.or(Some(at)),
        OrderStatus::Recognised => row.recognised_at = Some(at),
        OrderStatus::Cancelled => row.cancelled_at = Some(at),
        _ => {}
    }
    if row.status == OrderStatus::Returned {
        row.paused_at = row.started_at.map(|_| at);
        row.due_at = None;
        return;
    }
    let begins =
        Workflow::of(row.kind).is_some_and(|workflow| state::begins_clock(workflow, row.status));
    if begins {
        run(row, at);
    }
}

/// Lets the clock run, from the beginning or on from where it stood still. An agreed time may lie ahead.
fn run(row: &mut order::Model, at: DateTime<Utc>) {
    let started = *row.started_at.get_or_insert(row.planned_at.unwrap_or(at));
    if let Some(paused) = row.paused_at.take() {
        row.paused_ms += (at - paused).num_milliseconds().max(0);
    }
    row.due_at = Some(
        started
            + Duration::minutes(i64::from(row.target_minutes))
            + Duration::milliseconds(row.paused_ms),
    );
}

/// Whether the report is late: due, and not there.
#[must_use]
pub fn is_overdue(row: &order::Model, now: DateTime<Utc>) -> bool {
    row.reported_at.is_none()
        && state::awaiting(&state::Facts::of(row)).is_some()
        && row.due_at.is_some_and(|due| due <= now)
}

/// How long the order took from its start to its first report, the time that it was sent back aside.
#[must_use]
pub fn from_start(row: &order::Model) -> Option<Duration> {
    let took = row.reported_at? - row.started_at?;
    Some((took - Duration::milliseconds(row.paused_ms)).max(Duration::zero()))
}
