//! Orders beside a referral: those that belong to it and those that it cites are open to its parties, whoever these become.

use entity::{enums::Basis, order, order_party, referral, referral_party};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, OnConflict, Query},
};

use crate::{app::App, db::Txn, error::Result, policy};

/// Opens the orders of a referral to its parties as they are now, and closes them to whoever has sent the patient on.
pub async fn open_for_referral(
    txn: &Txn,
    app: &App,
    referral: &referral::Model,
    parties: &[referral_party::Model],
) -> Result<()> {
    use order_party::Column::{Basis as Why, OrderId, ReferralId, ScopeId, Until};
    let sides: Vec<_> = parties
        .iter()
        .filter(|party| matches!(party.basis, Basis::Sender | Basis::Receiver))
        .collect();
    let orders = beside(txn, referral).await?;
    if orders.is_empty() {
        return Ok(());
    }
    end_others(txn, app, referral, &sides).await?;
    let rows = orders.iter().flat_map(|order| {
        let open = policy::is_order_open(order.status, order.review);
        sides.iter().map(move |side| order_party::Model {
            scope_id: side.scope_id,
            order_id: order.id,
            patient_id: order.patient_id,
            referral_id: Some(referral.id),
            basis: Basis::Referral,
            since: app.now(),
            until: None,
            treating: false,
            status: order.status,
            listed_at: order.requested_at,
            updated_at: order.updated_at,
            due_at: order.due_at.filter(|_| open),
        })
    });
    let weaker = Expr::col((order_party::Entity, Why)).eq(Basis::Referral.code());
    // Whoever sees an order by a relation of their own keeps that.
    let renewed = OnConflict::columns([ScopeId, OrderId])
        .update_columns([ReferralId, Until])
        .action_and_where(weaker)
        .to_owned();
    let rows = rows.map(sea_orm::IntoActiveModel::into_active_model);
    order_party::Entity::insert_many(rows)
        .on_conflict(renewed)
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}

/// The orders that belong to a referral, as far as anybody sees them by it, and those that it cites.
async fn beside(txn: &Txn, referral: &referral::Model) -> Result<Vec<order::Model>> {
    let linked = Query::select()
        .column(order_party::Column::OrderId)
        .from(order_party::Entity)
        .and_where(order_party::Column::ReferralId.eq(referral.id))
        .to_owned();
    let cited = referral.content.cited.orders.iter().copied();
    let rows = order::Entity::find()
        .filter(
            Condition::any()
                .add(order::Column::Id.in_subquery(linked))
                .add(order::Column::Id.is_in(cited)),
        )
        .limit(MOST)
        .all(&**txn)
        .await?;
    Ok(rows)
}

/// Most orders that one referral opens.
const MOST: u64 = 200;

async fn end_others(
    txn: &Txn,
    app: &App,
    referral: &referral::Model,
    sides: &[&referral_party::Model],
) -> Result<()> {
    order_party::Entity::update_many()
        .col_expr(order_party::Column::Until, Expr::val(app.now()))
        .filter(order_party::Column::ReferralId.eq(referral.id))
        .filter(order_party::Column::Basis.eq(Basis::Referral))
        .filter(order_party::Column::Until.is_null())
        .filter(order_party::Column::ScopeId.is_not_in(sides.iter().map(|side| side.scope_id)))
        .exec(&**txn)
        .await?;
    Ok(())
}
