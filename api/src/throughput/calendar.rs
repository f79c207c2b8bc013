//! Hours, days, weeks and months of Asia/Shanghai, and which of them cover a stretch of time.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, Days, Duration, Months, Utc};
use entity::enums::{Bucket, ThroughputUnit};

use crate::clock::{shanghai_day, shanghai_midnight};

/// The hour of a moment. Shanghai is a whole number of hours ahead of UTC, so that both have the same hours.
#[must_use]
pub fn hour_of(at: DateTime<Utc>) -> DateTime<Utc> {
    at - Duration::milliseconds(at.timestamp_millis().rem_euclid(3_600_000))
}

/// When the unit that the moment lies in begins.
#[must_use]
pub fn start_of(unit: ThroughputUnit, at: DateTime<Utc>) -> DateTime<Utc> {
    let day = shanghai_day(at);
    match unit {
        ThroughputUnit::Hour => hour_of(at),
        ThroughputUnit::Day => shanghai_midnight(day),
        ThroughputUnit::Month => shanghai_midnight(day.with_day(1).unwrap_or(day)),
    }
}

/// When the unit that begins at a moment is over.
#[must_use]
pub fn end_of(unit: ThroughputUnit, start: DateTime<Utc>) -> DateTime<Utc> {
    match unit {
        ThroughputUnit::Hour => start + Duration::hours(1),
        ThroughputUnit::Day => start + Duration::days(1),
        ThroughputUnit::Month => {
            let day = shanghai_day(start);
            shanghai_midnight(day.checked_add_months(Months::new(1)).unwrap_or(day))
        }
    }
}

/// The buckets of a stretch of time. Ends that lie within a bucket are moved out to the bucket's own; of [`Bucket::Whole`] to the hour's.
#[must_use]
pub fn buckets(
    bucket: Bucket,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
    if bucket == Bucket::Whole {
        let last = hour_of(until);
        let end = if last == until {
            last
        } else {
            last + Duration::hours(1)
        };
        return vec![(hour_of(from), end)];
    }
    let mut all = Vec::new();
    let mut start = bucket_start(bucket, from);
    while start < until {
        let end = bucket_end(bucket, start);
        all.push((start, end));
        start = end;
    }
    all
}

fn bucket_start(bucket: Bucket, at: DateTime<Utc>) -> DateTime<Utc> {
    match unit_of(bucket) {
        ThroughputUnit::Day if bucket == Bucket::Week => {
            let day = shanghai_day(at);
            let past = u64::from(day.weekday().num_days_from_monday());
            shanghai_midnight(day.checked_sub_days(Days::new(past)).unwrap_or(day))
        }
        unit => start_of(unit, at),
    }
}

fn bucket_end(bucket: Bucket, start: DateTime<Utc>) -> DateTime<Utc> {
    if bucket == Bucket::Week {
        return start + Duration::days(7);
    }
    end_of(unit_of(bucket), start)
}

/// The longest unit that no bucket of the kind cuts.
#[must_use]
pub const fn unit_of(bucket: Bucket) -> ThroughputUnit {
    match bucket {
        Bucket::Hour => ThroughputUnit::Hour,
        Bucket::Day | Bucket::Week => ThroughputUnit::Day,
        Bucket::Month | Bucket::Whole => ThroughputUnit::Month,
    }
}

/// Units of one length, one after the other, from the first moment up to, and without, the second.
pub type Run = (ThroughputUnit, DateTime<Utc>, DateTime<Utc>);

/// Covers whole hours with the fewest units, none longer than `longest`, and none but hours where one of the `touched` hours lies in it.
#[must_use]
pub fn cover(
    longest: ThroughputUnit,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
    touched: &BTreeSet<DateTime<Utc>>,
) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut at = from;
    while at < until {
        let fits = |unit: &ThroughputUnit| {
            let end = end_of(*unit, at);
            *unit <= longest
                && start_of(*unit, at) == at
                && end <= until
                && touched.range(at..end).next().is_none()
        };
        let units = [ThroughputUnit::Month, ThroughputUnit::Day];
        let unit = units.into_iter().find(fits);
        let unit = unit.unwrap_or(ThroughputUnit::Hour);
        let end = end_of(unit, at);
        match runs.last_mut() {
            Some(last) if last.0 == unit => last.2 = end,
            _ => runs.push((unit, at, end)),
        }
        at = end;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        let at = DateTime::parse_from_rfc3339(text).expect("a moment");
        at.to_utc()
    }

    #[test]
    fn buckets_are_shanghais() {
        let (from, until) = (
            at("2026-01-31T15:30:00Z"), // 23:30 on Saturday there
            at("2026-02-01T16:00:00Z"), // midnight after Sunday
        );
        let starts = |bucket| {
            let all = buckets(bucket, from, until).into_iter();
            all.map(|(start, _)| start).collect::<Vec<_>>()
        };
        let (january, february) = (at("2025-12-31T16:00:00Z"), at("2026-01-31T16:00:00Z"));
        assert_eq!(starts(Bucket::Hour).len(), 25);
        assert_eq!(starts(Bucket::Day), [at("2026-01-30T16:00:00Z"), february]);
        assert_eq!(starts(Bucket::Week), [at("2026-01-25T16:00:00Z")]);
        assert_eq!(starts(Bucket::Month), [january, february]);
        assert_eq!(
            buckets(Bucket::Whole, from, until),
            [(at("2026-01-31T15:00:00Z"), until)]
        );
    }

    #[test]
    fn the_longest_units_cover_whatever_is_not_touched() {
        use ThroughputUnit::{Day, Hour, Month};
        let (from, until) = (at("2026-01-30T14:00:00Z"), at("2026-04-01T16:00:00Z"));
        let touched = BTreeSet::from([at("2026-03-05T03:00:00Z")]);
        let cut = |text: &str| at(text);
        assert_eq!(
            cover(Month, from, until, &touched),
            [
                (Hour, from, cut("2026-01-30T16:00:00Z")),
                (
                    Day,
                    cut("2026-01-30T16:00:00Z"),
                    cut("2026-01-31T16:00:00Z")
                ),
                (
                    Month,
                    cut("2026-01-31T16:00:00Z"),
                    cut("2026-02-28T16:00:00Z")
                ),
                (
                    Day,
                    cut("2026-02-28T16:00:00Z"),
                    cut("2026-03-04T16:00:00Z")
                ),
                (
                    Hour,
                    cut("2026-03-04T16:00:00Z"),
                    cut("2026-03-05T16:00:00Z")
                ),
                (Day, cut("2026-03-05T16:00:00Z"), until),
            ]
        );
        assert_eq!(cover(Hour, from, until, &touched), [(Hour, from, until)]);
    }
}
