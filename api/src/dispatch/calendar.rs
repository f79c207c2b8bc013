//! Half-days: when in the week an expert is there, and whether two postings claim the same one. Pure.

use chrono::{DateTime, Datelike as _, Duration, NaiveDate, Utc};
use entity::{
    enums::{HalfDay, Weekday},
    json::WeeklySession,
};

use crate::clock::shanghai_midnight;

/// The two halves of a day.
pub const HALVES: [HalfDay; 2] = [HalfDay::Am, HalfDay::Pm];

/// Days in which every weekday comes once.
const WEEK: usize = 7;

/// The weekday of a day.
#[must_use]
pub fn weekday(day: NaiveDate) -> Weekday {
    match day.weekday() {
        chrono::Weekday::Mon => Weekday::Monday,
        chrono::Weekday::Tue => Weekday::Tuesday,
        chrono::Weekday::Wed => Weekday::Wednesday,
        chrono::Weekday::Thu => Weekday::Thursday,
        chrono::Weekday::Fri => Weekday::Friday,
        chrono::Weekday::Sat => Weekday::Saturday,
        chrono::Weekday::Sun => Weekday::Sunday,
    }
}

/// Whether the session is on that half of the day, which is AM or PM.
#[must_use]
pub fn covers(session: WeeklySession, day: NaiveDate, half: HalfDay) -> bool {
    session.weekday == weekday(day) && (session.half == HalfDay::Day || session.half == half)
}

/// When a half-day begins and ends in Shanghai: 8:00 to 12:00, and 14:00 to 17:30.
#[must_use]
pub fn hours(day: NaiveDate, half: HalfDay) -> (DateTime<Utc>, DateTime<Utc>) {
    let midnight = shanghai_midnight(day);
    let (from, until) = match half {
        HalfDay::Am => (8 * 60, 12 * 60),
        HalfDay::Pm => (14 * 60, 17 * 60 + 30),
        HalfDay::Day => (8 * 60, 17 * 60 + 30),
    };
    let at = |minutes| midnight + Duration::minutes(minutes);
    (at(from), at(until))
}

/// The half-days from one day to another, both included, that are in the sessions.
pub fn half_days(
    sessions: &[WeeklySession],
    from: NaiveDate,
    until: NaiveDate,
) -> impl Iterator<Item = (NaiveDate, HalfDay)> {
    let days = from.iter_days().take_while(move |day| *day <= until);
    days.flat_map(|day| HALVES.map(|half| (day, half)))
        .filter(|(day, half)| sessions.iter().any(|session| covers(*session, *day, *half)))
}

/// When somebody is somewhere: from a day to a day, both included, and when in the week.
#[derive(Clone, Copy, Debug)]
pub struct Stay<'a> {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub until: NaiveDate,
    /// When in the week.
    pub sessions: &'a [WeeklySession],
}

/// The first half-day that both claim; none where they do not clash.
#[must_use]
pub fn clash(one: Stay<'_>, other: Stay<'_>) -> Option<(NaiveDate, HalfDay)> {
    let (from, until) = (one.from.max(other.from), one.until.min(other.until));
    // What does not clash within a week never does.
    let week = from.iter_days().nth(WEEK - 1).unwrap_or(until);
    half_days(one.sessions, from, until.min(week)).find(|(day, half)| {
        other
            .sessions
            .iter()
            .any(|session| covers(*session, *day, *half))
    })
}

/// The place of the first session of the list that claims a half-day which one before it claims.
#[must_use]
pub fn repeated(sessions: &[WeeklySession]) -> Option<usize> {
    sessions.iter().enumerate().position(|(place, session)| {
        let before = &sessions[..place];
        before.iter().any(|other| {
            let same = other.half == session.half
                || other.half == HalfDay::Day
                || session.half == HalfDay::Day;
            other.weekday == session.weekday && same
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    const fn on(weekday: Weekday, half: HalfDay) -> WeeklySession {
        WeeklySession { weekday, half }
    }

    fn march(sessions: &[WeeklySession]) -> Stay<'_> {
        Stay {
            from: day("2026-03-02"),
            until: day("2026-03-31"),
            sessions,
        }
    }

    fn rest<'a>(from: &str, sessions: &'a [WeeklySession]) -> Stay<'a> {
        Stay {
            from: day(from),
            until: day("2026-12-31"),
            sessions,
        }
    }

    #[test]
    fn two_postings_clash_on_a_half_day_that_both_claim() {
        use HalfDay::{Am, Day, Pm};
        use Weekday::{Monday, Tuesday};
        for (one, other, expected) in [
            (on(Monday, Am), on(Monday, Am), Some(("2026-03-02", Am))),
            (on(Monday, Am), on(Monday, Day), Some(("2026-03-02", Am))),
            (on(Monday, Day), on(Monday, Pm), Some(("2026-03-02", Pm))),
            (on(Monday, Am), on(Monday, Pm), None),
            (on(Monday, Day), on(Tuesday, Day), None),
        ] {
            let expected = expected.map(|(on, half)| (day(on), half));
            let (one, other) = ([one], [other]);
            assert_eq!(clash(march(&one), rest("2026-01-01", &other)), expected);
            assert_eq!(clash(rest("2026-01-01", &other), march(&one)), expected);
        }
        // The last Monday of March is the 30th: a posting that begins on Tuesday never meets it.
        let mondays = [on(Monday, Day)];
        assert_eq!(clash(march(&mondays), rest("2026-03-31", &mondays)), None);
        let met = Some((day("2026-03-30"), Am));
        assert_eq!(clash(march(&mondays), rest("2026-03-30", &mondays)), met);
        assert_eq!(clash(march(&mondays), rest("2026-04-01", &mondays)), None);
    }

    #[test]
    fn half_days_are_those_of_the_sessions() {
        use HalfDay::{Am, Day, Pm};
        use Weekday::{Friday, Monday};
        let sessions = [on(Monday, Am), on(Friday, Day)];
        let (from, until) = (day("2026-03-02"), day("2026-03-09"));
        let found: Vec<_> = half_days(&sessions, from, until).collect();
        let expected = [
            ("2026-03-02", Am),
            ("2026-03-06", Am),
            ("2026-03-06", Pm),
            ("2026-03-09", Am),
        ];
        assert_eq!(found, expected.map(|(on, half)| (day(on), half)));
    }

    #[test]
    fn what_is_named_twice_is_found() {
        use HalfDay::{Am, Day, Pm};
        use Weekday::{Friday, Monday};
        let twice = [on(Monday, Am), on(Friday, Day), on(Friday, Pm)];
        assert_eq!(repeated(&twice), Some(2));
        assert_eq!(repeated(&[on(Monday, Am), on(Monday, Pm)]), None);
    }
}
