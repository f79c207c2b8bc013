//! Work that one process does at a time.
//!
//! A lease is taken in the transaction that does the work: its row is the lock and, for the feed and the audit chain, the counter too.
//! So a lease that runs out in the middle of the work does no harm: whoever is late waits for the row and then finds the lease taken.

use chrono::{DateTime, Duration, Utc};
use entity::lease;
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _,
    sea_query::Expr,
};

use crate::{app::App, db::Txn, error::Result};

/// How long a process that was killed keeps the others waiting.
const LIFE: Duration = Duration::seconds(3);

/// Takes or prolongs a lease; none where another process has it. The row stays locked until the transaction ends.
pub async fn take(txn: &Txn, app: &App, name: &str) -> Result<Option<lease::Model>> {
    if let Some(lease) = claim(txn, app, name).await? {
        return Ok(Some(lease));
    }
    let known = lease::Entity::find_by_id(name).one(&**txn).await?;
    if known.is_some() {
        return Ok(None);
    }
    // Its first use. Of several processes that come here at once, one inserts, and all claim again.
    let row = lease::ActiveModel {
        name: Set(name.to_owned()),
        holder: Set(String::new()),
        until: Set(DateTime::<Utc>::UNIX_EPOCH),
        position: Set(0),
        head: Set(None),
    };
    lease::Entity::insert(row)
        .on_conflict_do_nothing()
        .exec_without_returning(&**txn)
        .await?;
    claim(txn, app, name).await
}

async fn claim(txn: &Txn, app: &App, name: &str) -> Result<Option<lease::Model>> {
    let now = app.now();
    let rows = lease::Entity::update_many()
        .col_expr(lease::Column::Holder, Expr::value(app.process.clone()))
        .col_expr(lease::Column::Until, Expr::value(now + LIFE))
        .filter(lease::Column::Name.eq(name))
        .filter(
            Condition::any()
                .add(lease::Column::Holder.eq(&app.process))
                .add(lease::Column::Until.lt(now)),
        )
        .exec_with_returning(&**txn)
        .await?;
    Ok(rows.into_iter().next())
}

/// Stores how far the work came. For the holder, in the transaction that took the lease.
pub async fn advance(txn: &Txn, name: &str, position: i64, head: Option<&[u8]>) -> Result<()> {
    lease::Entity::update_many()
        .col_expr(lease::Column::Position, Expr::value(position))
        .col_expr(lease::Column::Head, Expr::value(head.map(<[u8]>::to_vec)))
        .filter(lease::Column::Name.eq(name))
        .exec(&**txn)
        .await?;
    Ok(())
}

/// Gives the lease up, so that another process need not wait until it runs out.
pub async fn release(app: &App, name: &str) -> Result<()> {
    app.db
        .write(async |txn| {
            lease::Entity::update_many()
                .col_expr(
                    lease::Column::Until,
                    Expr::value(DateTime::<Utc>::UNIX_EPOCH),
                )
                .filter(lease::Column::Name.eq(name))
                .filter(lease::Column::Holder.eq(&app.process))
                .exec(&*txn)
                .await?;
            Ok(())
        })
        .await
}
