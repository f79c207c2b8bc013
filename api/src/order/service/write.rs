//! What is left of a change: who sees the order now, the event and the audit entry.

use chrono::Duration;
use entity::{
    enums::{Basis, SubjectKind},
    order, order_party, referral,
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    sea_query::{Expr, ExprTrait as _, OnConflict},
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, Result},
    order::seen::Seen,
    policy,
    record::change::{self, Change, Subject, overwrite},
};

/// Writes an order that was not there before.
pub async fn insert(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    row: order::Model,
    change: Change,
) -> Result<Seen> {
    order::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    note(txn, app, call, row, change).await
}

/// Changes an order if nobody was faster.
pub async fn replace(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    mut row: order::Model,
    change: Change,
) -> Result<Seen> {
    use order::Column;
    let version = row.version;
    row.version += 1;
    row.updated_at = app.now();
    let read = Column::Id.eq(row.id).and(Column::Version.eq(version));
    overwrite(txn, row.clone().into_active_model(), read).await?;
    note(txn, app, call, row, change).await
}

/// Holds an order still until the transaction ends: whoever would change it, or hold it too, waits.
///
/// # Errors
/// [`Error::Overtaken`] where it is not that version any more.
pub async fn hold(txn: &Txn, id: Uuid, version: i32) -> Result<()> {
    let held = order::Entity::update_many()
        .col_expr(order::Column::Version, Expr::val(version))
        .filter(order::Column::Id.eq(id))
        .filter(order::Column::Version.eq(version))
        .exec(&**txn)
        .await?;
    if held.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    Ok(())
}

async fn note(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    row: order::Model,
    change: Change,
) -> Result<Seen> {
    let (parties, scopes) = see(txn, app, &row).await?;
    let change = Change {
        at: Some(row.occurred_at),
        ..change
    };
    change::record(txn, app, call.actor, subject(&row), scopes, change).await?;
    let party = change::own(call.actor, parties, |party| party.scope_id)?;
    Ok(Seen { row, party })
}

/// What the record names of an order.
pub const fn subject(row: &order::Model) -> Subject {
    Subject {
        kind: SubjectKind::Order,
        id: row.id,
        version: row.version,
        status: Some(row.status.code()),
        patient: row.patient_id,
    }
}

/// Renews who sees it; who sees it besides, because they recognised its result or were referred the patient for it, keeps that. Whoever sees it is told.
async fn see(
    txn: &Txn,
    app: &App,
    row: &order::Model,
) -> Result<(Vec<order_party::Model>, Vec<Uuid>)> {
    use order_party::Column::{
        Basis as Why, DueAt, OrderId, ReferralId, ScopeId, Status, Treating, Until, UpdatedAt,
    };
    let referral = match row.referral_id {
        Some(id) => referral::Entity::find_by_id(id).one(&**txn).await?,
        None => None,
    };
    let (now, directory) = (app.now(), app.directory.now());
    let parties = policy::order_parties(&directory, row, referral.as_ref(), now, kept(app));
    let mut scopes: Vec<Uuid> = parties.iter().map(|party| party.scope_id).collect();
    if row.version > 1 {
        let others = order_party::Entity::update_many()
            .col_expr(Status, Expr::val(row.status.code()))
            .col_expr(UpdatedAt, Expr::val(row.updated_at))
            .col_expr(Treating, Expr::val(false))
            .filter(OrderId.eq(row.id))
            .filter(Why.is_in([Basis::Recognition, Basis::Referral]))
            .filter(Condition::any().add(Until.is_null()).add(Until.gt(now)))
            .filter(ScopeId.is_not_in(scopes.iter().copied()))
            .exec_with_returning(&**txn)
            .await?;
        scopes.extend(others.into_iter().map(|party| party.scope_id));
    }
    let renewed = OnConflict::columns([ScopeId, OrderId])
        .update_columns([Why, ReferralId, Until, Treating, Status, UpdatedAt, DueAt])
        .to_owned();
    let rows = parties
        .iter()
        .cloned()
        .map(sea_orm::IntoActiveModel::into_active_model);
    order_party::Entity::insert_many(rows)
        .on_conflict(renewed)
        .exec_without_returning(&**txn)
        .await?;
    Ok((parties, scopes))
}

fn kept(app: &App) -> Duration {
    Duration::days(app.settings.beside_days)
}

/// Lets a referral that has closed open its orders to its parties for a time only.
pub async fn end_for_referral(txn: &Txn, app: &App, closed: &referral::Model) -> Result<()> {
    let Some(until) = policy::open_beside(closed, kept(app)) else {
        return Ok(());
    };
    order_party::Entity::update_many()
        .col_expr(order_party::Column::Until, Expr::val(until))
        .filter(order_party::Column::ReferralId.eq(closed.id))
        .filter(order_party::Column::Basis.eq(Basis::Referral))
        .exec(&**txn)
        .await?;
    Ok(())
}
