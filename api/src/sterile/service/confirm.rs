//! Confirming what became of the packs of a recalled batch.

use chrono::{DateTime, Utc};
use entity::{
    batch::{self, Model},
    batch_order,
    enums::{Action, OrderSide, OrderStatus, PackOutcome},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _,
    sea_query::{Expr, ExprTrait as _, Query},
};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    recall::{held, stale},
    write::{note, note_replay, status},
};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    order::{
        seen::{self as orders_seen, Key, Seen},
        service as orders,
    },
    policy,
    record::{
        change::Change,
        replay::{self, Changed},
    },
    referral::service::check_time,
    sterile::seen,
};

/// What became of the packs of a recalled batch at an order's requester.
#[derive(Clone, Debug, Serialize)]
pub struct Confirm {
    /// The batch.
    pub batch: Uuid,
    /// The version of it that the caller saw, where they care.
    pub version: Option<i32>,
    /// The order that the packs came with.
    pub order: Key,
    /// What became of them.
    pub outcome: PackOutcome,
    /// When it happened, where that is not now.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// Confirms what became of the packs of a recalled batch; an order of which that is known for all its recalled batches is recalled no more.
///
/// # Errors
/// [`Error::InvalidTransition`] where the batch is not recalled, its packs were not delivered, or it was confirmed before.
pub async fn confirm(app: &App, call: &Call<'_>, input: Confirm) -> Result<Changed<Model>> {
    const ACTION: Action = Action::ConfirmBatchReturn;
    let work = app.db.write(async |txn| {
        let old = seen::require(&*txn, app, call.actor, input.batch).await?;
        let order = orders_seen::require(&*txn, app, call.actor, &input.order).await?;
        if replay::known(&txn, app, call).await?.is_some() {
            note_replay(&txn, app, call, ACTION, old.id).await?;
            return Ok(Changed::before(old));
        }
        require_right(app, call, &order)?;
        let link = batch_order::Entity::find_by_id((old.id, order.row.id))
            .one(&*txn)
            .await?;
        let link = link.ok_or_else(|| {
            let message = "It holds no packs of that batch.";
            Error::invalid("input.order", ProblemCode::Inconsistent, message)
        })?;
        let (hash, by) = (replay::input_hash(&input)?, order.row.requested_by_id);
        if let Some(refusal) = refusal(&old, &order, &link, &input) {
            if !replay::was_last(&txn, order.row.id, ACTION, Some(by), hash).await? {
                return Err(refusal);
            }
            note_replay(&txn, app, call, ACTION, old.id).await?;
            return Ok(Changed::before(old));
        }
        let at = check(app, &old, &order, &input)?;
        settle(&txn, &link, input.outcome, at).await?;
        let still = is_recalled(&txn, order.row.id).await?;
        let detail =
            json!({ "batch": old.number, "order": order.row.number, "outcome": input.outcome });
        orders::settle_recall(&txn, app, call, order, still, (at, hash), detail.clone()).await?;
        let row = count(&txn, app, old.id).await?;
        let held = held(&txn, row.id).await?;
        let told = orders::requesters(&txn, &held).await?;
        let change = Change {
            at: Some(at),
            institution: Some(by),
            input_hash: Some(hash),
            detail,
            ..Change::of(ACTION)
        };
        note(&txn, app, call, &row, change, told).await?;
        replay::remember(&txn, app, call, row.id).await?;
        Ok(Changed::now(row))
    });
    work.await
}

/// Refuses whoever does not confirm for the institution that got the packs.
fn require_right(app: &App, call: &Call<'_>, order: &Seen) -> Result<()> {
    const ACTION: Action = Action::ConfirmBatchReturn;
    policy::require(call.actor, Action::ReadOrder).map_err(|_| Error::NotFound)?;
    policy::require(call.actor, ACTION)?;
    let side = policy::order_side(call.actor, &app.directory.now(), &order.row, ACTION);
    if side == Some(OrderSide::Requester) {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}

/// Why it may not be confirmed now.
fn refusal(old: &Model, order: &Seen, link: &batch_order::Model, input: &Confirm) -> Option<Error> {
    let (from, reason) = if old.recalled_at.is_none() {
        (status(old), "It is not recalled.")
    } else if link.outcome.is_some() {
        (status(old), "What became of these packs is confirmed.")
    } else if order.row.status != OrderStatus::Delivered {
        let message = "The packs are at the centre, which processes the order again.";
        (order.row.status.code(), message)
    } else {
        return stale(old, input.version);
    };
    Some(Error::InvalidTransition {
        from,
        action: Action::ConfirmBatchReturn,
        allowed: Vec::new(),
        reason: Some(reason),
    })
}

/// When it happens, if nothing is wrong with the input.
fn check(app: &App, old: &Model, order: &Seen, input: &Confirm) -> Result<DateTime<Utc>> {
    let (now, mut problems) = (app.now(), Problems::default());
    let last = Ord::max(order.row.occurred_at, old.recalled_at.unwrap_or_default());
    check_time(input.occurred_at, now, last, &mut problems);
    problems.finish()?;
    Ok(input.occurred_at.unwrap_or(now))
}

/// Writes what became of the packs, unless somebody did so at the same moment.
async fn settle(
    txn: &Txn,
    link: &batch_order::Model,
    outcome: PackOutcome,
    at: DateTime<Utc>,
) -> Result<()> {
    use batch_order::Column::{BatchId, ConfirmedAt, OrderId, Outcome};
    let settled = batch_order::Entity::update_many()
        .col_expr(Outcome, Expr::val(outcome.code()))
        .col_expr(ConfirmedAt, Expr::val(at))
        .filter(BatchId.eq(link.batch_id))
        .filter(OrderId.eq(link.order_id))
        .filter(Outcome.is_null())
        .exec(&**txn)
        .await?;
    if settled.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    Ok(())
}

/// Whether the order holds packs of a recalled batch of which nobody said what became of them.
async fn is_recalled(txn: &Txn, order: Uuid) -> Result<bool> {
    let links = batch_order::Entity::find()
        .filter(batch_order::Column::OrderId.eq(order))
        .filter(batch_order::Column::Outcome.is_null())
        .all(&**txn)
        .await?;
    let open = links.into_iter().map(|link| link.batch_id);
    let recalled = batch::Entity::find()
        .filter(batch::Column::Id.is_in(open))
        .filter(batch::Column::RecalledAt.is_not_null())
        .one(&**txn)
        .await?;
    Ok(recalled.is_some())
}

/// Counts the change of the batch, whoever else confirms at the same moment.
async fn count(txn: &Txn, app: &App, id: Uuid) -> Result<Model> {
    use batch::Column::{Id, UpdatedAt, Version};
    let mut rows = batch::Entity::update_many()
        .col_expr(Version, Expr::col(Version).add(1))
        .col_expr(UpdatedAt, Expr::val(app.now()))
        .filter(Id.eq(id))
        .exec_with_returning(&**txn)
        .await?;
    rows.pop().ok_or(Error::NotFound)
}

/// Takes the packs of recalled batches out of an order before they left the centre.
pub async fn clear(txn: &Txn, order: Uuid, at: DateTime<Utc>) -> Result<()> {
    let recalled = Query::select()
        .column(batch::Column::Id)
        .from(batch::Entity)
        .and_where(batch::Column::RecalledAt.is_not_null())
        .to_owned();
    batch_order::Entity::update_many()
        .col_expr(
            batch_order::Column::Outcome,
            Expr::val(PackOutcome::Returned.code()),
        )
        .col_expr(batch_order::Column::ConfirmedAt, Expr::val(at))
        .filter(batch_order::Column::OrderId.eq(order))
        .filter(batch_order::Column::Outcome.is_null())
        .filter(batch_order::Column::BatchId.in_subquery(recalled))
        .exec(&**txn)
        .await?;
    Ok(())
}
