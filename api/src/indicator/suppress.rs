//! Small cells, which nobody is told who counts what others did: they would tell of a patient.
//!
//! What is asked one at a time (an institution, a community, a region; a month, a quarter, a year) hangs together: areas add up to areas, months
//! to quarters and years, and the values of a breakdown to a total that is told exactly. So what is withheld is decided for all of them at once, in a
//! [cube](Cube) of a calendar year and the whole area that the actor may ask about, always the same whatever it asks. First every cell below 5 is
//! withheld. Then whoever reads the rest is played: from the sums it finds between which bounds each hidden cell lies. Where that leaves a small one no
//! choice, the next smallest beside it is withheld too, until nothing is found any more. And of the values of one total never one alone is
//! withheld: where nobody is of unknown sex, the rest is the man's.

/// The smallest cell that is told.
pub const LEAST: i64 = 5;

/// Cells by area, period and value, and the sums between them.
#[derive(Clone, Debug)]
pub struct Cube {
    /// The areas that each area is the sum of; none of a smallest one.
    pub areas: Vec<Vec<usize>>,
    /// The periods that each period is the sum of; none of a shortest one.
    pub periods: Vec<Vec<usize>>,
    /// How many values a breakdown has.
    pub values: usize,
    /// Whether the values of a breakdown add up to the total; of groups that overlap they do not.
    pub adds_up: bool,
    /// The total of each area and period, which is told.
    pub totals: Vec<i64>,
    /// The cells.
    pub cells: Vec<i64>,
    /// Which of them are withheld.
    pub hidden: Vec<bool>,
}

/// A sum that is known: of these cells, and less another, that much.
struct Sum {
    parts: Vec<usize>,
    whole: Option<usize>,
    total: i64,
}

impl Cube {
    /// A cube of nothing.
    #[must_use]
    pub fn new(
        areas: Vec<Vec<usize>>,
        periods: Vec<Vec<usize>>,
        values: usize,
        adds_up: bool,
    ) -> Self {
        let pairs = areas.len() * periods.len();
        Self {
            areas,
            periods,
            values,
            adds_up,
            totals: vec![0; pairs],
            cells: vec![0; pairs * values],
            hidden: vec![false; pairs * values],
        }
    }

    /// The place of an area and a period.
    #[must_use]
    pub const fn pair(&self, area: usize, period: usize) -> usize {
        area * self.periods.len() + period
    }

    /// The place of a cell.
    #[must_use]
    pub const fn cell(&self, area: usize, period: usize, value: usize) -> usize {
        self.pair(area, period) * self.values + value
    }

    /// Adds up what longer periods and larger areas hold; parts come before what they are part of.
    pub fn add_up(&mut self) {
        let mut sums = Vec::new();
        for area in 0..self.areas.len() {
            for period in 0..self.periods.len() {
                let by_period = self.periods[period].iter().map(|part| (area, *part));
                let by_area = self.areas[area].iter().map(|part| (*part, period));
                // Of a larger area the longer periods come from its parts.
                let parts: Vec<(usize, usize)> = if self.areas[area].is_empty() {
                    by_period.collect()
                } else {
                    by_area.collect()
                };
                sums.push(((area, period), parts));
            }
        }
        for ((area, period), parts) in sums {
            for (other, part) in parts {
                let (whole, part) = (self.pair(area, period), self.pair(other, part));
                self.totals[whole] += self.totals[part];
                for value in 0..self.values {
                    let count = self.cells[part * self.values + value];
                    self.cells[whole * self.values + value] += count;
                }
            }
        }
    }

