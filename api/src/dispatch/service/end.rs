//! The end of a dispatch, however it comes: what the expert could see at the host ends at that moment, sessions that are not over are withdrawn, and the
//! host learns what of their work is still open.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{dispatch::Model, enums::Action};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    check::LONG,
    turn::{Begun, On, Turn},
};
use crate::{
    app::App,
    auth::{Actor, Call, lent},
    capacity::posted,
    clock::shanghai_day,
    db::Txn,
    error::Result,
    record::replay::Changed,
    referral::service::open_of_dispatch,
    text,
};

/// It ends before it should, or never begins.
#[derive(Clone, Debug, Serialize)]
pub struct Ended {
    /// Which dispatch.
    pub on: On,
    /// Why.
    pub reason: String,
}

/// It ends as it should.
#[derive(Clone, Debug, Serialize)]
pub struct Complete {
    /// Which dispatch.
    pub on: On,
}

/// Calls the expert back.
pub async fn recall(app: &App, call: &Call<'_>, input: Ended) -> Result<Changed<Model>> {
    leave(app, call, Action::RecallDispatch, input).await
}

/// Says that the expert has done what they came for, on the last day or before.
pub async fn complete(app: &App, call: &Call<'_>, input: Complete) -> Result<Changed<Model>> {
    let work = app.db.write(async |txn| {
        let action = Action::CompleteDispatch;
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        match begun {
            Begun::Turn(turn) => part(turn, &txn, app, call).await,
            Begun::Before(row) => Ok(Changed::before(*row)),
        }
    });
    let changed = work.await?;
    lent::changed(app).await;
    Ok(changed)
}

/// Ends a dispatch for a reason.
pub(super) async fn leave(
    app: &App,
    call: &Call<'_>,
    action: Action,
    input: Ended,
) -> Result<Changed<Model>> {
    let work = app.db.write(async |txn| {
        let begun = Turn::begin(&txn, app, call, action, &input.on, &input).await?;
        let mut turn = match begun {
            Begun::Turn(turn) => turn,
            Begun::Before(row) => return Ok(Changed::before(*row)),
        };
        let problems = &mut turn.problems;
        text::required(Some(&input.reason), LONG, "input.reason", problems);
        turn.row.reason = Some(input.reason.clone());
        part(turn, &txn, app, call).await
    });
    let changed = work.await?;
    lent::changed(app).await;
    Ok(changed)
}

async fn part(
    mut turn: Box<Turn>,
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
) -> Result<Changed<Model>> {
    std::mem::take(&mut turn.problems).finish()?;
    let at = turn.at;
    let detail = close(txn, app, call.actor, &mut turn.row, at).await?;
    turn.end(txn, app, call, detail).await
}

/// The last day of a dispatch that ends at that moment: never after the planned one.
fn last_day(row: &Model, at: DateTime<Utc>) -> NaiveDate {
    shanghai_day(at).min(row.ends_on)
}

/// Ends what a dispatch brought with it, from now on; what happened at another time is noted as that. Gives what the host has to see to.
pub(super) async fn close(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    row: &mut Model,
    at: DateTime<Utc>,
) -> Result<Value> {
    if row.checked_in_at.is_some() {
        row.ended_on = Some(last_day(row, at));
    }
    row.ended_at = Some(at);
    row.deputy_key = None;
    lent::end(txn, app, actor, &row.grants.0).await?;
    let withdrawn = posted::withdraw(txn, app, actor, row.id, row.host_id).await?;
    let held: i32 = withdrawn.iter().map(|slot| slot.held).sum();
    let slots: Vec<Uuid> = withdrawn
        .iter()
        .filter(|slot| slot.held > 0)
        .map(|slot| slot.id)
        .collect();
    let open = open_of_dispatch(txn, row.id).await?;
    Ok(json!({
        "openReferrals": open,
        "withdrawnSlots": withdrawn.len(),
        "heldSlots": slots,
        "held": held,
    }))
}
