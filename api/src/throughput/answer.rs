//! What is told of a row.

use chrono::{DateTime, Utc};
use entity::enums::OrderReturnReason;

use super::{
    sketch::Sketch,
    tally::{Group, Row},
};

/// The counts of a row, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    /// Orders placed.
    Requested,
    /// Specimens or packs received.
    Received,
    /// First reports.
    Reported,
    /// First reviews.
    Reviewed,
    /// Orders sent back.
    Returned,
    /// Earlier results recognised.
    Recognised,
    /// Orders cancelled.
    Cancelled,
    /// Orders open at the end.
    Backlog,
    /// Requisitions first reported on, or attendances of training.
    PatientVisits,
    /// Critical values raised.
    Raised,
    /// Critical values acknowledged.
    Acknowledged,
}

impl Figure {
    /// Every count.
    pub const ALL: [Self; 11] = [
        Self::Requested,
        Self::Received,
        Self::Reported,
        Self::Reviewed,
        Self::Returned,
        Self::Recognised,
        Self::Cancelled,
        Self::Backlog,
        Self::PatientVisits,
        Self::Raised,
        Self::Acknowledged,
    ];
}

/// How long reports took.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turnaround {
    /// How many reports.
    pub count: i64,
    /// Within how many minutes half of them came.
    pub median: Option<f64>,
    /// Within how many minutes nine in ten of them came.
    pub p90: Option<f64>,
    /// The share of them that came in time.
    pub on_time: Option<f64>,
}

/// What became of critical values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Critical {
    /// Of those acknowledged, how many in time.
    pub in_time: i64,
    /// Within how many minutes half of them were acknowledged.
    pub median: Option<f64>,
}

/// What is told of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Throughput {
    /// When its bucket begins.
    pub starts_at: DateTime<Utc>,
    /// When its bucket is over.
    pub ends_at: DateTime<Utc>,
    /// What it is of.
    pub group: Group,
    /// The counts, in the order of [`Figure::ALL`]; none where withheld, or not known yet.
    pub counts: [Option<i64>; Figure::ALL.len()],
    /// From request to report; none where withheld.
    pub from_request: Option<Turnaround>,
    /// From start to report; none where withheld.
    pub from_start: Option<Turnaround>,
    /// Orders sent back, by reason.
    pub returned_by: Vec<(OrderReturnReason, i64)>,
    /// Critical values; none where withheld.
    pub critical: Option<Critical>,
    /// The share of those who could ask that did.
    pub active_share: Option<f64>,
    /// Whether a figure is withheld because it is small.
    pub suppressed: bool,
}

impl Throughput {
    /// A count; none where withheld, or not known yet.
    #[must_use]
    pub const fn count(&self, figure: Figure) -> Option<i64> {
        self.counts[figure as usize]
    }

    /// Withholds a count, with whatever would tell it.
    pub fn withhold(&mut self, figure: Figure) {
        self.counts[figure as usize] = None;
        self.suppressed = true;
        match figure {
            Figure::Reported => {
                self.from_request = None;
                self.from_start = None;
            }
            Figure::Returned => self.returned_by.clear(),
            Figure::Raised | Figure::Acknowledged => self.critical = None,
            _ => {}
        }
    }
}

impl From<Row> for Throughput {
    fn from(row: Row) -> Self {
        let counts = row.figures.counts;
        let told = Figure::ALL.map(|figure| {
            Some(match figure {
                Figure::Requested => counts.requested,
                Figure::Received => counts.received,
                Figure::Reported => counts.reported,
                Figure::Reviewed => counts.reviewed,
                Figure::Returned => counts.returned.values().sum(),
                Figure::Recognised => counts.recognised,
                Figure::Cancelled => counts.cancelled,
                Figure::Backlog => return row.backlog,
                Figure::PatientVisits => counts.visits,
                Figure::Raised => counts.raised,
                Figure::Acknowledged => counts.acknowledged,
            })
        });
        Self {
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            group: row.group,
            counts: told,
            // Its target runs from the start.
            from_request: Some(turnaround(counts.reported, &row.figures.from_request, None)),
            from_start: Some(turnaround(
                counts.timed,
                &row.figures.from_start,
                share(counts.on_time, counts.timed),
            )),
            returned_by: counts.returned.into_iter().collect(),
            critical: Some(Critical {
                in_time: counts.in_time,
                median: row.figures.acknowledgement.within(0.5),
            }),
            active_share: share(as_count(row.active), as_count(row.served)),
            suppressed: false,
        }
    }
}

fn turnaround(count: i64, sketch: &Sketch, on_time: Option<f64>) -> Turnaround {
    Turnaround {
        count,
        median: sketch.within(0.5),
        p90: sketch.within(0.9),
        on_time,
    }
}

fn as_count(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A part of a whole; none of nothing.
#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn share(part: i64, of: i64) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}
