//! Offering an expert's sessions as slots, which referrals to the host can hold.

use chrono::{Days, NaiveDate};
use entity::{dispatch::Model, enums::Action};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::turn::{Begun, On, Turn};
use crate::{
    app::App,
    auth::Call,
    capacity::{
        posted::{self, Posted},
        slot::MOST_SLOTS,
    },
    clock::shanghai_day,
    dispatch::calendar,
    error::{Error, ProblemCode, Result},
    record::replay::Changed,
    referral::service::check_department,
};

/// Most patients of a session.
const MOST_PATIENTS: i32 = 200;
/// How many days at most one call publishes.
const LONGEST: Days = Days::new(366);

/// Sessions to be offered.
#[derive(Clone, Debug, Serialize)]
pub struct Publish {
    /// Of which dispatch.
    pub on: On,
    /// First day; the first of the dispatch that is not past where left out.
    pub from: Option<NaiveDate>,
    /// Last day; the last of the dispatch where left out.
    pub until: Option<NaiveDate>,
    /// How many patients each takes.
    pub capacity: i32,
    /// The department of the host whose patients they are.
    pub department: Option<Uuid>,
}

/// Offers the sessions of a dispatch in those days as slots. What has begun, or is offered already, is left out.
pub async fn publish(app: &App, call: &Call<'_>, input: Publish) -> Result<Changed<Model>> {
    let work = app.db.write(async |txn| {
        let action = Action::PublishDispatchSessions;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(row) => return Ok(Changed::before(*row)),
        };
        let now = app.now();
        let row = turn.row.clone();
        let first = row.starts_on.max(shanghai_day(now));
        let from = input.from.unwrap_or(first);
        let until = input.until.unwrap_or(row.ends_on);
        let problems = &mut turn.problems;
        for (good, path, message) in [
            (
                from >= row.starts_on,
                "input.from",
                "Not before the dispatch begins.",
            ),
            (
                until <= row.ends_on,
                "input.until",
                "Not after the dispatch ends.",
            ),
            (until >= from, "input.until", "Not before the first day."),
            (
                from.checked_add_days(LONGEST)
                    .is_none_or(|latest| until <= latest),
                "input.until",
                "At most a year at once.",
            ),
        ] {
            problems.check(good, path, ProblemCode::Order, message);
        }
        let fits = (1..=MOST_PATIENTS).contains(&input.capacity);
        let message = "1 to 200 patients.";
        problems.check(fits, "input.capacity", ProblemCode::TooLarge, message);
        let (host, path) = (Some(row.host_id), "input.department");
        check_department(&turn.directory, input.department, host, path, problems);
        let half_days = calendar::half_days(&row.sessions.0, from, until);
        let sessions: Vec<_> = half_days
            .map(|(day, half)| calendar::hours(day, half))
            .filter(|(starts_at, _)| *starts_at > now)
            .take(MOST_SLOTS + 1)
            .collect();
        let message = format!("1 to {MOST_SLOTS} sessions in these days.");
        let many = (1..=MOST_SLOTS).contains(&sessions.len());
        problems.check(many, "input.until", ProblemCode::TooLarge, message);
        std::mem::take(problems).finish()?;
        let expert = row.practitioner_id;
        let wanted = Posted {
            dispatch: row.id,
            practitioner: expert.ok_or_else(|| Error::Internal("sessions of nobody".into()))?,
            host: row.host_id,
            department: input.department,
            sessions,
            capacity: input.capacity,
        };
        let offered = posted::offer(&txn, app, call.actor, &wanted).await?;
        let detail = json!({ "from": from, "until": until, "offered": offered.len() });
        turn.end(&txn, app, call, detail).await
    });
    work.await
}
