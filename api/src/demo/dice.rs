//! Chance that repeats itself: the same seed throws the same dice.

/// `SplitMix64`: small, fast, and the same on every machine and in every version.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice of their own for one part of the whole, so that a change elsewhere does not shift them.
    #[must_use]
    pub const fn apart(seed: u64, part: u64) -> Self {
        Self(seed ^ part.wrapping_mul(0xD6E8_FEB8_6659_FD93))
    }

    fn throw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    /// A number below `sides`; zero where there is no side.
    pub fn below(&mut self, sides: usize) -> usize {
        let sides = u64::try_from(sides.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.throw() % sides).unwrap_or(0)
    }

    /// A number from `least` up to and including `most`.
    pub fn between(&mut self, least: i64, most: i64) -> i64 {
        let sides = usize::try_from(most - least + 1).unwrap_or(1);
        least + i64::try_from(self.below(sides)).unwrap_or(0)
    }

    /// Whether it happens, in so many of a hundred cases.
    pub fn happens(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of them, each as likely as the others.
    ///
    /// # Panics
    /// Where there is none to choose from.
    pub fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// One of them, each as likely as its weight says.
    ///
    /// # Panics
    /// Where there is none to choose from.
    pub fn weighted<'a, T>(&mut self, all: &'a [(usize, T)]) -> &'a T {
        let mut left = self.below(all.iter().map(|(weight, _)| weight).sum());
        for (weight, one) in all {
            if left < *weight {
                return one;
            }
            left -= weight;
        }
        &all[0].1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_reference() {
        let mut dice = Dice::apart(1_234_567, 0);
        let thrown: Vec<_> = (0..3).map(|_| dice.throw()).collect();
        assert_eq!(
            thrown,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423
            ]
        );
    }

    #[test]
    fn they_stay_within_their_bounds() {
        let mut dice = Dice::apart(7, 0);
        for _ in 0..1_000 {
            assert!(dice.below(6) < 6);
            assert!((-2..=2).contains(&dice.between(-2, 2)));
            assert_eq!(dice.weighted(&[(0, 'a'), (1, 'b')]), &'b');
        }
    }
}
