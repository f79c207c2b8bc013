//! What the clock does: it ends contracts whose last day has passed, and looks again where a contract and a referral began at one moment.

use chrono::Duration;
use entity::{
    enums::{ContractEnd, ContractStatus},
    family_contract::{self, Model},
    referral,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Select,
    sea_query::{Expr, ExprTrait as _, Query},
};
use serde_json::json;
use uuid::Uuid;

use super::{relation, turn::Turn};
use crate::{app::App, auth::Actor, db::Txn, error::Result, record::lease};

/// Name of the lease, and of the task as which the clock acts.
pub const LEASE: &str = "contract-clock";
/// How many contracts are read at once.
const BATCH: u64 = 100;
/// How long after a contract was signed the clock looks whether a referral was posted in the very moment.
const RECENT: Duration = Duration::minutes(10);

/// Does what is due and says whether more may be. Nothing is done where another process has the lease.
pub async fn strike_once(app: &App) -> Result<bool> {
    let reader = app.db.reader();
    let due: Vec<Uuid> = due(app).into_tuple().all(reader).await?;
    let missed: Vec<Uuid> = missed(app).into_tuple().all(reader).await?;
    let mut struck = false;
    for id in due.into_iter().chain(missed) {
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
            Err(error) => tracing::warn!(%error, "the clock could not change a contract"),
        }
    }
    Ok(struck)
}

/// The statement by which contracts are read whose last day has passed, the longest past first.
#[must_use]
pub fn due(app: &App) -> Select<family_contract::Entity> {
    use family_contract::Column::{Id, Until};
    family_contract::Entity::find()
        .select_only()
        .column(Id)
        // In the words of the index of running contracts, without which it would not serve.
        .filter(Expr::cust("status = 'RUNNING'"))
        .filter(Until.lte(app.now()))
        .order_by_asc(Until)
        .limit(BATCH)
}

/// The statement by which contracts are read that were signed a moment ago, whose patient has a posted referral that does not know of them:
/// neither transaction saw the other.
#[must_use]
pub fn missed(app: &App) -> Select<family_contract::Entity> {
    use family_contract::Column::{BeginsAt, CreatedAt, Id, PatientId, Status};
    let posted = Query::select()
        .expr(Expr::val(1))
        .from(referral::Entity)
        .and_where(
            Expr::col((referral::Entity, referral::Column::PatientId))
                .equals((family_contract::Entity, PatientId)),
        )
        .and_where(referral::Column::SubmittedAt.is_not_null())
        .and_where(referral::Column::FamilyTeamId.is_null())
        .to_owned();
    family_contract::Entity::find()
        .select_only()
        .column(Id)
        .filter(Status.eq(ContractStatus::Running))
        .filter(CreatedAt.gt(app.now() - RECENT))
        .filter(Expr::exists(posted))
        .order_by_asc(BeginsAt)
        .limit(BATCH)
}

async fn strike(txn: &Txn, app: &App, id: Uuid) -> Result<()> {
    let row = family_contract::Entity::find_by_id(id).one(&**txn).await?;
    let Some(row) = row.filter(|row| row.status == ContractStatus::Running) else {
        return Ok(());
    };
    if row.until <= app.now() {
        return expire(txn, app, row).await;
    }
    let actor = Actor::system(LEASE);
    relation::open(txn, app, &actor.at(LEASE), &row, None).await
}

/// Ends a contract whose last day has passed.
pub async fn expire(txn: &Txn, app: &App, row: Model) -> Result<()> {
    let actor = Actor::system(LEASE);
    let call = actor.at(LEASE);
    let mut turn = Turn::of_clock(row);
    turn.row.status = ContractStatus::Ended;
    turn.row.end_reason = Some(ContractEnd::Expired);
    let detail = json!({ "reason": ContractEnd::Expired });
    let seen = turn.finish(txn, app, &call, detail).await?;
    relation::close(txn, app, &call, &seen.row).await
}
