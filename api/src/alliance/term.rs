//! From when to when something is in force. Pure.

use chrono::{Datelike as _, NaiveDate};

use crate::error::{ProblemCode, Problems};

/// The years in which days of the registry lie; whatever else somebody writes is a slip.
const YEARS: std::ops::RangeInclusive<i32> = 1949..=2148;

/// A first day and, where one is set, a last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: Option<NaiveDate>,
}

/// Where a term stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It has not begun.
    Ahead,
    /// It has begun, and is not over.
    InForce,
    /// It is over.
    Over,
}

impl Standing {
    /// The word for it, as events have it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ahead => "AHEAD",
            Self::InForce => "IN_FORCE",
            Self::Over => "OVER",
        }
    }
}

impl Term {
    /// Where it stands on that day.
    #[must_use]
    pub fn standing(self, day: NaiveDate) -> Standing {
        if day < self.from {
            Standing::Ahead
        } else if self.to.is_some_and(|to| to < day) {
            Standing::Over
        } else {
            Standing::InForce
        }
    }

    /// Whether the day lies in it.
    #[must_use]
    pub fn covers(self, day: NaiveDate) -> bool {
        self.standing(day) == Standing::InForce
    }

    /// Whether a day lies in both.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        let before = |one: Self, next: Self| one.to.is_some_and(|to| to < next.from);
        !before(self, other) && !before(other, self)
    }

    /// Notes days that cannot be, and a last one before the first.
    pub fn check(self, from: &str, to: &str, problems: &mut Problems) {
        let plausible = |day: NaiveDate| YEARS.contains(&day.year());
        let message = "Not a day on which anything began or ends.";
        problems.check(plausible(self.from), from, ProblemCode::Order, message);
        if let Some(last) = self.to {
            problems.check(plausible(last), to, ProblemCode::Order, message);
            let message = "Not before it begins.";
            problems.check(self.from <= last, to, ProblemCode::Order, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, day).expect("a day of March")
    }

    fn term(from: u32, to: Option<u32>) -> Term {
        Term {
            from: day(from),
            to: to.map(day),
        }
    }

    #[test]
    fn the_first_and_the_last_day_belong_to_it() {
        let term = term(5, Some(9));
        for (on, standing) in [
            (4, Standing::Ahead),
            (5, Standing::InForce),
            (9, Standing::InForce),
            (10, Standing::Over),
        ] {
            assert_eq!(term.standing(day(on)), standing, "{on}");
        }
    }

    #[test]
    fn terms_overlap_where_they_share_a_day() {
        for (one, other, overlap) in [
            (term(1, Some(5)), term(5, Some(9)), true),
            (term(1, Some(4)), term(5, Some(9)), false),
            (term(1, None), term(20, Some(21)), true),
            (term(20, None), term(1, Some(19)), false),
            (term(1, None), term(2, None), true),
        ] {
            assert_eq!(one.overlaps(other), overlap, "{one:?} {other:?}");
            assert_eq!(other.overlaps(one), overlap, "{other:?} {one:?}");
        }
    }

    #[test]
    fn days_are_in_order() {
        let found = |term: Term| {
            let mut problems = Problems::default();
            term.check("from", "to", &mut problems);
            problems.into_vec().len()
        };
        assert_eq!(found(term(5, Some(5))), 0);
        assert_eq!(found(term(5, Some(4))), 1);
        let never = NaiveDate::from_ymd_opt(206, 3, 1).expect("a day");
        assert_eq!(
            found(Term {
                from: never,
                to: None
            }),
            1
        );
    }
}