    /// Withholds what is small, and what would tell it.
    pub fn suppress(&mut self) {
        for cell in 0..self.cells.len() {
            self.hidden[cell] = self.hidden[cell] || self.cells[cell] < LEAST;
        }
        let sums = self.sums();
        let mut sums_of = vec![Vec::new(); self.cells.len()];
        for (place, sum) in sums.iter().enumerate() {
            for cell in sum.members() {
                sums_of[cell].push(place);
            }
        }
        loop {
            while self.never_alone() {}
            let found = self.found(&sums);
            let small = found.iter().copied().filter(|cell| self.is_small(*cell));
            let small: Vec<usize> = small.collect();
            let mut any = false;
            for cell in &small {
                any |= self.hide_beside(&sums, &sums_of[*cell]);
            }
            // Where nothing beside a small one is told any more, it is found by way of others.
            if !small.is_empty() && !any {
                let way = found
                    .iter()
                    .find(|cell| self.hide_beside(&sums, &sums_of[**cell]));
                any = way.is_some();
            }
            if !any {
                return;
            }
        }
    }

    fn is_small(&self, cell: usize) -> bool {
        0 < self.cells[cell] && self.cells[cell] < LEAST
    }

    /// Withholds the next smallest wherever one value alone is withheld of those that occur; whether any was.
    fn never_alone(&mut self) -> bool {
        let mut any = false;
        if !self.adds_up {
            return any;
        }
        for first in (0..self.cells.len()).step_by(self.values.max(1)) {
            let cells = first..first + self.values;
            let occurs = |cell: &usize| self.cells[*cell] > 0;
            let withheld = cells
                .clone()
                .filter(occurs)
                .filter(|cell| self.hidden[*cell]);
            if withheld.count() != 1 {
                continue;
            }
            let told = cells.filter(occurs).filter(|cell| !self.hidden[*cell]);
            if let Some(next) = told.min_by_key(|cell| self.cells[*cell]) {
                self.hidden[next] = true;
                any = true;
            }
        }
        any
    }

    /// The sums between cells that whoever reads them knows.
    fn sums(&self) -> Vec<Sum> {
        let mut sums = Vec::new();
        let (areas, periods) = (self.areas.len(), self.periods.len());
        for area in 0..areas {
            for period in 0..periods {
                if self.adds_up {
                    sums.push(Sum {
                        parts: (0..self.values)
                            .map(|value| self.cell(area, period, value))
                            .collect(),
                        whole: None,
                        total: self.totals[self.pair(area, period)],
                    });
                }
                for value in 0..self.values {
                    let whole = self.cell(area, period, value);
                    let by_area = self.areas[area]
                        .iter()
                        .map(|part| self.cell(*part, period, value));
                    let by_period = self.periods[period]
                        .iter()
                        .map(|part| self.cell(area, *part, value));
                    for parts in [by_area.collect::<Vec<_>>(), by_period.collect()] {
                        if !parts.is_empty() {
                            sums.push(Sum {
                                parts,
                                whole: Some(whole),
                                total: 0,
                            });
                        }
                    }
                }
            }
        }
        sums
    }

    /// The hidden cells that somebody finds who knows the totals, what is told, and every sum: by narrowing the bounds of each until nothing moves.
    fn found(&self, sums: &[Sum]) -> Vec<usize> {
        let total = |cell: usize| self.totals[cell / self.values.max(1)];
        let bounds = |cell: usize| {
            let own = self.cells[cell];
            if self.hidden[cell] {
                (0, total(cell))
            } else {
                (own, own)
            }
        };
        let mut known: Vec<(i64, i64)> = (0..self.cells.len()).map(bounds).collect();
        let mut moved = true;
        while moved {
            moved = false;
            for sum in sums {
                moved |= sum.narrow(&mut known);
            }
        }
        let hidden = (0..self.cells.len()).filter(|cell| self.hidden[*cell]);
        hidden
            .filter(|cell| known[*cell].0 == known[*cell].1)
            .collect()
    }

    /// Withholds the smallest that is told in any of these sums; whether there was one.
    fn hide_beside(&mut self, sums: &[Sum], which: &[usize]) -> bool {
        let beside = which.iter().flat_map(|place| sums[*place].members());
        let told = beside.filter(|cell| !self.hidden[*cell] && self.cells[*cell] > 0);
        let Some(next) = told.min_by_key(|cell| self.cells[*cell]) else {
            return false;
        };
        self.hidden[next] = true;
        true
    }
}

