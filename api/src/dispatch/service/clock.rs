//! What the clock does, one dispatch a transaction: whoever was faster wins, and nothing is done twice.

use entity::{
    dispatch::{self, Model},
    enums::Action,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};
use uuid::Uuid;

use super::{end::close, write::replace};
use crate::{
    app::App,
    auth::{Actor, lent},
    db::Txn,
    dispatch::state::{self, Facts, Side},
    error::Result,
    record::{change::Change, lease},
};

/// Name of the lease, and of the task as which the clock acts.
pub const LEASE: &str = "dispatch-clock";
/// How many dispatches are read at once.
const BATCH: u64 = 100;

/// Does what is due of a batch, and says whether more may be. Nothing is done where another process has the lease.
pub async fn strike_once(app: &App) -> Result<bool> {
    // Most of the time nothing is due: that costs a read of an index, and no lock.
    let due: Vec<Uuid> = due(app).into_tuple().all(app.db.reader()).await?;
    let mut struck = false;
    for id in due {
        let done = app.db.write(async |txn| {
            if lease::take(&txn, app, LEASE).await?.is_none() {
                return Ok(None);
            }
            Box::pin(strike(&txn, app, id)).await.map(Some)
        });
        match done.await {
            Ok(Some(true)) => struck = true,
            Ok(Some(false)) => {}
            Ok(None) => return Ok(false),
            // One that cannot be changed must not keep the others waiting.
            Err(error) => tracing::warn!(%error, "the clock could not change a dispatch"),
        }
    }
    if struck {
        lent::changed(app).await;
    }
    Ok(struck)
}

/// The statement by which what is due is read, the longest due first.
#[must_use]
pub fn due(app: &App) -> Select<dispatch::Entity> {
    dispatch::Entity::find()
        .select_only()
        .column(dispatch::Column::Id)
        .filter(dispatch::Column::ClockAt.lte(app.now()))
        .order_by_asc(dispatch::Column::ClockAt)
        .limit(BATCH)
}

/// Does what is due of one dispatch; says whether something was.
pub async fn strike(txn: &Txn, app: &App, id: Uuid) -> Result<bool> {
    let row = dispatch::Entity::find_by_id(id).one(&**txn).await?;
    let Some(row) = row else { return Ok(false) };
    let Some((action, at)) = state::stroke(&row) else {
        return Ok(false);
    };
    // Nothing that the clock does depends on who sends.
    let facts = Facts::at(&row, false, app.now());
    let Ok(status) = state::next(&facts, Side::Clock, action) else {
        return Ok(false);
    };
    let row = Model { status, ..row };
    write(txn, app, row, (action, at)).await?;
    Ok(true)
}

async fn write(
    txn: &Txn,
    app: &App,
    mut row: Model,
    (action, at): (Action, chrono::DateTime<chrono::Utc>),
) -> Result<()> {
    let actor = Actor::system(LEASE);
    let detail = close(txn, app, &actor, &mut row, at).await?;
    row.occurred_at = at.max(row.occurred_at);
    let change = Change {
        at: Some(at),
        detail,
        ..Change::of(action)
    };
    replace(txn, app, &actor, row, change).await?;
    Ok(())
}
