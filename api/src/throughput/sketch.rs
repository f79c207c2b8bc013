//! How long things took: a sketch that can be merged, and tells quantiles within a stated error.
//!
//! It is a DDSketch (Masson, Rim, Lee 2019): counts by logarithmic bins, so that sketches of hours add up to exactly the sketch of their day,
//! whatever the order. Every quantile that it tells lies within [`ERROR`] of the true one, relatively. Stored as the sketches of DataDog's libraries
//! are written in every language: the bins that hold anything, two to three bytes each. Before them stands what is asked of most sketches, so that one
//! that is merged with no other is told without its bins, however many there are.

use std::borrow::Cow;

use sketches_ddsketch::DDSketch;

use crate::error::{Error, Result};

/// How far a quantile lies from the true one at most, as a share of it: 1 %.
pub const ERROR: f64 = 0.01;

/// The quantiles that stand before the bins: the median, and P90.
const ASKED: [f64; 2] = [0.5, 0.9];
/// What a stored sketch begins with, where quantiles stand before its bins; no sketch of DataDog's libraries does.
const MARK: u8 = 0xFF;
/// How long the mark, the count and the quantiles are together.
const HEAD: usize = 1 + 8 + 8 * ASKED.len();

/// How long things took, in minutes.
#[derive(Clone)]
pub struct Sketch(State);

#[derive(Clone)]
enum State {
    Open(DDSketch),
    Stored(Stored),
}

/// A sketch of which nobody has asked for the bins yet.
#[derive(Clone)]
struct Stored {
    count: usize,
    asked: [f64; ASKED.len()],
    bytes: Vec<u8>,
}

impl Stored {
    fn bins(&self) -> Result<DDSketch> {
        decoded(&self.bytes[HEAD..])
    }
}

impl Default for Sketch {
    fn default() -> Self {
        let config = sketches_ddsketch::Config::defaults();
        Self(State::Open(DDSketch::new(config)))
    }
}

impl std::fmt::Debug for Sketch {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_tuple("Sketch").field(&self.count()).finish()
    }
}

impl Sketch {
    /// Adds one that took so many minutes; less than none counts as none.
    pub fn add(&mut self, minutes: f64) {
        match self.open() {
            Ok(bins) => bins.add(minutes.max(0.0)),
            Err(error) => tracing::error!(%error, "what took long is not counted"),
        }
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
        let other = other.bins()?;
        let merged = self.open()?.merge(&other);
        merged.map_err(|_| Error::Internal("two sketches differ in their bins".into()))
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        match &self.0 {
            State::Open(bins) => bins.count(),
            State::Stored(stored) => stored.count,
        }
    }

    /// Within how many minutes that part of them came, by the lower of two ranks; none where there are none.
    #[must_use]
    pub fn within(&self, part: f64) -> Option<f64> {
        if let State::Stored(stored) = &self.0 {
            let mut asked = ASKED.iter().zip(stored.asked);
            if let Some((_, told)) = asked.find(|(asked, _)| part.total_cmp(asked).is_eq()) {
                return Some(told);
            }
        }
        quantile(&*self.bins().ok()?, part)
    }

    /// How many took no longer than so many minutes, as far as the bins tell.
    #[must_use]
    pub fn count_within(&self, minutes: f64) -> usize {
        let Ok(bins) = self.bins() else { return 0 };
        // The ranks are in the order of their times: the first that is above ends the search.
        let (mut known, mut above) = (0, bins.count());
        while known < above {
            let rank = usize::midpoint(known, above);
            if at_rank(&bins, rank) <= minutes {
                known = rank + 1;
            } else {
                above = rank;
            }
        }
        known
    }

    /// All of them together, in minutes.
    #[must_use]
    pub fn sum(&self) -> f64 {
        let bins = self.bins().ok();
        bins.and_then(|bins| bins.sum()).unwrap_or_default()
    }

    /// As it is stored; none where it is empty.
    #[must_use]
    pub fn stored(&self) -> Option<Vec<u8>> {
        let bins = match &self.0 {
            State::Open(bins) if bins.count() == 0 => return None,
            State::Open(bins) => bins,
            State::Stored(stored) => return Some(stored.bytes.clone()),
        };
        let count = u64::try_from(bins.count()).unwrap_or(u64::MAX);
        let mut stored = vec![MARK];
        stored.extend(count.to_le_bytes());
        for part in ASKED {
            let told = quantile(bins, part).unwrap_or_default();
            stored.extend(told.to_le_bytes());
        }
        stored.extend(bins.to_java_bytes());
        Some(stored)
    }

    /// What was stored.
    pub fn read(stored: Option<&[u8]>) -> Result<Self> {
        let Some(bytes) = stored else {
            return Ok(Self::default());
        };
        let marked = bytes.len() > HEAD && bytes[0] == MARK;
        if !marked {
            return decoded(bytes).map(|bins| Self(State::Open(bins)));
        }
        let (numbers, _) = bytes[1..HEAD].as_chunks::<8>();
        let mut asked = [0.0; ASKED.len()];
        for (told, bytes) in asked.iter_mut().zip(&numbers[1..]) {
            *told = f64::from_le_bytes(*bytes);
        }
        Ok(Self(State::Stored(Stored {
            count: usize::try_from(u64::from_le_bytes(numbers[0])).unwrap_or(usize::MAX),
            asked,
            bytes: bytes.to_vec(),
        })))
    }

    /// The bins.
    fn bins(&self) -> Result<Cow<'_, DDSketch>> {
        match &self.0 {
            State::Open(bins) => Ok(Cow::Borrowed(bins)),
            State::Stored(stored) => stored.bins().map(Cow::Owned),
        }
    }

    /// The bins, to be changed.
    fn open(&mut self) -> Result<&mut DDSketch> {
        if let State::Stored(stored) = &self.0 {
            self.0 = State::Open(stored.bins()?);
        }
        match &mut self.0 {
            State::Open(bins) => Ok(bins),
            State::Stored(_) => Err(Error::Internal("a sketch that was opened is not".into())),
        }
    }
}

fn decoded(bytes: &[u8]) -> Result<DDSketch> {
    let read = DDSketch::from_java_bytes(bytes);
    read.map_err(|_| Error::Internal("a stored sketch cannot be read".into()))
}

fn quantile(bins: &DDSketch, part: f64) -> Option<f64> {
    let found = bins.quantile(part).ok().flatten()?;
    // What lies beyond the ends is the bin's doing.
    let (least, most) = (bins.min()?, bins.max()?);
    Some(found.clamp(least, most))
}

/// How long that one of them took, counted from 0 and from the shortest.
fn at_rank(bins: &DDSketch, rank: usize) -> f64 {
    let last = bins.count().saturating_sub(1);
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52")]
    // Between two ranks, so that no rounding falls below the one that is meant.
    let part = if rank >= last {
        1.0
    } else {
        (rank as f64 + 0.5) / last as f64
    };
    quantile(bins, part).unwrap_or_default()
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
        let stored = Sketch::read(day.stored().as_deref()).expect("it can be read");
        for part in [0.5, 0.9, 0.99] {
            assert_eq!(
                stored.within(part),
                day.within(part),
                "with and without bins"
            );
        }
        assert_eq!((stored.count(), stored.stored()), (2_400, day.stored()));
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
        assert!(Sketch::read(Some(&[MARK; 7])).is_err());
        let before = decoded(&day.stored().expect("it is full")[HEAD..]).expect("bins");
        let before = Sketch::read(Some(&before.to_java_bytes())).expect("without a head");
        assert_eq!(
            (before.count(), before.within(0.5)),
            (2_400, day.within(0.5))
        );
    }
}
