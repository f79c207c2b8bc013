//! The days of a plan, by what it is made after. Pure.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use entity::enums::FollowUpTemplate;

use crate::{
    clock::end_of_day,
    error::{ProblemCode, Problems},
};

/// Most follow-ups of one plan.
pub const MOST: usize = 12;
/// Latest day of a plan.
pub const LATEST: i32 = 730;

/// The last day of each follow-up, counted from the day that the plan begins with. GENERAL is once within a week of coming home; a stroke is
/// followed for a year; hypertension and diabetes two weeks after a change of treatment, then each quarter (国家基本公共卫生服务规范).
#[must_use]
pub const fn days(template: FollowUpTemplate) -> &'static [i32] {
    match template {
        FollowUpTemplate::General => &[7],
        FollowUpTemplate::Stroke => &[7, 30, 90, 180, 365],
        FollowUpTemplate::Hypertension | FollowUpTemplate::Diabetes => &[14, 90, 180, 270, 365],
    }
}

/// Notes what is wrong with days that somebody chose.
pub fn check(days: &[i32], path: &str, problems: &mut Problems) {
    problems.check(
        !days.is_empty(),
        path,
        ProblemCode::Required,
        "A plan has a day at least.",
    );
    problems.check(
        days.len() <= MOST,
        path,
        ProblemCode::TooLarge,
        format!("At most {MOST} days."),
    );
    for (place, day) in days.iter().enumerate() {
        let path = format!("{path}[{place}]");
        let later = place == 0 || days[place - 1] < *day;
        problems.check(*day >= 1, &path, ProblemCode::TooSmall, "From 1 on.");
        problems.check(
            *day <= LATEST,
            &path,
            ProblemCode::TooLarge,
            format!("At most {LATEST} days ahead."),
        );
        problems.check(
            later,
            &path,
            ProblemCode::Order,
            "Each after the one before.",
        );
    }
}

/// The moment at which that day of a plan ends.
#[must_use]
pub fn due(from: NaiveDate, day: i32) -> DateTime<Utc> {
    end_of_day(from) + Duration::days(i64::from(day))
}
