//! What is counted of a month, and what must be true of it. Pure.

use std::collections::BTreeSet;

use entity::{
    enums::TagKind,
    json::{TagCount, TagCounts},
    volume_report, volume_revision,
};
use serde::Serialize;

use crate::{
    draft::Change,
    error::{ProblemCode, Problems},
};

/// Most of anything in a month; above it somebody has slipped.
const MOST: i32 = 100_000_000;

/// What is counted of a month. What is not counted is none, which is not 0.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Visits to the outpatient and emergency departments 门急诊人次.
    pub visits: Option<i32>,
    /// Discharges 出院人次.
    pub discharges: Option<i32>,
    /// Visits treated by traditional medicine 中医诊疗人次.
    pub tcm_visits: Option<i32>,
    /// Residents of its area 常住人口.
    pub residents: Option<i32>,
    /// Residents by population group, each group once.
    pub residents_by_tag: Vec<TagCount>,
    /// First contacts outside primary care 未经基层首诊人次.
    pub first_contacts_outside: Option<i32>,
    /// Visits of its residents outside the district 区外就诊人次.
    pub outside_visits: Option<i32>,
    /// Those among the visits outside the district that a referral led to 其中经转诊人次.
    pub outside_referred: Option<i32>,
}

/// What shall be different about the counts of a month; what is left out stays.
#[derive(Clone, Debug, Default, Serialize)]
pub struct CountsChange {
    /// Visits to the outpatient and emergency departments 门急诊人次.
    pub visits: Change<i32>,
    /// Discharges 出院人次.
    pub discharges: Change<i32>,
    /// Visits treated by traditional medicine 中医诊疗人次.
    pub tcm_visits: Change<i32>,
    /// Residents of its area 常住人口.
    pub residents: Change<i32>,
    /// Residents by population group, all groups.
    pub residents_by_tag: Change<Vec<TagCount>>,
    /// First contacts outside primary care 未经基层首诊人次.
    pub first_contacts_outside: Change<i32>,
    /// Visits of its residents outside the district 区外就诊人次.
    pub outside_visits: Change<i32>,
    /// Those among the visits outside the district that a referral led to 其中经转诊人次.
    pub outside_referred: Change<i32>,
}

impl Counts {
    /// The same with a change.
    #[must_use]
    pub fn with(mut self, change: &CountsChange) -> Self {
        let change = change.clone();
        change.visits.apply(&mut self.visits);
        change.discharges.apply(&mut self.discharges);
        change.tcm_visits.apply(&mut self.tcm_visits);
        change.residents.apply(&mut self.residents);
        change
            .first_contacts_outside
            .apply(&mut self.first_contacts_outside);
        change.outside_visits.apply(&mut self.outside_visits);
        change.outside_referred.apply(&mut self.outside_referred);
        change.residents_by_tag.apply_to(&mut self.residents_by_tag);
        self
    }

    /// The same with the groups in their order.
    #[must_use]
    pub fn ordered(mut self) -> Self {
        self.residents_by_tag.sort_by_key(|count| count.tag);
        self
    }

    /// Writes the counts into a report.
    pub fn write(self, row: &mut volume_report::Model) {
        row.visits = self.visits;
        row.discharges = self.discharges;
        row.tcm_visits = self.tcm_visits;
        row.residents = self.residents;
        row.first_contacts_outside = self.first_contacts_outside;
        row.outside_visits = self.outside_visits;
        row.outside_referred = self.outside_referred;
        row.residents_by_tag = TagCounts(self.residents_by_tag);
    }

    /// How many residents belong to a population group.
    #[must_use]
    pub fn of(&self, tag: TagKind) -> Option<i32> {
        let mut all = self.residents_by_tag.iter();
        all.find(|count| count.tag == tag)
            .map(|count| count.residents)
    }

    /// Notes what cannot be: nothing at all, less than nothing, a part above its whole.
    pub fn check(&self, path: &str, problems: &mut Problems) {
        let at = |field: &str| format!("{path}.{field}");
        let counted = self.named();
        let any = counted.iter().any(|(_, count)| count.is_some());
        let message = "Nothing is counted.";
        problems.check(
            any || !self.residents_by_tag.is_empty(),
            path,
            ProblemCode::Required,
            message,
        );
        for (field, count) in counted {
            in_range(count, &at(field), problems);
        }
        let parts = [
            ("tcmVisits", self.tcm_visits, "visits", self.visits),
            (
                "firstContactsOutside",
                self.first_contacts_outside,
                "visits",
                self.visits,
            ),
            (
                "outsideReferred",
                self.outside_referred,
                "outsideVisits",
                self.outside_visits,
            ),
        ];
        for (field, part, of, whole) in parts {
            within(part, whole, (&at(field), &at(of)), problems);
        }
        let mut seen = BTreeSet::new();
        for (place, count) in self.residents_by_tag.iter().enumerate() {
            let at = |field: &str| at(&format!("residentsByTag[{place}].{field}"));
            in_range(Some(count.residents), &at("residents"), problems);
            let whole = (&at("residents"), &format!("{path}.residents"));
            within(
                Some(count.residents),
                self.residents,
                (whole.0, whole.1),
                problems,
            );
            let once = seen.insert(count.tag);
            problems.check(once, at("tag"), ProblemCode::Taken, "Named twice.");
        }
    }

