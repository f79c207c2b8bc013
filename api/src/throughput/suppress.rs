//! Small figures, which a regulator is not told: they would tell of a patient.
//!
//! What was asked for, how urgently and by whom it was read is something of the patient; where, when and by which institution it was asked for is
//! not. So figures by centre, kind, institution and tier are exact, and broken down by item group, priority or diagnostician those
//! from 1 to 4 are withheld. Where only one is withheld among rows that differ in one dimension alone, their total would tell it: the next
//! smallest goes with it.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::enums::ThroughputDimension;

use super::{
    answer::{Figure, Throughput},
    tally::Group,
};

/// The smallest figure that is told.
const LEAST: i64 = 5;

/// Withholds what is too small, and what would tell it.
pub fn suppress(rows: &mut [Throughput], by: &BTreeSet<ThroughputDimension>) {
    use ThroughputDimension::{Diagnostician, ItemGroup, Priority};
    let tells = |by: &ThroughputDimension| matches!(by, ItemGroup | Priority | Diagnostician);
    if !by.iter().any(tells) {
        return;
    }
    for figure in Figure::ALL {
        for row in rows.iter_mut() {
            if row
                .count(figure)
                .is_some_and(|count| 0 < count && count < LEAST)
            {
                row.withhold(figure);
            }
        }
        // One more that is withheld may be alone among others: until none is.
        while by
            .iter()
            .any(|dimension| complement(rows, *dimension, figure))
        {}
    }
    for row in rows {
        row.returned_by_small();
    }
}

/// Withholds the next smallest wherever one is withheld alone among rows that differ in that dimension only; whether any was.
fn complement(rows: &mut [Throughput], dimension: ThroughputDimension, figure: Figure) -> bool {
    let mut alike: BTreeMap<(DateTime<Utc>, Group), Vec<usize>> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        let group = without(row.group.clone(), dimension);
        alike.entry((row.starts_at, group)).or_default().push(place);
    }
    let mut any = false;
    for places in alike.into_values() {
        let told = |place: &usize| rows[*place].count(figure);
        let withheld = places.iter().filter(|place| told(place).is_none()).count();
        let more = places.iter().copied();
        let next = more.filter(|place| told(place).is_some_and(|count| count > 0));
        let next = next.min_by_key(|place| told(place));
        if let (1, Some(next)) = (withheld, next) {
            rows[next].withhold(figure);
            any = true;
        }
    }
    any
}

fn without(mut group: Group, dimension: ThroughputDimension) -> Group {
    match dimension {
        ThroughputDimension::Centre => group.centre = None,
        ThroughputDimension::Kind => group.kind = None,
        ThroughputDimension::Institution => group.institution = None,
        ThroughputDimension::Tier => group.tier = None,
        ThroughputDimension::ItemGroup => group.item_group = None,
        ThroughputDimension::Priority => group.priority = None,
        ThroughputDimension::Diagnostician => group.diagnostician = None,
    }
    group
}

impl Throughput {
    /// Withholds the reasons of returns where one of them is small.
    fn returned_by_small(&mut self) {
        if self.returned_by.iter().any(|(_, count)| *count < LEAST) {
            self.returned_by.clear();
            self.suppressed = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::throughput::{figure::Figures, tally::Row};

    fn row(item_group: &str, requested: i64) -> Throughput {
        let mut figures = Figures::default();
        figures.counts.requested = requested;
        let row = Row {
            starts_at: DateTime::UNIX_EPOCH,
            ends_at: DateTime::UNIX_EPOCH,
            group: Group {
                item_group: Some(item_group.to_owned()),
                ..Group::default()
            },
            figures,
            backlog: Some(0),
            active: 0,
            served: 0,
        };
        row.into()
    }

    fn told(requested: &[i64], by: ThroughputDimension) -> Vec<Option<i64>> {
        let names = ["a", "b", "c", "d"];
        let rows = requested.iter().zip(names);
        let mut rows: Vec<_> = rows.map(|(count, name)| row(name, *count)).collect();
        suppress(&mut rows, &BTreeSet::from([by]));
        let told = rows.iter().map(|row| row.count(Figure::Requested));
        told.collect()
    }

    #[test]
    fn what_is_small_is_withheld_and_never_alone() {
        use ThroughputDimension::{Institution, ItemGroup};
        assert_eq!(told(&[5, 0, 90], ItemGroup), [Some(5), Some(0), Some(90)]);
        assert_eq!(
            told(&[4, 0, 90, 7], ItemGroup),
            [None, Some(0), Some(90), None]
        );
        assert_eq!(told(&[4, 1, 90], ItemGroup), [None, None, Some(90)]);
        assert_eq!(told(&[1], ItemGroup), [None]);
        assert_eq!(told(&[1, 2, 90], Institution), [Some(1), Some(2), Some(90)]);
    }
}
