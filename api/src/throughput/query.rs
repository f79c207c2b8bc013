//! What is asked for, checked.

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, TimeZone as _, Utc};
use entity::enums::{Bucket, CentreKind, ThroughputDimension};
use uuid::Uuid;

use super::calendar::{buckets, start_of};
use crate::{
    auth::Actor,
    error::{Error, ProblemCode, Problems, Result},
    policy,
};

/// How many rows an answer has at most.
pub const MOST_ROWS: usize = 5_000;
/// How many centres or institutions can be named.
pub const MOST_NAMED: usize = 500;

/// What is asked for, as somebody wrote it.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Only these centres.
    pub centres: Option<Vec<Uuid>>,
    /// Only centres of these kinds.
    pub kinds: Option<Vec<CentreKind>>,
    /// Only what these institutions ask for.
    pub requested_by: Option<Vec<Uuid>>,
    /// Since when.
    pub from: DateTime<Utc>,
    /// Until when.
    pub to: DateTime<Utc>,
    /// Cut into what.
    pub bucket: Bucket,
    /// Broken down by what.
    pub by: Vec<ThroughputDimension>,
}

/// What is asked for, checked.
#[derive(Clone, Debug)]
pub struct Query {
    /// Only these centres.
    pub centres: Option<BTreeSet<Uuid>>,
    /// Only centres of these kinds.
    pub kinds: Option<Vec<CentreKind>>,
    /// Only what these institutions ask for.
    pub requested_by: Option<BTreeSet<Uuid>>,
    /// Of which kind the buckets are.
    pub bucket: Bucket,
    /// The buckets, the earliest first; at least one.
    pub buckets: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// Broken down by what.
    pub by: BTreeSet<ThroughputDimension>,
    /// How an input is named in a refusal.
    pub name: &'static str,
}

/// The longest time that can be asked for: what nobody reads is not added up.
const fn longest(bucket: Bucket) -> Duration {
    Duration::days(match bucket {
        Bucket::Hour => 62,
        Bucket::Day => 800,
        Bucket::Week => 5 * 366,
        Bucket::Month | Bucket::Whole => 20 * 366,
    })
}

impl Asked {
    /// Checks it for the actor; problems name the fields below `input`, or the fields alone where they are parameters of an address.
    pub fn check(self, actor: &Actor, input: &'static str) -> Result<Query> {
        let mut problems = Problems::default();
        let at = |field: &str| match input {
            "" => field.to_owned(),
            input => format!("{input}.{field}"),
        };
        let (earliest, latest) = (year(2000), year(2100));
        for (moment, field) in [(self.from, "from"), (self.to, "to")] {
            problems.check(
                (earliest..=latest).contains(&moment),
                at(field),
                ProblemCode::TooLarge,
                "Between the years 2000 and 2100.",
            );
        }
        problems.check(
            self.from < self.to,
            at("to"),
            ProblemCode::Order,
            "It must come after from.",
        );
        let days = longest(self.bucket);
        problems.check(
            self.to - self.from <= days,
            at("to"),
            ProblemCode::TooLarge,
            format!(
                "At most {} days after from, for this bucket.",
                days.num_days()
            ),
        );
        for (named, field) in [
            (&self.centres, "centres"),
            (&self.requested_by, "requestedBy"),
        ] {
            problems.check(
                named.as_ref().is_none_or(|named| named.len() <= MOST_NAMED),
                at(field),
                ProblemCode::TooLarge,
                format!("At most {MOST_NAMED}."),
            );
        }
        problems.check(
            !policy::sees_no_small_figures(actor) || self.is_of_months(),
            at("bucket"),
            ProblemCode::NotAllowed,
            "A regulator reads whole calendar months: MONTH, or WHOLE from the beginning of one month to that of another.",
        );
        problems.finish()?;
        let buckets = buckets(self.bucket, self.from, self.to);
        let name = match input {
            "" => "to",
            input => input,
        };
        if buckets.len() > MOST_ROWS {
            return Err(too_many(name));
        }
        Ok(Query {
            centres: self.centres.map(BTreeSet::from_iter),
            kinds: self.kinds,
            requested_by: self.requested_by.map(BTreeSet::from_iter),
            bucket: self.bucket,
            buckets,
            by: self.by.into_iter().collect(),
            name,
        })
    }

    fn is_of_months(&self) -> bool {
        use entity::enums::ThroughputUnit::Month;
        let begins = |at| start_of(Month, at) == at;
        match self.bucket {
            Bucket::Month => true,
            Bucket::Whole => begins(self.from) && begins(self.to),
            Bucket::Hour | Bucket::Day | Bucket::Week => false,
        }
    }
}

/// The refusal of an answer that would be too long.
#[must_use]
pub fn too_many(name: &str) -> Error {
    let message = format!(
        "The answer would have more than {MOST_ROWS} rows: ask for less time, longer buckets, or fewer dimensions."
    );
    Error::invalid(name, ProblemCode::TooLarge, message)
}

fn year(year: i32) -> DateTime<Utc> {
    let first = Utc.with_ymd_and_hms(year, 1, 1, 0, 0, 0);
    first.single().unwrap_or_default()
}