    /// The counts under their names in the API.
    const fn named(&self) -> [(&'static str, Option<i32>); 7] {
        [
            ("visits", self.visits),
            ("discharges", self.discharges),
            ("tcmVisits", self.tcm_visits),
            ("residents", self.residents),
            ("firstContactsOutside", self.first_contacts_outside),
            ("outsideVisits", self.outside_visits),
            ("outsideReferred", self.outside_referred),
        ]
    }
}

fn in_range(count: Option<i32>, path: &str, problems: &mut Problems) {
    let Some(count) = count else { return };
    problems.check(
        count >= 0,
        path,
        ProblemCode::TooSmall,
        "Not less than nothing.",
    );
    let message = format!("At most {MOST}.");
    problems.check(count <= MOST, path, ProblemCode::TooLarge, message);
}

/// Notes a part that is larger than its whole, or has none.
fn within(part: Option<i32>, whole: Option<i32>, paths: (&str, &str), problems: &mut Problems) {
    let Some(part) = part else { return };
    let Some(whole) = whole else {
        let message = "Count the whole as well as its part.";
        problems.add(paths.1, ProblemCode::Required, message);
        return;
    };
    let message = "A part is no larger than its whole.";
    problems.check(part <= whole, paths.0, ProblemCode::Inconsistent, message);
}

macro_rules! counts_of {
    ($($model:ty),+) => {$(
        impl From<&$model> for Counts {
            fn from(row: &$model) -> Self {
                Self {
                    visits: row.visits,
                    discharges: row.discharges,
                    tcm_visits: row.tcm_visits,
                    residents: row.residents,
                    first_contacts_outside: row.first_contacts_outside,
                    outside_visits: row.outside_visits,
                    outside_referred: row.outside_referred,
                    residents_by_tag: row.residents_by_tag.0.clone(),
                }
            }
        }
    )+};
}

counts_of!(volume_report::Model, volume_revision::Model);

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(counts: &Counts) -> Vec<(String, &'static str)> {
        let mut problems = Problems::default();
        counts.check("counts", &mut problems);
        let problems = problems.into_vec().into_iter();
        problems
            .map(|problem| (problem.path, problem.code.name()))
            .collect()
    }

    #[test]
    fn nothing_counted_is_no_report() {
        let nothing = problems(&Counts::default());
        assert_eq!(nothing, [("counts".to_owned(), "REQUIRED")]);
        let none = Counts {
            discharges: Some(0),
            ..Counts::default()
        };
        assert_eq!(problems(&none), []);
    }

    #[test]
    fn parts_are_no_larger_than_their_wholes() {
        let good = Counts {
            visits: Some(10),
            tcm_visits: Some(10),
            first_contacts_outside: Some(10),
            outside_visits: Some(3),
            outside_referred: Some(3),
            ..Counts::default()
        };
        assert_eq!(problems(&good), []);
        let bad = Counts {
            visits: Some(9),
            outside_visits: None,
            ..good
        };
        let expected = [
            ("counts.tcmVisits", "INCONSISTENT"),
            ("counts.firstContactsOutside", "INCONSISTENT"),
            ("counts.outsideVisits", "REQUIRED"),
        ];
        assert_eq!(
            problems(&bad),
            expected.map(|(path, code)| (path.to_owned(), code))
        );
    }

    #[test]
    fn groups_overlap_but_none_is_larger_than_all() {
        let group = |tag, residents| TagCount { tag, residents };
        let good = Counts {
            residents: Some(100),
            residents_by_tag: vec![group(TagKind::Aged65, 80), group(TagKind::Hypertension, 70)],
            ..Counts::default()
        };
        assert_eq!(problems(&good), []);
        assert_eq!(good.of(TagKind::Hypertension), Some(70));
        assert_eq!(good.of(TagKind::Stroke), None);
        let bad = Counts {
            residents_by_tag: vec![group(TagKind::Aged65, 101), group(TagKind::Aged65, -1)],
            ..good
        };
        let expected = [
            ("counts.residentsByTag[0].residents", "INCONSISTENT"),
            ("counts.residentsByTag[1].residents", "TOO_SMALL"),
            ("counts.residentsByTag[1].tag", "TAKEN"),
        ];
        assert_eq!(
            problems(&bad),
            expected.map(|(path, code)| (path.to_owned(), code))
        );
    }
}
