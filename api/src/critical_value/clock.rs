//! The clock: what becomes of a critical value when nobody acknowledges it. Pure: a row in, the next stroke out.
//!
//! It runs from the time of recording: nobody can confirm what nobody has been told.

use chrono::{DateTime, Duration, Utc};
use entity::{
    critical_value,
    enums::{Action, CriticalStatus},
};

/// How long a critical value waits to be acknowledged before its addressees are told again; after twice as long its community is told.
pub const WAIT: Duration = Duration::minutes(10);

/// What the clock does, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stroke {
    /// When; never before.
    pub at: DateTime<Utc>,
    /// What.
    pub action: Action,
}

/// The next stroke, if nobody does anything before.
#[must_use]
pub fn next(row: &critical_value::Model) -> Option<Stroke> {
    if row.status != CriticalStatus::Notified {
        return None;
    }
    let (action, at) = match (row.overdue_at, row.escalated_at) {
        (None, _) => (Action::MarkOverdue, row.due_at),
        (Some(_), None) => {
            let waited = row.due_at - row.created_at;
            (Action::EscalateOverdue, row.due_at + waited)
        }
        (Some(_), Some(_)) => return None,
    };
    Some(Stroke { at, action })
}

/// Whether nobody has confirmed in time that they know it, and nobody has since.
#[must_use]
pub fn is_overdue(row: &critical_value::Model, now: DateTime<Utc>) -> bool {
    row.status == CriticalStatus::Notified && row.due_at <= now
}
