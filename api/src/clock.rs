//! The only place that asks what time it is; tests set it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};

/// Where the process gets its time: the machine's clock, or one that a test sets.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    fixed: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until it is [set](Self::set).
    #[must_use]
    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self {
            fixed: Some(Arc::new(AtomicI64::new(at.timestamp_millis()))),
        }
    }

    /// Now, in whole milliseconds, because the databases keep different precisions.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        #[expect(
            clippy::disallowed_methods,
            reason = "this is the one place that may ask the machine"
        )]
        let millis = self.fixed.as_ref().map_or_else(
            || Utc::now().timestamp_millis(),
            |at| at.load(Ordering::SeqCst),
        );
        DateTime::from_timestamp_millis(millis).unwrap_or_default()
    }

    /// Sets a fixed clock; the machine's is not ours to set.
    pub fn set(&self, at: DateTime<Utc>) {
        if let Some(fixed) = &self.fixed {
            fixed.store(at.timestamp_millis(), Ordering::SeqCst);
        }
    }

    /// Lets a fixed clock run on.
    pub fn advance(&self, by: Duration) {
        self.set(self.now() + by);
    }
}

/// China has one time zone and no summer time: UTC+8.
const SHANGHAI_HOURS: i64 = 8;

/// The day in Shanghai (Asia/Shanghai) on which `at` falls.
#[must_use]
pub fn shanghai_day(at: DateTime<Utc>) -> NaiveDate {
    (at + Duration::hours(SHANGHAI_HOURS)).date_naive()
}

/// The moment at which `day` begins in Shanghai.
#[must_use]
pub fn shanghai_midnight(day: NaiveDate) -> DateTime<Utc> {
    Utc.from_utc_datetime(&day.and_time(chrono::NaiveTime::MIN)) - Duration::hours(SHANGHAI_HOURS)
}

/// The moment at which `day` ends in Shanghai (24:00).
#[must_use]
pub fn end_of_day(day: NaiveDate) -> DateTime<Utc> {
    shanghai_midnight(day) + Duration::days(1)
}
