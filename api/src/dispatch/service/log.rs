//! Saying what an expert did, by the half-day; again where that was wrong.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    dispatch::Model,
    dispatch_log,
    enums::{Action, HalfDay},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde::Serialize;
use serde_json::json;

use super::turn::{Begun, On, Turn};
use crate::{
    app::App,
    auth::Call,
    clock::shanghai_day,
    db::Txn,
    dispatch::{calendar, state::Side},
    error::{ProblemCode, Problems, Result},
    record::replay::Changed,
    text,
};

/// Most half-days that one call says something of.
pub const MOST_ENTRIES: usize = 62;
/// Most patients, operations or listeners of a half-day.
const MOST: i32 = 1_000;
/// Most hours of teaching in a half-day.
const MOST_HOURS: f64 = 12.0;
/// How often a half-day may be corrected.
pub const MOST_CORRECTIONS: i32 = 20;
/// Longest note.
const NOTE: usize = 500;

/// What an expert did.
#[derive(Clone, Debug, Serialize)]
pub struct Log {
    /// In which dispatch.
    pub on: On,
    /// By the half-day.
    pub entries: Vec<Entry>,
}

/// What an expert did in half a day.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The day.
    pub day: NaiveDate,
    /// AM or PM.
    pub half: HalfDay,
    /// Outpatients.
    pub outpatients: i32,
    /// Patients seen on ward rounds.
    pub ward_rounds: i32,
    /// Operations.
    pub operations: i32,
    /// Consultations.
    pub consultations: i32,
    /// Hours of teaching.
    pub teaching_hours: f64,
    /// How many were taught.
    pub teaching_heads: i32,
    /// What else is to be said.
    pub note: Option<String>,
}

/// Says what the expert did: the host, or the expert. A half-day of which something is on record is corrected, and what was there stays readable.
pub async fn log(app: &App, call: &Call<'_>, input: Log) -> Result<Changed<Model>> {
    let work = app.db.write(async |txn| {
        let action = Action::LogDispatch;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(row) => return Ok(Changed::before(*row)),
        };
        let now = app.now();
        check(&turn.row, &input.entries, now, &mut turn.problems);
        let present = present(&txn, &turn.row, &input.entries).await?;
        for (place, entry) in input.entries.iter().enumerate() {
            let old = present.get(&(entry.day, entry.half));
            let message = format!("Corrected {MOST_CORRECTIONS} times already.");
            turn.problems.check(
                old.is_none_or(|old| old.revision <= MOST_CORRECTIONS),
                format!("input.entries[{place}].date"),
                ProblemCode::TooLarge,
                message,
            );
        }
        std::mem::take(&mut turn.problems).finish()?;
        let by_expert = turn.acting.side == Side::Expert;
        let rows = input.entries.iter().map(|entry| {
            let old = present.get(&(entry.day, entry.half));
            let revision = old.map_or(1, |old| old.revision + 1);
            dispatch_log::Model {
                by_expert,
                ..written(app, call, &turn.row, entry, revision)
            }
        });
        let rows: Vec<_> = rows.collect();
        replace_logs(&txn, now, present.values()).await?;
        let corrected = present.len();
        dispatch_log::Entity::insert_many(
            rows.into_iter()
                .map(sea_orm::IntoActiveModel::into_active_model),
        )
        .exec_without_returning(&*txn)
        .await?;
        let detail = json!({ "halfDays": input.entries.len(), "corrected": corrected });
        turn.end(&txn, app, call, detail).await
    });
    work.await
}

