//! Of whom indicators are asked, and for which months.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, Months, NaiveDate, Utc};
use uuid::Uuid;

use crate::{
    clock::shanghai_midnight,
    error::{ProblemCode, Problems},
    network::directory::Directory,
    policy::{IndicatorArea, region_of},
};

/// The institutions of an area, as the registry has them now.
#[must_use]
pub fn institutions(directory: &Directory, area: &IndicatorArea) -> BTreeSet<Uuid> {
    let belongs = |id: Uuid| match area {
        IndicatorArea::Institution(own) => id == *own,
        IndicatorArea::Community(community) => {
            let found = directory.institution(id);
            found.is_some_and(|found| found.community_id == Some(*community))
        }
        IndicatorArea::Region(prefix) => {
            let region = region_of(directory, id);
            region.is_some_and(|region| region.starts_with(prefix.as_str()))
        }
    };
    let all = directory.institutions.keys().copied();
    all.filter(|id| belongs(*id)).collect()
}

/// The area's name, as a sheet has it.
#[must_use]
pub fn name(directory: &Directory, area: &IndicatorArea) -> String {
    let found = match area {
        IndicatorArea::Institution(id) => directory.institution(*id).map(|one| one.name.clone()),
        IndicatorArea::Community(id) => directory.communities.get(id).map(|one| one.name.clone()),
        IndicatorArea::Region(prefix) => Some(prefix.clone()),
    };
    found.unwrap_or_default()
}

/// Whole months of Asia/Shanghai, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day of the first.
    pub from: NaiveDate,
    /// The first day after the last.
    pub until: NaiveDate,
}

/// The longest time that can be asked for, in months.
const LONGEST: usize = 120;

impl Period {
    /// The months from a day that one begins with to a day that one ends with; notes what is wrong with these days.
    pub fn check(
        from: NaiveDate,
        to: NaiveDate,
        (from_path, to_path): (&str, &str),
        problems: &mut Problems,
    ) -> Option<Self> {
        let until = to.succ_opt().unwrap_or(to);
        let before = problems.is_empty();
        for (day, path) in [(from, from_path), (to, to_path)] {
            problems.check(
                (2000..2100).contains(&day.year()),
                path,
                ProblemCode::TooLarge,
                "Between the years 2000 and 2100.",
            );
        }
        problems.check(
            from.day() == 1,
            from_path,
            ProblemCode::NotAllowed,
            "Indicators are of whole calendar months: the first day of one.",
        );
        problems.check(
            until.day() == 1,
            to_path,
            ProblemCode::NotAllowed,
            "Indicators are of whole calendar months: the last day of one.",
        );
        problems.check(
            from < until,
            to_path,
            ProblemCode::Order,
            "It must come after from.",
        );
        let period = Self { from, until };
        if !before || !problems.is_empty() {
            return None;
        }
        problems.check(
            period.months().len() <= LONGEST,
            to_path,
            ProblemCode::TooLarge,
            format!("At most {LONGEST} months."),
        );
        Some(period)
    }

    /// When each of the months begins.
    #[must_use]
    pub fn months(&self) -> Vec<DateTime<Utc>> {
        self.first_days()
            .into_iter()
            .map(shanghai_midnight)
            .collect()
    }

    /// The first day of each of the months; of a period that was not checked at most 120.
    #[must_use]
    pub fn first_days(&self) -> Vec<NaiveDate> {
        let next = |day: &NaiveDate| day.checked_add_months(Months::new(1));
        let days = std::iter::successors(Some(self.from), next);
        days.take_while(|day| *day < self.until)
            .take(LONGEST + 1)
            .collect()
    }

    /// The moment at which it begins.
    #[must_use]
    pub fn starts_at(&self) -> DateTime<Utc> {
        shanghai_midnight(self.from)
    }

    /// The moment at which it is over.
    #[must_use]
    pub fn ends_at(&self) -> DateTime<Utc> {
        shanghai_midnight(self.until)
    }

    /// The last of its days.
    #[must_use]
    pub fn last_day(&self) -> NaiveDate {
        self.until.pred_opt().unwrap_or(self.until)
    }

    /// The same months a year before.
    #[must_use]
    pub fn year_before(&self) -> Self {
        let before = |day: NaiveDate| day.checked_sub_months(Months::new(12)).unwrap_or(day);
        Self {
            from: before(self.from),
            until: before(self.until),
        }
    }

    /// Whether it is a calendar month, quarter or year.
    #[must_use]
    pub fn is_calendar(&self) -> bool {
        let month = self.from.month0();
        match self.first_days().len() {
            1 => true,
            3 => month.is_multiple_of(3),
            12 => month == 0,
            _ => false,
        }
    }
}

/// Whether a text names a region as GB/T 2260 nests them.
#[must_use]
pub fn is_region(text: &str) -> bool {
    matches!(text.len(), 2 | 4 | 6) && text.bytes().all(|byte| byte.is_ascii_digit())
}
