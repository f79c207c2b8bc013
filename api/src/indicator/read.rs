//! What was counted of referrals, by institution and month: what is kept, and beside it whatever is not kept yet, as of one moment.
//!
//! Three statements, whatever the number of referrals: how far the rollup has come and which months are touched by what it has not come to, and the months
//! that are kept. The touched ones, and those in which a window has ended since, are counted from the referrals: four statements more.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::{indicator_month, lease};
use futures::TryStreamExt as _;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::{
    figures::Figures,
    rollup::{LEASE, count},
    touched::{self, Key},
};
use crate::{app::App, db::Txn, error::Result};

/// What was counted of these institutions in the months from one moment up to, and without, another.
pub async fn months(
    app: &App,
    institutions: &BTreeSet<Uuid>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<BTreeMap<Key, Figures>> {
    if institutions.is_empty() {
        return Ok(BTreeMap::new());
    }
    app.db
        .snapshot(async |txn| Box::pin(read(&txn, app, institutions, (from, until))).await)
        .await
}

async fn read(
    txn: &Txn,
    app: &App,
    institutions: &BTreeSet<Uuid>,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<BTreeMap<Key, Figures>> {
    use indicator_month::Column::{InstitutionId, Month};
    let now = app.now();
    let lease = lease::Entity::find_by_id(LEASE).one(&**txn).await?;
    let mut live = touched::ahead(&**txn, lease.map_or(0, |lease| lease.position)).await?;
    live.retain(|(institution, month)| {
        institutions.contains(institution) && from <= *month && *month < until
    });
    let mut months = BTreeMap::new();
    let kept = indicator_month::Entity::find()
        .filter(InstitutionId.is_in(institutions.iter().copied()))
        .filter(Month.gte(from))
        .filter(Month.lt(until));
    let mut kept = kept.stream(&**txn).await?;
    while let Some(row) = kept.try_next().await? {
        let key = (row.institution_id, row.month);
        if row.stale_at.is_some_and(|at| at <= now) {
            live.insert(key);
        } else if !live.contains(&key) {
            months.insert(key, Figures::of_row(row)?);
        }
    }
    drop(kept);
    let live: Vec<Key> = live.into_iter().collect();
    months.extend(count(&**txn, now, &live).await?);
    Ok(months)
}
