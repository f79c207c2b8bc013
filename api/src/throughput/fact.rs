//! What happened, as it stands in the tables now: one row for each moment that is counted, whatever it is a moment of.
//!
//! Rollup and tail differ only in the hours that they ask for: both read [`facts`] and count them by [`Fact::count`].

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{OrderReturnReason, OrderStatus, ReviewRule, Urgency},
    order,
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::figure::{Figures, Key};
use crate::{error::Result, policy::is_order_open};

mod statement;

pub use statement::statement;

/// A centre and one of its hours.
pub type Pair = (Uuid, DateTime<Utc>);
/// A centre, and hours of it one after the other.
pub type Range = (Uuid, DateTime<Utc>, DateTime<Utc>);

/// How many ranges are asked for in one statement: databases limit the number of parameters.
const RANGES: usize = 100;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Requested,
    Received,
    Reported,
    Reviewed,
    Delivered,
    Recognised,
    Cancelled,
    Returned,
    Raised,
    Acknowledged,
    Attended,
}

impl What {
    const ALL: [Self; 11] = [
        Self::Requested,
        Self::Received,
        Self::Reported,
        Self::Reviewed,
        Self::Delivered,
        Self::Recognised,
        Self::Cancelled,
        Self::Returned,
        Self::Raised,
        Self::Acknowledged,
        Self::Attended,
    ];

    /// The column of the order that keeps the moment; none where another table does.
    const fn column(self) -> Option<order::Column> {
        match self {
            Self::Requested => Some(order::Column::RequestedAt),
            Self::Received => Some(order::Column::ReceivedAt),
            Self::Reported => Some(order::Column::ReportedAt),
            Self::Reviewed => Some(order::Column::ReviewedAt),
            Self::Delivered => Some(order::Column::DeliveredAt),
            Self::Recognised => Some(order::Column::RecognisedAt),
            Self::Cancelled => Some(order::Column::CancelledAt),
            Self::Returned | Self::Raised | Self::Acknowledged | Self::Attended => None,
        }
    }
}

/// A moment that is counted, with what is to be known of its order.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Fact {
    what: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// The centre.
    pub centre_id: Uuid,
    institution_id: Uuid,
    item_group: Option<String>,
    priority: Option<Urgency>,
    diagnostician_id: Option<Uuid>,
    status: Option<OrderStatus>,
    review: Option<ReviewRule>,
    requested_at: Option<DateTime<Utc>>,
    started_at: Option<DateTime<Utc>>,
    paused_ms: Option<i64>,
    target_minutes: Option<i32>,
    /// Of a return.
    reason: Option<OrderReturnReason>,
    /// Of a critical value: when it was raised, and until when it was to be acknowledged.
    raised_at: Option<DateTime<Utc>>,
    due_at: Option<DateTime<Utc>>,
    /// Of a report: whether the requisition had one before.
    follows: Option<i32>,
}

impl Fact {
    /// The cell that it belongs to.
    #[must_use]
    pub fn key(&self) -> Key {
        Key {
            institution: self.institution_id,
            item_group: self.item_group.clone(),
            priority: self.priority,
            diagnostician: self.diagnostician_id,
        }
    }

    /// Counts it.
    pub fn count(&self, figures: &mut Figures) {
        let place = usize::try_from(self.what).unwrap_or(usize::MAX);
        let Some(what) = What::ALL.get(place).copied() else {
            return;
        };
        let counts = &mut figures.counts;
        if self.closing() == Some(what) {
            counts.closed += 1;
        }
        match what {
            What::Requested => {
                counts.requested += 1;
                let pair = (self.centre_id, self.institution_id);
                figures.active.insert(pair);
            }
            What::Received => counts.received += 1,
            What::Reported => self.report(figures),
            What::Reviewed => counts.reviewed += 1,
            What::Recognised => counts.recognised += 1,
            What::Cancelled => counts.cancelled += 1,
            What::Returned => {
                if let Some(reason) = self.reason {
                    *counts.returned.entry(reason).or_default() += 1;
                }
            }
            What::Raised => counts.raised += 1,
            What::Acknowledged => self.acknowledge(figures),
            What::Attended => counts.visits += 1,
            What::Delivered => {}
        }
    }

    fn report(&self, figures: &mut Figures) {
        let counts = &mut figures.counts;
        counts.reported += 1;
        counts.visits += i64::from(self.follows == Some(0));
        if let Some(requested) = self.requested_at {
            figures.from_request.add(minutes(self.at - requested));
        }
        let Some(started) = self.started_at else {
            return;
        };
        let stood = Duration::milliseconds(self.paused_ms.unwrap_or_default());
        let took = self.at - started - stood;
        let target = Duration::minutes(self.target_minutes.unwrap_or_default().into());
        counts.timed += 1;
        counts.on_time += i64::from(took <= target);
        figures.from_start.add(minutes(took));
    }

    fn acknowledge(&self, figures: &mut Figures) {
        let counts = &mut figures.counts;
        counts.acknowledged += 1;
        counts.in_time += i64::from(self.due_at.is_some_and(|due| self.at <= due));
        if let Some(raised) = self.raised_at {
            figures.acknowledgement.add(minutes(self.at - raised));
        }
    }

    /// The moment since which nothing is expected of its order any more; none of one that is open, or of training.
    fn closing(&self) -> Option<What> {
        let (status, review) = (self.status?, self.review?);
        if is_order_open(status, review) {
            return None;
        }
        match status {
            OrderStatus::Cancelled => Some(What::Cancelled),
            OrderStatus::Recognised => Some(What::Recognised),
            OrderStatus::Delivered => Some(What::Delivered),
            // A report that needs no review is final as it is.
            _ if review == ReviewRule::Optional => Some(What::Reported),
            _ => Some(What::Reviewed),
        }
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of a thousand years are exact"
)]
fn minutes(time: Duration) -> f64 {
    time.num_milliseconds() as f64 / 60_000.0
}

/// The hours as ranges: neighbours are one.
#[must_use]
pub fn ranges(hours: &BTreeSet<Pair>) -> Vec<Range> {
    let mut all: Vec<Range> = Vec::new();
    for (centre, hour) in hours {
        let end = *hour + Duration::hours(1);
        match all.last_mut() {
            Some(last) if last.0 == *centre && last.2 == *hour => last.2 = end,
            _ => all.push((*centre, *hour, end)),
        }
    }
    all
}

/// Everything that is counted in these hours; one statement, unless the hours lie very far apart.
pub async fn facts(connection: &impl ConnectionTrait, hours: &BTreeSet<Pair>) -> Result<Vec<Fact>> {
    let mut all = Vec::new();
    for ranges in ranges(hours).chunks(RANGES) {
        for row in connection.query_all(&statement(ranges)).await? {
            all.push(Fact::from_query_result(&row, "")?);
        }
    }
    Ok(all)
}
