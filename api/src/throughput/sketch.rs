//! How long things took: a sketch that can be merged, and tells quantiles within a stated error.
//!
//! It is a DDSketch (Masson, Rim, Lee 2019): counts by logarithmic bins, so that sketches of hours add up to exactly the sketch of their day,
//! whatever the order. Every quantile that it tells lies within [`ERROR`] of the true one, relatively. Stored as the sketches of DataDog's libraries
//! are written in every language: the bins that hold anything, two to three bytes each.

use sketches_ddsketch::DDSketch;

use crate::error::{Error, Result};

/// How far a quantile lies from the true one at most, as a share of it: 1 %.
pub const ERROR: f64 = 0.01;

/// How long things took, in minutes.
#[derive(Clone)]
pub struct Sketch(DDSketch);

impl Default for Sketch {
    fn default() -> Self {
        Self(DDSketch::new(sketches_ddsketch::Config::defaults()))
    }
}

impl std::fmt::Debug for Sketch {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("Sketch").field(&self.0.count()).finish()
    }
}

impl Sketch {
    /// Adds one that took so many minutes; less than none counts as none.
    pub fn add(&mut self, minutes: f64) {
        self.0.add(minutes.max(0.0));
    }

    /// Adds all of another. Most rows of an answer are one stored total, which is taken as it is.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if other.count() == 0 {
            return Ok(());
        }
        if self.count() == 0 {
            self.clone_from(other);
            return Ok(());
        }
        let merged = self.0.merge(&other.0);
        merged.map_err(|_| Error::Internal("two sketches differ in their bins".into()))
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.count()
    }

    /// Within how many minutes that part of them came, by the lower of two ranks; none where there are none.
    #[must_use]
    pub fn within(&self, part: f64) -> Option<f64> {
        let found = self.0.quantile(part).ok().flatten()?;
        // What lies beyond the ends is the bin's doing.
        let (least, most) = (self.0.min()?, self.0.max()?);
        Some(found.clamp(least, most))
    }

    /// How many took no longer than so many minutes, as far as the bins tell.
    #[must_use]
    pub fn count_within(&self, minutes: f64) -> usize {
        // The ranks are in the order of their times: the first that is above ends the search.
        let (mut known, mut above) = (0, self.count());
        while known < above {
            let rank = usize::midpoint(known, above);
            if self.at_rank(rank) <= minutes {
                known = rank + 1;
            } else {
                above = rank;
            }
        }
        known
    }

    /// How long that one of them took, counted from 0 and from the shortest.
    fn at_rank(&self, rank: usize) -> f64 {
        let last = self.count().saturating_sub(1);
        #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52")]
        // Between two ranks, so that no rounding falls below the one that is meant.
        let part = if rank >= last {
            1.0
        } else {
            (rank as f64 + 0.5) / last as f64
        };
        self.within(part).unwrap_or_default()
    }

    /// All of them together, in minutes.
    #[must_use]
    pub fn sum(&self) -> f64 {
        self.0.sum().unwrap_or_default()
    }

    /// As it is stored; none where it is empty.
    #[must_use]
    pub fn stored(&self) -> Option<Vec<u8>> {
        (self.0.count() > 0).then(|| self.0.to_java_bytes())
    }

    /// What was stored.
    pub fn read(stored: Option<&[u8]>) -> Result<Self> {
        let Some(bytes) = stored else {
            return Ok(Self::default());
        };
        let read = DDSketch::from_java_bytes(bytes);
        read.map(Self)
            .map_err(|_| Error::Internal("a stored sketch cannot be read".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sketches_of_hours_add_up_to_that_of_their_day() {
        let mut day = Sketch::default();
        for hour in 0..24 {
            let mut sketch = Sketch::default();
            for minute in 1..=100 {
                sketch.add(f64::from(minute + 100 * hour));
            }
            let stored = Sketch::read(sketch.stored().as_deref()).expect("it can be read");
            day.merge(&stored).expect("they fit");
        }
        assert_eq!(day.count(), 2_400);
        for (part, exact) in [(0.5, 1_200.0), (0.9, 2_160.0), (1.0, 2_400.0)] {
            let told = day.within(part).expect("there are some");
            assert!((told - exact).abs() <= ERROR * exact, "{told} {exact}");
        }
        for (minutes, exact) in [
            (0.5, 0_usize),
            (100.0, 100),
            (1_200.0, 1_200),
            (3_000.0, 2_400),
        ] {
            let told = day.count_within(minutes);
            assert!(told.abs_diff(exact) <= exact / 100, "{told} {exact}");
        }
        assert!((day.sum() - 2_400.0 * 1_200.5).abs() < 1.0);
        assert_eq!(Sketch::default().count_within(1.0), 0);
        assert_eq!(Sketch::default().stored(), None);
        assert_eq!(Sketch::default().within(0.5), None);
        assert!(Sketch::read(Some(&[7, 7])).is_err());
    }
}
