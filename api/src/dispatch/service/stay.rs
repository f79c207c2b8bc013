//! The expert comes, and stays longer.

use chrono::NaiveDate;
use entity::{
    dispatch::Model,
    enums::{Action, DispatchKind},
    json::Ids,
};
use serde::Serialize;
use serde_json::json;

use super::{
    check,
    turn::{Begun, On, Turn},
};
use crate::{
    app::App,
    auth::{Call, lent},
    clock::{end_of_day, shanghai_day},
    error::{Error, ProblemCode, Result},
    network,
    record::replay::Changed,
};

/// The expert has come.
#[derive(Clone, Debug, Serialize)]
pub struct CheckIn {
    /// Which dispatch.
    pub on: On,
}

/// The expert stays longer.
#[derive(Clone, Debug, Serialize)]
pub struct Extend {
    /// Which dispatch.
    pub on: On,
    /// The new last day.
    pub ends_on: NaiveDate,
    /// Why.
    pub reason: Option<String>,
}

/// Says that the expert has come. From now until the end of the last day their accounts act at the host as its clinicians do.
///
/// # Errors
/// [`Error::Duplicate`] where a deputy director comes to a host that has one.
pub async fn check_in(app: &App, call: &Call<'_>, input: CheckIn) -> Result<Changed<Model>> {
    let work = app.db.write(async |txn| {
        let action = Action::CheckInDispatch;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(row) => return Ok(Changed::before(*row)),
        };
        let expert = expert(&turn.row)?;
        let found = network::service::practitioner(&txn, expert).await?;
        let found = found.filter(|found| found.active);
        let (row, path) = (turn.row.clone(), "input.dispatch");
        if let Some(found) = found {
            check::licence(&found, row.ends_on, path, &mut turn.problems);
        } else {
            let message = "The expert does not work there any more.";
            turn.problems.add(path, ProblemCode::NotAllowed, message);
        }
        let message = "Within the days of the dispatch.";
        let within = (row.starts_on..=row.ends_on).contains(&turn.day());
        let code = ProblemCode::Order;
        turn.problems
            .check(within, "input.occurredAt", code, message);
        std::mem::take(&mut turn.problems).finish()?;
        check::deputy(&txn, &row).await?;
        let runs = row.kind == DispatchKind::ClinicalDeputyDirector;
        turn.row.deputy_key = runs.then_some(row.host_id);
        turn.row.checked_in_at = Some(turn.at);
        let until = end_of_day(row.ends_on);
        let grants = lent::lend(&txn, app, call.actor, expert, row.host_id, until).await?;
        turn.row.grants = Ids(grants);
        turn.end(&txn, app, call, json!({})).await
    });
    let changed = work.await?;
    lent::changed(app).await;
    Ok(changed)
}

/// Lets the expert stay longer: an event, not a status. What they may see at the host they see until then.
pub async fn extend(app: &App, call: &Call<'_>, input: Extend) -> Result<Changed<Model>> {
    let work = app.db.write(async |txn| {
        let action = Action::ExtendDispatch;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(row) => return Ok(Changed::before(*row)),
        };
        let before = turn.row.ends_on;
        let expert = expert(&turn.row)?;
        network::service::hold_practitioner(&txn, expert).await?;
        let expert = network::service::practitioner(&txn, expert).await?;
        let row = &mut turn.row;
        row.ends_on = input.ends_on;
        let (path, problems) = ("input.endsOn", &mut turn.problems);
        let message = "Later than the present last day.";
        problems.check(input.ends_on > before, path, ProblemCode::Order, message);
        let today = shanghai_day(app.now());
        check::end(row.starts_on, row.ends_on, today, problems);
        let reason = input.reason.as_deref();
        crate::text::optional(reason, check::LONG, "input.reason", problems);
        if let Some(expert) = expert {
            check::licence(&expert, row.ends_on, path, problems);
        }
        check::clash(&txn, row, path, problems).await?;
        std::mem::take(problems).finish()?;
        let until = end_of_day(row.ends_on);
        lent::prolong(&txn, app, call.actor, &row.grants.0, until).await?;
        let detail = json!({ "before": { "endsOn": before }, "endsOn": row.ends_on, "reason": input.reason });
        turn.end(&txn, app, call, detail).await
    });
    let changed = work.await?;
    lent::changed(app).await;
    Ok(changed)
}

fn expert(row: &Model) -> Result<uuid::Uuid> {
    let expert = row.practitioner_id;
    expert.ok_or_else(|| Error::Internal("a dispatch of nobody".into()))
}
