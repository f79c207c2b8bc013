//! What a recall of a batch does to the orders that hold packs of it; called in its transaction.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, SubjectKind},
    order, order_party,
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _,
    sea_query::{Expr, ExprTrait as _},
};
use serde_json::Value;
use uuid::Uuid;

use super::write::replace;
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::Result,
    order::seen::Seen,
    record::{change::Change, event},
};

/// Events that are recorded at once, within what the databases take.
const CHUNK: usize = 500;

/// Marks the orders as recalled and tells whoever sees them; their requesters. `by` is the hospital that recalls, and the hash of its input.
pub async fn mark_recalled(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    orders: &[Uuid],
    by: (Uuid, [u8; 32]),
    at: DateTime<Utc>,
    detail: &Value,
) -> Result<Vec<Uuid>> {
    use order::Column::{Id, Recalled, UpdatedAt, Version};
    let marked = order::Entity::update_many()
        .col_expr(Recalled, Expr::val(true))
        .col_expr(Version, Expr::col(Version).add(1))
        .col_expr(UpdatedAt, Expr::val(app.now()))
        .filter(Id.is_in(orders.iter().copied()))
        .exec_with_returning(&**txn)
        .await?;
    let mut scopes = move_parties(txn, app, orders).await?;
    let (host, hash) = by;
    let happened = marked.iter().map(|row| event::Happened {
        status: Some(row.status.code()),
        institution: Some(host),
        input_hash: Some(hash),
        scopes: scopes.remove(&row.id).unwrap_or_default(),
        occurred_at: Some(at),
        ..event::Happened::plain(
            Action::RecallBatch,
            (SubjectKind::Order, row.id),
            row.version,
        )
        .with_detail(detail.clone())
    });
    let happened: Vec<_> = happened.collect();
    for happened in happened.chunks(CHUNK) {
        event::record_all(txn, app, call.actor, happened.to_vec()).await?;
    }
    let told: BTreeSet<Uuid> = marked.iter().map(|row| row.requested_by_id).collect();
    Ok(told.into_iter().collect())
}

/// Moves the orders in the lists of whoever sees them; the scopes of each.
async fn move_parties(txn: &Txn, app: &App, orders: &[Uuid]) -> Result<HashMap<Uuid, Vec<Uuid>>> {
    use order_party::Column::{OrderId, Until, UpdatedAt};
    let now = app.now();
    let moved = order_party::Entity::update_many()
        .col_expr(UpdatedAt, Expr::val(now))
        .filter(OrderId.is_in(orders.iter().copied()))
        .filter(Condition::any().add(Until.is_null()).add(Until.gt(now)))
        .exec_with_returning(&**txn)
        .await?;
    let mut scopes: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for party in moved {
        scopes
            .entry(party.order_id)
            .or_default()
            .push(party.scope_id);
    }
    Ok(scopes)
}

/// Records at an order that it is known what became of packs of a recalled batch; `still` says whether others are recalled. `when` is when it
/// happened, and the hash of the input.
pub async fn settle_recall(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    seen: Seen,
    still: bool,
    when: (DateTime<Utc>, [u8; 32]),
    detail: Value,
) -> Result<Seen> {
    let (at, input_hash) = when;
    let mut row = seen.row;
    row.recalled = still;
    row.occurred_at = at;
    let change = Change {
        institution: Some(row.requested_by_id),
        input_hash: Some(input_hash),
        basis: Some(seen.party.basis.code()),
        detail,
        ..Change::of(Action::ConfirmBatchReturn)
    };
    replace(txn, app, call, row, change).await
}

/// The institutions that asked for these orders.
pub async fn requesters(txn: &Txn, orders: &[Uuid]) -> Result<Vec<Uuid>> {
    let rows = order::Entity::find()
        .filter(order::Column::Id.is_in(orders.iter().copied()))
        .all(&**txn)
        .await?;
    let asked: BTreeSet<Uuid> = rows.into_iter().map(|row| row.requested_by_id).collect();
    Ok(asked.into_iter().collect())
}
