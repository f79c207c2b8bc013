//! What the clock does, one critical value a transaction: whoever was faster wins, and nothing is done twice.

use entity::{critical_value, critical_value_party, enums::Action};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select, sea_query::Expr,
};
use uuid::Uuid;

use super::write::subject;
use crate::{
    app::App,
    auth::Actor,
    critical_value::clock::{self, Stroke},
    db::Txn,
    error::{Error, Result},
    policy,
    record::{
        change::{self, Change},
        lease,
    },
};

/// Name of the lease, and of the task as which the clock acts.
pub const LEASE: &str = "critical-clock";
/// How many critical values are read at once.
const BATCH: u64 = 100;

/// Does what is due, at most one stroke for each critical value of a batch, and says whether more may be. Nothing is done where another process
/// has the lease.
pub async fn strike_once(app: &App) -> Result<bool> {
    // Most of the time nothing is due: that costs a read of an index, and no lock.
    let due: Vec<Uuid> = due(app).into_tuple().all(app.db.reader()).await?;
    let mut struck = false;
    for id in due {
        let done = app.db.write(async |txn| {
            if lease::take(&txn, app, LEASE).await?.is_none() {
                return Ok(false);
            }
            Box::pin(strike(&txn, app, id)).await?;
            Ok(true)
        });
        match done.await {
            Ok(true) => struck = true,
            Ok(false) => return Ok(false),
            // One that cannot be changed must not keep the others waiting.
            Err(error) => tracing::warn!(%error, "the clock could not change a critical value"),
        }
    }
    Ok(struck)
}

/// The statement by which what is due is read, the longest due first.
#[must_use]
pub fn due(app: &App) -> Select<critical_value::Entity> {
    critical_value::Entity::find()
        .select_only()
        .column(critical_value::Column::Id)
        .filter(critical_value::Column::ClockAt.lte(app.now()))
        .order_by_asc(critical_value::Column::ClockAt)
        .limit(BATCH)
}

/// Does what is due of one critical value: the next stroke, or none.
pub async fn strike(txn: &Txn, app: &App, id: Uuid) -> Result<()> {
    let row = critical_value::Entity::find_by_id(id).one(&**txn).await?;
    let Some(row) = row else {
        return Ok(());
    };
    match clock::next(&row) {
        Some(stroke) if stroke.at <= app.now() => mark(txn, app, row, stroke).await,
        _ => Ok(()),
    }
}

/// Marks that nobody has acknowledged it, and tells whoever is to know by now. A mark is no version: who has it on the screen still acknowledges.
async fn mark(txn: &Txn, app: &App, mut row: critical_value::Model, stroke: Stroke) -> Result<()> {
    use critical_value::Column::{ClockAt, EscalatedAt, Id, OverdueAt, Version};
    let now = app.now();
    let column = if stroke.action == Action::EscalateOverdue {
        row.escalated_at = Some(now);
        EscalatedAt
    } else {
        row.overdue_at = Some(now);
        OverdueAt
    };
    let next = clock::next(&row).map(|next| next.at);
    let marked = critical_value::Entity::update_many()
        .col_expr(column, Expr::val(now))
        .col_expr(ClockAt, Expr::val(next))
        .filter(Id.eq(row.id))
        .filter(Version.eq(row.version))
        .filter(column.is_null())
        .exec(&**txn)
        .await?;
    if marked.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    if stroke.action == Action::EscalateOverdue {
        tell_community(txn, app, &row).await?;
    }
    tell(txn, app, &row, stroke).await
}

/// From now on the community sees the header.
async fn tell_community(txn: &Txn, app: &App, row: &critical_value::Model) -> Result<()> {
    let community = policy::told_community(&app.directory.now(), row, app.now());
    let Some(community) = community else {
        return Ok(());
    };
    critical_value_party::Entity::insert(community.into_active_model())
        .on_conflict_do_nothing()
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}

async fn tell(txn: &Txn, app: &App, row: &critical_value::Model, stroke: Stroke) -> Result<()> {
    let parties = critical_value_party::Entity::find()
        .filter(critical_value_party::Column::CriticalValueId.eq(row.id))
        .all(&**txn)
        .await?;
    let scopes = parties.iter().map(|party| party.scope_id).collect();
    let change = Change {
        at: Some(stroke.at),
        ..Change::of(stroke.action)
    };
    let actor = Actor::system(LEASE);
    change::record(txn, app, &actor, subject(row), scopes, change).await
}
