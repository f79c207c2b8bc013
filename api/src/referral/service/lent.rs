//! The patients who are treated by a dispatched expert, and are not done with.

use std::collections::HashMap;

use entity::{enums::ReferralStatus, referral};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use uuid::Uuid;

use crate::{app::App, db::Txn, error::Result, referral::state};

/// The most referrals that are named at once.
const MOST: u64 = 200;

/// Where a posted referral stands as long as work is open on it.
fn open() -> impl Iterator<Item = ReferralStatus> {
    let all = ReferralStatus::ALL.iter().copied();
    all.filter(|status| state::is_open(*status) && *status != ReferralStatus::Draft)
}

/// The open referrals that name a dispatch, the oldest first; at most 200.
pub async fn open_of_dispatch(txn: &Txn, dispatch: Uuid) -> Result<Vec<Uuid>> {
    let ids = referral::Entity::find()
        .select_only()
        .column(referral::Column::Id)
        .filter(referral::Column::DispatchId.eq(dispatch))
        .filter(referral::Column::Status.is_in(open()))
        .order_by_asc(referral::Column::Id)
        .limit(MOST)
        .into_tuple()
        .all(&**txn)
        .await?;
    Ok(ids)
}

/// How many open referrals name each of these dispatches; none of one that none names.
pub async fn open_of_dispatches(app: &App, dispatches: &[Uuid]) -> Result<HashMap<Uuid, i64>> {
    let rows: Vec<(Option<Uuid>, i64)> = referral::Entity::find()
        .select_only()
        .column(referral::Column::DispatchId)
        .column_as(referral::Column::Id.count(), "many")
        .filter(referral::Column::DispatchId.is_in(dispatches.iter().copied()))
        .filter(referral::Column::Status.is_in(open()))
        .group_by(referral::Column::DispatchId)
        .into_tuple()
        .all(app.db.reader())
        .await?;
    let rows = rows.into_iter();
    Ok(rows.filter_map(|(id, many)| Some((id?, many))).collect())
}
