//! The clock: what becomes of a referral when nobody does anything. Pure: a row and its present leg in, the next stroke out.
//!
//! Clocks run from the time of recording, so that what a station writes down late has its full time too. The row keeps when the clock
//! is to look again ([`wakes_at`]), so that a sweep reads only what is due.

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Action, ReferralStatus, Urgency},
    referral, referral_leg,
};

use super::state::{self, ON_THE_ROAD};

/// How long a request to cancel waits for its answer.
const CANCELLATION: Duration = Duration::hours(24);
/// How long a report waits to be read.
const READING: Duration = Duration::days(30);

/// What the clock does, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stroke {
    /// When; never before.
    pub at: DateTime<Utc>,
    /// What.
    pub action: Action,
    /// To what.
    pub of: Of,
}

/// What a stroke of the clock changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The referral's status.
    Status(ReferralStatus),
    /// The referral, whose patient has been on the road for too long.
    Road,
    /// Its present leg.
    Leg,
}

/// The next stroke, if nobody does anything before. Of two at once the referral's own comes first: it ends the leg.
#[must_use]
pub fn next(row: &referral::Model, leg: Option<&referral_leg::Model>) -> Option<Stroke> {
    [own(row), leg.and_then(of_leg)]
        .into_iter()
        .flatten()
        .min_by_key(|stroke| stroke.at)
}

/// When the clock is to look at the row, never later than its next stroke. What has been marked of its leg is not asked: then the clock looks,
/// finds nothing to do and notes the right moment.
#[must_use]
pub fn wakes_at(row: &referral::Model) -> Option<DateTime<Utc>> {
    [own(row).map(|stroke| stroke.at), row.answer_due_at]
        .into_iter()
        .flatten()
        .min()
}

/// What the clock does to the referral itself.
fn own(row: &referral::Model) -> Option<Stroke> {
    let emergency = row.urgency == Some(Urgency::Emergency);
    let (action, to) = state::by_clock(row.status, emergency)?;
    let since = row.status_since;
    let at = match (action, row.status) {
        (Action::MarkOverdue, _) if row.overdue_at.is_some_and(|marked| since <= marked) => {
            return None;
        }
        (_, ReferralStatus::InTransit) => since + ON_THE_ROAD,
        (Action::ExpireReferral, _) => row.valid_to?,
        (Action::CancelUnanswered, _) => since + CANCELLATION,
        _ => since + READING,
    };
    let of = if action == Action::MarkOverdue {
        Of::Road
    } else {
        Of::Status(to)
    };
    Some(Stroke { at, action, of })
}

/// What the clock does to a leg that has not ended: once when the answer is due, and once when it has taken twice as long.
fn of_leg(leg: &referral_leg::Model) -> Option<Stroke> {
    let due = leg.due_at.filter(|_| leg.ended_at.is_none())?;
    let (action, at) = match (leg.overdue_at, leg.escalated_at) {
        (None, _) => (Action::MarkOverdue, due),
        (Some(_), None) => (Action::EscalateOverdue, due + (due - leg.counts_from)),
        (Some(_), Some(_)) => return None,
    };
    let of = Of::Leg;
    Some(Stroke { at, action, of })
}
