//! What is on record of a day or a month and can be corrected: how often, from when on, and who wrote which version.
//!
//! Supervision visits and volume reports stand on this. What was on record before a correction stays readable, version by version.

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike as _, NaiveDate};
use sea_orm::{ActiveModelTrait, EntityTrait as _};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Call, account},
    db::Txn,
    error::{ProblemCode, Problems, Result},
    network::service::note,
    record::{event::Happened, replay},
    text,
};

/// Most versions.
const VERSIONS: i32 = 50;
/// The year before which nobody kept such records.
const FIRST_YEAR: i32 = 2000;

/// A version, and the name of the account that wrote it.
pub type Version<R> = (R, Option<String>);

/// Notes a day that has not come, or one of which nobody kept records.
pub fn check_day(day: NaiveDate, today: NaiveDate, path: &str, problems: &mut Problems) {
    let past = day <= today;
    problems.check(past, path, ProblemCode::Order, "Not in the future.");
    let recent = day.year() >= FIRST_YEAR;
    problems.check(recent, path, ProblemCode::Order, "Not before 2000.");
}

/// Why something is corrected, without blanks around it. Notes a reason that is none.
pub fn reason(given: &str, longest: usize, problems: &mut Problems) -> String {
    let reason = given.trim().to_owned();
    text::required(Some(&reason), longest, "input.reason", problems);
    reason
}

/// Notes that what has this version was corrected as often as it may be.
pub fn check_version(version: i32, problems: &mut Problems) {
    let message = format!("It was corrected {} times already.", VERSIONS - 1);
    let few = version < VERSIONS;
    problems.check(few, "input.id", ProblemCode::TooLarge, message);
}

/// Writes a version, and records that it was written.
pub async fn write<R: ActiveModelTrait>(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    version: R,
    happened: Happened,
) -> Result<()> {
    R::Entity::insert(version)
        .exec_without_returning(&**txn)
        .await?;
    let (_, id) = happened.subject;
    note(txn, app, call.actor, happened).await?;
    replay::remember(txn, app, call, id).await
}

/// Versions by what they are of, in the order in which they come; `of` says of what one is, and which account wrote it.
pub async fn signed<R>(
    app: &App,
    versions: Vec<R>,
    of: impl Fn(&R) -> (Uuid, Uuid) + Send,
) -> Result<HashMap<Uuid, Vec<Version<R>>>> {
    let writers: BTreeSet<Uuid> = versions.iter().map(|row| of(row).1).collect();
    let names = account::names(app, &writers).await?;
    let mut found: HashMap<Uuid, Vec<_>> = HashMap::new();
    for row in versions {
        let (subject, writer) = of(&row);
        let name = names.get(&writer).cloned();
        found.entry(subject).or_default().push((row, name));
    }
    Ok(found)
}
