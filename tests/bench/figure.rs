//! Figures of a run.

use std::time::Duration;

/// What one run gave.
#[derive(Clone, Debug)]
pub struct Run {
    /// Pages a second.
    pub rate: f64,
    /// Milliseconds of each page, the fastest first.
    pub times: Vec<f64>,
    /// Milliseconds of processor time that the service spent on a page.
    pub processor: f64,
}

impl Run {
    /// Of pages that took so long each, one after another or beside each other.
    pub fn new(times: Vec<Duration>, took: Duration, processor: Duration) -> Self {
        let mut times: Vec<f64> = times.into_iter().map(millis).collect();
        times.sort_by(f64::total_cmp);
        let pages = f64::from(u32::try_from(times.len()).unwrap_or(u32::MAX)).max(1.0);
        Self {
            rate: pages / took.as_secs_f64(),
            processor: millis(processor) / pages,
            times,
        }
    }

    /// The time within which that part of the pages came.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a list"
    )]
    pub fn within(&self, part: f64) -> f64 {
        let place = (self.times.len() as f64 * part) as usize;
        let last = self.times.len().saturating_sub(1);
        self.times.get(place.min(last)).copied().unwrap_or(f64::NAN)
    }
}

/// Whole and broken milliseconds.
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The middle one.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
