//! What is left of a change: who sees the order now, the event and the audit entry.

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Action, Basis, SubjectKind},
    order, order_party, referral,
};
use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::NotSet,
    ColumnTrait as _, Condition, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    sea_query::{Expr, OnConflict},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Call},
    db::Txn,
    error::{Error, Result},
    order::seen::Seen,
    policy,
    record::{audit, event},
};

/// What is recorded of a change.
pub struct Change {
    /// What.
    pub action: Action,
    /// For which institution.
    pub institution: Uuid,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Hash of the input.
    pub input_hash: [u8; 32],
    /// By which relation.
    pub basis: &'static str,
    /// What is shown of it.
    pub detail: Value,
}

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
    let version = row.version;
    row.version += 1;
    row.updated_at = app.now();
    row.occurred_at = change.at;
    let mut changed = row.clone().into_active_model().reset_all();
    changed.id = NotSet;
    let written = order::Entity::update_many()
        .set(changed)
        .filter(order::Column::Id.eq(row.id))
        .filter(order::Column::Version.eq(version))
        .exec(&**txn)
        .await?;
    if written.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
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
    let actor = call.actor;
    let (parties, scopes) = see(txn, app, &row).await?;
    let subject = (SubjectKind::Order, row.id);
    let happened = event::Happened {
        status: Some(row.status.code()),
        institution: Some(change.institution),
        input_hash: Some(change.input_hash),
        scopes,
        occurred_at: Some(change.at),
        ..event::Happened::plain(change.action, subject, row.version).with_detail(change.detail)
    };
    event::record(txn, app, actor, happened).await?;
    let entry = audit::Entry {
        basis: Some(change.basis.to_owned()),
        ..audit::Entry::done(change.action, Some(subject)).of(row.patient_id)
    };
    audit::record(txn, app, actor, entry).await?;
    let own = actor.scope.id();
    let party = parties
        .iter()
        .find(|party| Some(party.scope_id) == own)
        .or(parties.first())
        .cloned()
        .ok_or_else(|| Error::Internal("an order that nobody sees".into()))?;
    Ok(Seen { row, party })
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

/// Says in the audit trail that a change had been made before.
pub async fn note_replay(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    action: Action,
    seen: &Seen,
) -> Result<()> {
    let entry = audit::Entry::done(action, Some((SubjectKind::Order, seen.row.id)))
        .of(seen.row.patient_id)
        .replayed();
    let entry = audit::Entry {
        basis: Some(seen.party.basis.code().to_owned()),
        ..entry
    };
    audit::record(txn, app, actor, entry).await
}