impl Sum {
    fn members(&self) -> impl Iterator<Item = usize> + '_ {
        self.parts.iter().copied().chain(self.whole)
    }

    /// Narrows the bounds of its cells by each other; whether any moved.
    fn narrow(&self, known: &mut [(i64, i64)]) -> bool {
        let (mut least, mut most) = (0, 0);
        for part in &self.parts {
            least += known[*part].0;
            most += known[*part].1;
        }
        let mut moved = false;
        let (low, high) = match self.whole {
            None => (self.total, self.total),
            Some(whole) => {
                let (low, high) = known[whole];
                let narrow = (low.max(least), high.min(most));
                moved |= narrow != known[whole];
                known[whole] = narrow;
                narrow
            }
        };
        for part in &self.parts {
            let (own_least, own_most) = known[*part];
            let narrow = (
                own_least.max(low - (most - own_most)),
                own_most.min(high - (least - own_least)),
            );
            if narrow != (own_least, own_most) {
                least += narrow.0 - own_least;
                most += narrow.1 - own_most;
                known[*part] = narrow;
                moved = true;
            }
        }
        moved
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two institutions of a community, two months of a quarter.
    fn cube(values: usize, cells: impl Fn(usize, usize, usize) -> i64) -> Cube {
        let tree = || vec![vec![], vec![], vec![0, 1]];
        let mut cube = Cube::new(tree(), tree(), values, true);
        let parts = |index: usize| if index == 2 { vec![0, 1] } else { vec![index] };
        for area in 0..3 {
            for period in 0..3 {
                for value in 0..values {
                    let mut count = 0;
                    for area in parts(area) {
                        for period in parts(period) {
                            count += cells(area, period, value);
                        }
                    }
                    let (cell, pair) = (cube.cell(area, period, value), cube.pair(area, period));
                    cube.cells[cell] = count;
                    cube.totals[pair] += count;
                }
            }
        }
        cube
    }

    #[test]
    fn what_is_small_is_withheld_and_never_alone() {
        let mut one = cube(3, |_, _, value| [3, 9, 20][value]);
        one.suppress();
        assert_eq!(&one.hidden[..3], &[true, true, false]);
        let mut large = cube(3, |_, _, value| [5, 9, 20][value]);
        large.suppress();
        assert!(!large.hidden.contains(&true));
    }

    #[test]
    fn a_month_is_not_told_by_its_quarter_nor_an_institution_by_its_neighbour() {
        // Small in one month of one institution only.
        let mut cube = cube(2, |area, period, value| {
            if (area, period, value) == (0, 0, 0) {
                2
            } else {
                10
            }
        });
        cube.suppress();
        let at = |area, period| cube.hidden[cube.cell(area, period, 0)];
        assert!(at(0, 0));
        assert!(at(0, 1) || at(0, 2), "the quarter less the other month");
        assert!(
            at(1, 0) || at(2, 0),
            "the community less the other institution"
        );
    }

    #[test]
    fn nothing_small_is_found_in_a_thousand_histories() {
        let mut state = 1_u64;
        let mut draw = |below: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            i64::try_from((state >> 33) % below).unwrap_or_default()
        };
        let (mut small, mut told) = (0, 0);
        for _ in 0..1_000 {
            let values = 2 + usize::try_from(draw(3)).unwrap_or_default();
            let drawn: Vec<i64> = (0..4 * values)
                .map(|_| {
                    let most = [1, 4, 12, 60][usize::try_from(draw(4)).unwrap_or_default()];
                    draw(most)
                })
                .collect();
            let mut cube = cube(values, |area, period, value| {
                drawn[(area * 2 + period) * values + value]
            });
            cube.suppress();
            for cell in 0..cube.cells.len() {
                small += i32::from(cube.is_small(cell));
                told += i32::from(!cube.hidden[cell]);
                assert!(!cube.is_small(cell) || cube.hidden[cell]);
            }
            let sums = cube.sums();
            let found = cube.found(&sums);
            let found: Vec<_> = found
                .into_iter()
                .filter(|cell| cube.is_small(*cell))
                .collect();
            assert!(found.is_empty(), "{drawn:?} {found:?}");
        }
        assert!(small > 1_000 && told > 1_000, "{small} {told}");
    }
}
