//! What the clock does, one referral a transaction: whoever was faster wins, and nothing is done twice.

use entity::{
    enums::{Action, Basis},
    referral,
    referral_content::Closure,
    referral_leg,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    Select, UpdateMany,
    sea_query::{Expr, ExprTrait as _},
};
use serde_json::json;
use uuid::Uuid;

use super::{recorded::subject, turn::Turn};
use crate::{
    app::App,
    auth::Actor,
    db::Txn,
    error::{Error, Result},
    policy,
    record::{
        change::{self, Change},
        lease,
    },
    referral::clock::{self, Of, Stroke},
};

/// Name of the lease, and of the task as which the clock acts.
pub const LEASE: &str = "referral-clock";
/// How many referrals are read at once.
const BATCH: u64 = 100;

/// Does what is due, at most one stroke for each referral of a batch, and says whether more may be. Nothing is done where another process has the
/// lease.
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
            Err(error) => tracing::warn!(%error, "the clock could not change a referral"),
        }
    }
    Ok(struck)
}

/// The statement by which what is due is read, the longest due first.
#[must_use]
pub fn due(app: &App) -> Select<referral::Entity> {
    referral::Entity::find()
        .select_only()
        .column(referral::Column::Id)
        .filter(referral::Column::ClockAt.lte(app.now()))
        .order_by_asc(referral::Column::ClockAt)
        .limit(BATCH)
}

/// Does what is due of one referral: the next stroke, or none; and notes when to look again.
pub async fn strike(txn: &Txn, app: &App, id: Uuid) -> Result<()> {
    let now = app.now();
    let Some(row) = referral::Entity::find_by_id(id).one(&**txn).await? else {
        return Ok(());
    };
    if row.clock_at.is_none_or(|at| now < at) {
        return Ok(());
    }
    let leg = referral_leg::Entity::find()
        .filter(referral_leg::Column::ReferralId.eq(row.id))
        .filter(referral_leg::Column::Number.eq(row.leg))
        .filter(referral_leg::Column::EndedAt.is_null())
        .one(&**txn)
        .await?;
    match clock::next(&row, leg.as_ref()) {
        Some(stroke) if stroke.at <= now => match (stroke.of, leg) {
            (Of::Leg, Some(leg)) => mark_leg(txn, app, row, leg, stroke).await,
            (Of::Status(_), _) => Box::pin(turn(txn, app, row, stroke)).await,
            (Of::Road | Of::Leg, leg) => mark_road(txn, app, row, leg, stroke).await,
        },
        next => rewind(txn, &row, next).await,
    }
}

/// Takes the clock's turn.
async fn turn(txn: &Txn, app: &App, row: referral::Model, stroke: Stroke) -> Result<()> {
    let actor = Actor::system(LEASE);
    let mut turn = Turn::of_clock(app, row, stroke);
    if stroke.action == Action::CloseUnread {
        turn.row.closure = Some(Closure {
            unread: true,
            ..Closure::default()
        });
    }
    turn.finish(txn, app, &actor.at(LEASE), json!({})).await?;
    Ok(())
}

/// Marks the present leg: once when the answer is due, once when it has taken twice as long.
async fn mark_leg(
    txn: &Txn,
    app: &App,
    row: referral::Model,
    mut leg: referral_leg::Model,
    stroke: Stroke,
) -> Result<()> {
    use referral_leg::Column::{EndedAt, EscalatedAt, Id, OverdueAt};
    let column = if stroke.action == Action::EscalateOverdue {
        leg.escalated_at = Some(app.now());
        EscalatedAt
    } else {
        leg.overdue_at = Some(app.now());
        OverdueAt
    };
    let marked = referral_leg::Entity::update_many()
        .col_expr(column, Expr::val(app.now()))
        .filter(Id.eq(leg.id))
        .filter(EndedAt.is_null())
        .filter(column.is_null())
        .exec(&**txn)
        .await?;
    if marked.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    let next = clock::next(&row, Some(&leg));
    change(txn, &row, wake(next)).await?;
    tell(txn, app, &row, stroke).await
}

/// Marks an emergency whose patient has been on the road for too long.
async fn mark_road(
    txn: &Txn,
    app: &App,
    mut row: referral::Model,
    leg: Option<referral_leg::Model>,
    stroke: Stroke,
) -> Result<()> {
    row.overdue_at = Some(app.now());
    let next = clock::next(&row, leg.as_ref());
    let mark = wake(next).col_expr(referral::Column::OverdueAt, Expr::val(row.overdue_at));
    change(txn, &row, mark).await?;
    tell(txn, app, &row, stroke).await
}

/// A change of the row that is no version: a clinician's screen stays good because a mark was set.
fn wake(next: Option<Stroke>) -> UpdateMany<referral::Entity> {
    use referral::Column::{ClockAt, Marks};
    referral::Entity::update_many()
        .col_expr(ClockAt, Expr::val(next.map(|stroke| stroke.at)))
        .col_expr(Marks, Expr::col(Marks).add(1))
}

async fn change(
    txn: &Txn,
    row: &referral::Model,
    change: UpdateMany<referral::Entity>,
) -> Result<()> {
    let changed = change
        .filter(referral::Column::Id.eq(row.id))
        .filter(referral::Column::Version.eq(row.version))
        .exec(&**txn)
        .await?;
    if changed.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    Ok(())
}

/// Nothing was due after all: notes when to look again.
async fn rewind(txn: &Txn, row: &referral::Model, next: Option<Stroke>) -> Result<()> {
    let at = referral::Entity::update_many().col_expr(
        referral::Column::ClockAt,
        Expr::val(next.map(|stroke| stroke.at)),
    );
    change(txn, row, at).await
}

/// Records a mark. What is overdue is told to the sides; a community's manager is told when it has taken twice as long.
async fn tell(txn: &Txn, app: &App, row: &referral::Model, stroke: Stroke) -> Result<()> {
    let communities_too = stroke.action == Action::EscalateOverdue;
    let scopes = policy::parties(&app.directory.now(), row, app.now())
        .into_iter()
        .filter(|party| communities_too || party.basis != Basis::Community)
        .map(|party| party.scope_id)
        .collect();
    let change = Change {
        at: Some(stroke.at),
        ..Change::of(stroke.action)
    };
    let actor = Actor::system(LEASE);
    change::record(txn, app, &actor, subject(row), scopes, change).await
}
