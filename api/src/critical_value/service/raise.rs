//! Raising a critical value: whoever found it says so, before the report is typed.

use chrono::{DateTime, Utc};
use entity::{
    critical_value,
    enums::{Action, Role},
    order,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    turn::covered,
    write::{Found, insert, subject},
};
use crate::{
    app::App,
    auth::Call,
    critical_value::seen::{self, Seen},
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    order::{
        seen::{self as orders, Key},
        service::{self as order_service, refused},
        state::{self as order_state, Facts},
    },
    policy,
    record::{
        change::{Change, note_replay},
        replay::{self, Changed},
        version,
    },
    referral::service::{check_practitioner, check_time},
    text,
};

/// Most critical values of one order.
pub const MOST: u64 = 20;
/// Longest text.
pub const LONG: usize = 2_000;
/// Longest code of what was measured.
const CODE: usize = 50;

/// What was found.
#[derive(Clone, Debug, Serialize)]
pub struct Raise {
    /// Of which order.
    pub order: Key,
    /// The version of the order that the caller saw.
    pub version: Option<i32>,
    /// When it was found, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
    /// What, in words.
    pub finding: String,
    /// LOINC or local code of what was measured.
    pub code: Option<String>,
    /// Who raises it; the caller where nobody is named.
    pub raised_by: Option<Uuid>,
}

/// Raises a critical value.
pub async fn raise(app: &App, call: &Call<'_>, input: Raise) -> Result<Changed<Seen>> {
    let changed = app
        .db
        .write(async |txn| Box::pin(raise_alone(&txn, app, call, &input)).await)
        .await?;
    Ok(covered(call, changed))
}

async fn raise_alone(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    input: &Raise,
) -> Result<Changed<Seen>> {
    const ACTION: Action = Action::RaiseCriticalValue;
    let actor = call.actor;
    if let Some(id) = replay::known(txn, app, call).await? {
        return again(txn, app, call, id).await;
    }
    let order = orders::require(&**txn, app, actor, &input.order).await?;
    // A role that reads no orders does not learn that there is one.
    policy::require(actor, Action::ReadOrder).map_err(|_| Error::NotFound)?;
    policy::require(actor, ACTION)?;
    let side = policy::order_side(actor, &app.directory.now(), &order.row, ACTION);
    let side = side.ok_or(Error::Forbidden)?;
    let input_hash = replay::input_hash(input)?;
    if let Some(id) = raised_before(txn, &order.row, input_hash).await? {
        return again(txn, app, call, id).await;
    }
    require_version(input, &order.row)?;
    let facts = Facts::of(&order.row);
    order_state::next(&facts, side, ACTION)
        .map_err(|blocked| refused(facts, side, ACTION, blocked))?;
    let patient = order.row.patient_id;
    let patient = patient.ok_or_else(|| Error::Internal("an examination of nobody".into()))?;
    order_service::hold(txn, order.row.id, order.row.version).await?;
    check(txn, app, call, input, &order.row).await?;
    let found = Found {
        patient,
        finding: input.finding.clone(),
        code: input.code.clone(),
        report_version: order_service::report_version(txn, &order.row).await?,
        raised_by: input.raised_by.or(actor.practitioner),
        raised_at: input.occurred_at.unwrap_or_else(|| app.now()),
    };
    let change = Change {
        institution: Some(order.row.host_id),
        input_hash: Some(input_hash),
        basis: Some(order.party.basis.code()),
        detail: json!({}),
        ..Change::of(ACTION)
    };
    let raised = insert(txn, app, call, &order.row, found, change).await?;
    replay::remember(txn, app, call, raised.row.id).await?;
    Ok(Changed::now(raised))
}

async fn again(txn: &Txn, app: &App, call: &Call<'_>, id: Uuid) -> Result<Changed<Seen>> {
    let seen = seen::require(&**txn, call.actor, id).await?;
    let (action, basis) = (Action::RaiseCriticalValue, Some(seen.party.basis));
    note_replay(txn, app, call.actor, action, subject(&seen.row), basis).await?;
    Ok(Changed::before(seen))
}

/// The critical value that the same input has raised, if nothing has happened to it since: sent twice over a bad line, it alarms once.
async fn raised_before(
    txn: &Txn,
    order: &order::Model,
    input_hash: [u8; 32],
) -> Result<Option<Uuid>> {
    let (action, institution) = (Action::RaiseCriticalValue, Some(order.host_id));
    for row in of_order(txn, order.id).await? {
        if replay::was_last(txn, row.id, action, institution, input_hash).await? {
            return Ok(Some(row.id));
        }
    }
    Ok(None)
}

/// The critical values of an order.
pub async fn of_order(txn: &Txn, order: Uuid) -> Result<Vec<critical_value::Model>> {
    let rows = critical_value::Entity::find()
        .filter(critical_value::Column::OrderId.eq(order))
        .all(&**txn)
        .await?;
    Ok(rows)
}

fn require_version(input: &Raise, order: &order::Model) -> Result<()> {
    if input.version.is_none_or(|version| version == order.version) {
        return Ok(());
    }
    Err(version::stale_of(order.version, "The order", version::PATH))
}

async fn check(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    input: &Raise,
    order: &order::Model,
) -> Result<()> {
    let mut problems = Problems::default();
    // Found between the examination and now, whatever was written down meanwhile.
    let began = order.received_at.or(order.examined_at);
    let began = began.unwrap_or(order.requested_at);
    check_time(input.occurred_at, app.now(), began, &mut problems);
    text::required(Some(&input.finding), LONG, "input.finding", &mut problems);
    if let Some(code) = &input.code {
        text::optional(Some(code), CODE, "input.code", &mut problems);
        text::one_line(code, "input.code", &mut problems);
    }
    let (host, path) = (Some(order.host_id), "input.raisedBy");
    check_practitioner(txn, input.raised_by, host, path, &mut problems).await?;
    let nobody = call.actor.has(Role::Integration) && input.raised_by.is_none();
    let message = "A system names who raises it.";
    problems.check(!nobody, path, ProblemCode::Required, message);
    check_room(txn, order.id, 1, "input.order", &mut problems).await?;
    problems.finish()
}

/// Notes that an order would have more critical values than it can have. The order is held still.
pub async fn check_room(
    txn: &Txn,
    order: Uuid,
    more: u64,
    path: &str,
    problems: &mut Problems,
) -> Result<()> {
    let there = critical_value::Entity::find()
        .filter(critical_value::Column::OrderId.eq(order))
        .count(&**txn)
        .await?;
    let message = format!("An order has at most {MOST} critical values.");
    problems.check(there + more <= MOST, path, ProblemCode::TooLarge, message);
    Ok(())
}
