//! What an actor may ask about hangs together: the areas below its own, and the months, quarters and year that a period belongs to.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use uuid::Uuid;

use super::{
    area::{Period, institutions},
    patient::Counted,
    suppress::Cube,
};
use crate::{
    clock::shanghai_day,
    network::directory::Directory,
    policy::{IndicatorArea, region_of},
};

/// Areas, each with those that it is the sum of.
#[derive(Default)]
pub struct Areas {
    /// The areas.
    pub all: Vec<IndicatorArea>,
    parts: Vec<Vec<usize>>,
}

impl Areas {
    /// An area, with everything below it.
    #[must_use]
    pub fn below(directory: &Directory, root: &IndicatorArea) -> Self {
        let mut areas = Self::default();
        areas.grow(directory, root.clone());
        areas
    }

    fn grow(&mut self, directory: &Directory, area: IndicatorArea) -> usize {
        let parts = parts(directory, &area);
        let parts = parts.into_iter().map(|part| self.grow(directory, part));
        let parts = parts.collect();
        self.all.push(area);
        self.parts.push(parts);
        self.all.len() - 1
    }
}

/// Regions end in two digits more each; the last in communities, and in institutions that belong to none.
fn parts(directory: &Directory, area: &IndicatorArea) -> Vec<IndicatorArea> {
    let below = institutions(directory, area);
    match area {
        IndicatorArea::Institution(_) => Vec::new(),
        IndicatorArea::Community(_) => below.into_iter().map(IndicatorArea::Institution).collect(),
        IndicatorArea::Region(prefix) if prefix.len() < 6 => {
            let length = if prefix.len() < 4 { 4 } else { 6 };
            let own = below.into_iter().filter_map(|id| region_of(directory, id));
            let regions: BTreeSet<&str> = own.filter_map(|region| region.get(..length)).collect();
            let regions = regions.into_iter().map(str::to_owned);
            regions.map(IndicatorArea::Region).collect()
        }
        IndicatorArea::Region(_) => {
            let home = |id: Uuid| {
                directory
                    .institution(id)
                    .and_then(|found| found.community_id)
            };
            let area = |id: Uuid| {
                home(id).map_or(IndicatorArea::Institution(id), IndicatorArea::Community)
            };
            let areas: BTreeSet<IndicatorArea> = below.into_iter().map(area).collect();
            areas.into_iter().collect()
        }
    }
}

/// The months, quarters and the year of a calendar year that are over, each with those that it is the sum of.
pub struct Periods {
    /// The periods.
    pub all: Vec<Period>,
    parts: Vec<Vec<usize>>,
}

impl Periods {
    /// Those of the year that a day belongs to; of what is not over nothing is told.
    #[must_use]
    pub fn of(day: NaiveDate, now: DateTime<Utc>) -> Self {
        let today = shanghai_day(now);
        let mut periods = Self {
            all: Vec::new(),
            parts: Vec::new(),
        };
        let year = day.year();
        let first = |month: u32| {
            let (year, month) = (year + i32::from(month > 12), (month - 1) % 12 + 1);
            NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(day)
        };
        for length in [1, 3, 12] {
            for month in (1..=12).step_by(length as usize) {
                let period = Period {
                    from: first(month),
                    until: first(month + length),
                };
                if period.until > today {
                    continue;
                }
                let shorter = if length == 12 { 3 } else { 1 };
                let within = |one: &Period| {
                    let months = one.first_days().len();
                    length > 1
                        && months == shorter
                        && period.from <= one.from
                        && one.until <= period.until
                };
                let known = periods.all.iter().enumerate();
                let parts = known.filter(|(_, one)| within(one)).map(|(place, _)| place);
                let parts = parts.collect();
                periods.all.push(period);
                periods.parts.push(parts);
            }
        }
        periods
    }

    /// The whole calendar year of a day.
    #[must_use]
    pub fn year(day: NaiveDate) -> Period {
        let first = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(day);
        Period {
            from: first(day.year()),
            until: first(day.year() + 1),
        }
    }
}

/// The cubes of numerators and denominators, in which the same cells are withheld: a value tells both.
pub fn cubes(
    (areas, periods): (&Areas, &Periods),
    values: &BTreeMap<&str, usize>,
    (adds_up, is_open): (bool, bool),
    counted: &Counted,
    cases: impl Fn(&super::figures::Figures) -> (i64, i64),
) -> (Cube, Cube) {
    // Of an open list nobody knows that there is not one more; of a closed one they do.
    let many = values.len() + usize::from(is_open);
    let new = || Cube::new(areas.parts.clone(), periods.parts.clone(), many, adds_up);
    let (mut parts, mut wholes) = (new(), new());
    let place = |institution: Uuid| {
        let own = IndicatorArea::Institution(institution);
        areas.all.iter().position(|area| *area == own)
    };
    let mut places = BTreeMap::new();
    let mut add =
        |key: &super::touched::Key, value: Option<usize>, figures: &super::figures::Figures| {
            let Some(area) = *places.entry(key.0).or_insert_with(|| place(key.0)) else {
                return;
            };
            let day = shanghai_day(key.1);
            let is_month = |one: &&Period| one.from == day && one.first_days().len() == 1;
            let Some(period) = periods.all.iter().position(|one| is_month(&one)) else {
                return;
            };
            let (part, whole) = cases(figures);
            for (cube, count) in [(&mut parts, part), (&mut wholes, whole)] {
                if let Some(value) = value {
                    let cell = cube.cell(area, period, value);
                    cube.cells[cell] += count;
                } else {
                    let pair = cube.pair(area, period);
                    cube.totals[pair] += count;
                }
            }
        };
    for (key, figures) in &counted.totals {
        add(key, None, figures);
    }
    for (value, cells) in &counted.values {
        for (key, figures) in cells {
            add(key, values.get(value.as_str()).copied(), figures);
        }
    }
    for cube in [&mut parts, &mut wholes] {
        cube.add_up();
    }
    loop {
        wholes.suppress();
        parts.hidden.clone_from(&wholes.hidden);
        parts.suppress();
        if parts.hidden == wholes.hidden {
            return (parts, wholes);
        }
        wholes.hidden.clone_from(&parts.hidden);
    }
}

/// Which of so many overlapping groups are withheld of an area: what was counted of each institution, in all and by group.
pub fn groups(
    areas: &Areas,
    area: &IndicatorArea,
    groups: usize,
    counted: impl Iterator<Item = (Uuid, i64, Vec<i64>)>,
) -> Vec<bool> {
    let mut cube = Cube::new(areas.parts.clone(), vec![Vec::new()], groups, false);
    let place = |wanted: &IndicatorArea| areas.all.iter().position(|area| area == wanted);
    for (institution, total, cells) in counted {
        let Some(own) = place(&IndicatorArea::Institution(institution)) else {
            continue;
        };
        cube.totals[own] += total;
        for (group, count) in cells.into_iter().enumerate() {
            let cell = cube.cell(own, 0, group);
            cube.cells[cell] += count;
        }
    }
    cube.add_up();
    cube.suppress();
    let first = place(area).map_or(0, |area| cube.cell(area, 0, 0));
    cube.hidden[first..first + groups].to_vec()
}
