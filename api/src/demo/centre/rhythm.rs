//! When people ask for examinations: more from month to month, by the day of the week, and by the hour.

use chrono::{DateTime, Datelike as _, Duration, Utc};

use super::super::dice::Dice;
use crate::clock::{shanghai_day, shanghai_midnight};

/// How busy the days of a week are, from Monday.
const WEEK: [usize; 7] = [26, 21, 20, 20, 21, 9, 6];
/// How busy the hours of a day are, from midnight.
const DAY: [usize; 24] = [
    1, 1, 1, 1, 1, 1, 3, 12, 40, 46, 38, 20, 6, 10, 28, 30, 22, 9, 5, 4, 3, 3, 2, 1,
];
/// How much busier the last day is than the first, in percent.
const GROWTH: i64 = 220;

/// Moments of a period of so many days that ends now, in order.
pub fn moments(dice: &mut Dice, many: usize, days: i64, now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let mut all: Vec<_> = (0..many).map(|_| moment(dice, days, now)).collect();
    all.sort();
    all
}

fn moment(dice: &mut Dice, days: i64, now: DateTime<Utc>) -> DateTime<Utc> {
    let hours: Vec<_> = (0..24_i64)
        .zip(DAY)
        .map(|(hour, weight)| (weight, hour))
        .collect();
    loop {
        let back = dice.between(0, days - 1);
        let busy = 100 + (GROWTH - 100) * (days - back) / days;
        let day = shanghai_day(now) - Duration::days(back);
        let weight = WEEK[day.weekday().num_days_from_monday() as usize];
        if dice.between(1, GROWTH) > busy || dice.below(WEEK[0]) >= weight {
            continue;
        }
        let hour = *dice.weighted(&hours);
        let at = shanghai_midnight(day)
            + Duration::hours(hour)
            + Duration::seconds(dice.between(0, 3_599));
        if at < now {
            return at;
        }
    }
}