fn check(row: &Model, entries: &[Entry], now: DateTime<Utc>, problems: &mut Problems) {
    let path = "input.entries";
    let message = format!("At most {MOST_ENTRIES} half-days at once.");
    problems.check(
        !entries.is_empty(),
        path,
        ProblemCode::Required,
        "Name at least one.",
    );
    problems.check(
        entries.len() <= MOST_ENTRIES,
        path,
        ProblemCode::TooLarge,
        message,
    );
    let came = row.checked_in_at.map_or(row.starts_on, shanghai_day);
    let last = row.last_day().min(shanghai_day(now));
    for (place, entry) in entries.iter().enumerate().take(MOST_ENTRIES) {
        let at = |field: &str| format!("input.entries[{place}].{field}");
        let before = &entries[..place];
        let fresh = before
            .iter()
            .all(|other| (other.day, other.half) != (entry.day, entry.half));
        for (good, field, code, message) in [
            (
                entry.half != HalfDay::Day,
                "half",
                ProblemCode::NotAllowed,
                "AM or PM.",
            ),
            (fresh, "date", ProblemCode::Taken, "Named before."),
            (
                (came..=last).contains(&entry.day),
                "date",
                ProblemCode::Order,
                "From the day they came to the last, and not in the future.",
            ),
            (
                entry.teaching_hours >= 0.0,
                "teachingHours",
                ProblemCode::TooSmall,
                "0 to 12.",
            ),
            (
                entry.teaching_hours <= MOST_HOURS,
                "teachingHours",
                ProblemCode::TooLarge,
                "0 to 12.",
            ),
        ] {
            problems.check(good, at(field), code, message);
        }
        for (number, field) in [
            (entry.outpatients, "outpatients"),
            (entry.ward_rounds, "wardRounds"),
            (entry.operations, "operations"),
            (entry.consultations, "consultations"),
            (entry.teaching_heads, "teachingHeads"),
        ] {
            problems.check(number >= 0, at(field), ProblemCode::TooSmall, "0 to 1,000.");
            problems.check(
                number <= MOST,
                at(field),
                ProblemCode::TooLarge,
                "0 to 1,000.",
            );
        }
        text::optional(entry.note.as_deref(), NOTE, &at("note"), problems);
    }
}

/// What is on record of these half-days.
async fn present(
    txn: &Txn,
    row: &Model,
    entries: &[Entry],
) -> Result<HashMap<(NaiveDate, HalfDay), dispatch_log::Model>> {
    let rows = dispatch_log::Entity::find()
        .filter(dispatch_log::Column::DispatchId.eq(row.id))
        .filter(dispatch_log::Column::Day.is_in(entries.iter().map(|entry| entry.day)))
        .filter(dispatch_log::Column::ReplacedAt.is_null())
        .all(&**txn)
        .await?;
    let named = |log: &dispatch_log::Model| {
        entries
            .iter()
            .any(|entry| (entry.day, entry.half) == (log.day, log.half))
    };
    let rows = rows.into_iter().filter(named);
    Ok(rows.map(|log| ((log.day, log.half), log)).collect())
}

fn written(
    app: &App,
    call: &Call<'_>,
    row: &Model,
    entry: &Entry,
    revision: i32,
) -> dispatch_log::Model {
    dispatch_log::Model {
        id: app.new_id(),
        dispatch_id: row.id,
        day: entry.day,
        half: entry.half,
        at: calendar::hours(entry.day, entry.half).0,
        revision,
        replaced_at: None,
        outpatients: entry.outpatients,
        ward_rounds: entry.ward_rounds,
        operations: entry.operations,
        consultations: entry.consultations,
        teaching_hours: entry.teaching_hours,
        teaching_heads: entry.teaching_heads,
        note: entry.note.clone(),
        created_by: call.actor.account,
        by_expert: false,
        created_at: app.now(),
    }
}

/// What is corrected stays, and counts no more.
async fn replace_logs(
    txn: &Txn,
    now: DateTime<Utc>,
    old: impl Iterator<Item = &dispatch_log::Model>,
) -> Result<()> {
    let ids: Vec<_> = old.map(|log| log.id).collect();
    if ids.is_empty() {
        return Ok(());
    }
    dispatch_log::Entity::update_many()
        .col_expr(dispatch_log::Column::ReplacedAt, Expr::val(now))
        .filter(dispatch_log::Column::Id.is_in(ids))
        .exec(&**txn)
        .await?;
    Ok(())
}
