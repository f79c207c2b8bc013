//! What was counted, and how it adds up: counts, sketches of how long things took, and sets of what counts only once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{
    indicator_counts::{Counts, Measure},
    indicator_month,
};
use uuid::Uuid;

use crate::{error::Result, throughput::sketch::Sketch};

/// A time that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Clock {
    /// Until a receiver answered.
    Answer,
    /// From posting to arrival.
    Arrival,
    /// From an order to its report.
    FromRequest,
    /// From an examination, or a specimen received, to its report.
    FromStart,
    /// Until a critical value was acknowledged.
    Acknowledgement,
}

/// Two ids that count once together: a centre and an institution.
pub type Pair = (Uuid, Uuid);

/// What was counted of something.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// The counts.
    pub counts: Counts,
    /// How long things took, in minutes.
    pub clocks: BTreeMap<Clock, Sketch>,
    /// What is counted once, however often it occurs.
    pub sets: BTreeMap<Measure, BTreeSet<Pair>>,
    /// When the next window ends, so that this has to be counted again.
    pub stale_at: Option<DateTime<Utc>>,
}

impl Figures {
    /// Counts one.
    pub fn add(&mut self, measure: Measure) {
        self.add_some(measure, 1);
    }

    /// Counts so many.
    pub fn add_some(&mut self, measure: Measure, count: i64) {
        if count != 0 {
            *self.counts.totals.entry(measure).or_default() += count;
        }
    }

    /// Counts one where it is so.
    pub fn add_if(&mut self, measure: Measure, so: bool) {
        self.add_some(measure, i64::from(so));
    }

    /// Counts one, and that it belongs to that part.
    pub fn add_part(&mut self, measure: Measure, part: &str) {
        self.add_parts(measure, part, 1);
    }

    /// Notes that so many of a measure belong to that part.
    pub fn add_parts(&mut self, measure: Measure, part: &str, count: i64) {
        let parts = self.counts.parts.entry(measure).or_default();
        *parts.entry(part.to_owned()).or_default() += count;
    }

    /// Adds a time.
    pub fn time(&mut self, clock: Clock, minutes: f64) {
        self.clocks.entry(clock).or_default().add(minutes);
    }

    /// Whether a window is over; if not, notes when this has to be counted again.
    pub fn is_over(&mut self, end: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        if end <= now {
            return true;
        }
        self.stale_at = Some(self.stale_at.map_or(end, |at| at.min(end)));
        false
    }

    /// How many.
    #[must_use]
    pub fn count(&self, measure: Measure) -> i64 {
        match self.sets.get(&measure) {
            Some(set) => i64::try_from(set.len()).unwrap_or(i64::MAX),
            None => self
                .counts
                .totals
                .get(&measure)
                .copied()
                .unwrap_or_default(),
        }
    }

    /// How many times were measured.
    #[must_use]
    pub fn times(&self, clock: Clock) -> i64 {
        let sketch = self.clocks.get(&clock);
        sketch.map_or(0, |sketch| {
            i64::try_from(sketch.count()).unwrap_or(i64::MAX)
        })
    }

    /// Within how many minutes that part of them came.
    #[must_use]
    pub fn within(&self, clock: Clock, part: f64) -> Option<f64> {
        self.clocks.get(&clock)?.within(part)
    }

    /// Adds what was counted elsewhere or at another time.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        for (measure, count) in &other.counts.totals {
            self.add_some(*measure, *count);
        }
        for (measure, parts) in &other.counts.parts {
            for (part, count) in parts {
                self.add_parts(*measure, part, *count);
            }
        }
        for (clock, sketch) in &other.clocks {
            self.clocks.entry(*clock).or_default().merge(sketch)?;
        }
        for (measure, set) in &other.sets {
            self.sets.entry(*measure).or_default().extend(set);
        }
        self.stale_at = [self.stale_at, other.stale_at].into_iter().flatten().min();
        Ok(())
    }

    /// Whether nothing was counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.counts.totals.is_empty() && self.clocks.is_empty() && self.sets.is_empty()
    }

    /// The row that holds this.
    #[must_use]
    pub fn row(&self, institution: Uuid, month: DateTime<Utc>) -> indicator_month::Model {
        let sketch = |clock| self.clocks.get(&clock).and_then(Sketch::stored);
        indicator_month::Model {
            institution_id: institution,
            month,
            counts: self.counts.clone(),
            answer: sketch(Clock::Answer),
            arrival: sketch(Clock::Arrival),
            stale_at: self.stale_at,
        }
    }

    /// What a row holds.
    pub fn of_row(row: indicator_month::Model) -> Result<Self> {
        let mut clocks = BTreeMap::new();
        for (clock, stored) in [(Clock::Answer, row.answer), (Clock::Arrival, row.arrival)] {
            if let Some(stored) = stored {
                clocks.insert(clock, Sketch::read(Some(&stored))?);
            }
        }
        Ok(Self {
            counts: row.counts,
            clocks,
            sets: BTreeMap::new(),
            stale_at: row.stale_at,
        })
    }
}
