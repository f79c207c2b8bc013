//! Slots of a dispatch: the sessions of an expert at a host. Called inside the transaction of the verb that publishes or ends them.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{
    enums::{Action, SubjectKind},
    slot::{self, Model},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    sea_query::{CaseStatement, Expr, ExprTrait as _},
};
use serde_json::json;
use uuid::Uuid;

use super::shared::{happened, institution};
use crate::{app::App, auth::Actor, db::Txn, error::Result, record::event};

/// An expert's sessions at a host.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The dispatch.
    pub dispatch: Uuid,
    /// The expert.
    pub practitioner: Uuid,
    /// The host.
    pub host: Uuid,
    /// A department of it.
    pub department: Option<Uuid>,
    /// When each begins and ends.
    pub sessions: Vec<(DateTime<Utc>, DateTime<Utc>)>,
    /// How many patients each takes.
    pub capacity: i32,
}

/// Offers the sessions that are not offered yet; gives those.
pub async fn offer(txn: &Txn, app: &App, actor: &Actor, posted: &Posted) -> Result<Vec<Model>> {
    let offered = slot::Entity::find()
        .filter(slot::Column::DispatchId.eq(posted.dispatch))
        .filter(slot::Column::Withdrawn.eq(false))
        .all(&**txn)
        .await?;
    let offered: BTreeSet<DateTime<Utc>> = offered.iter().map(|row| row.starts_at).collect();
    let (now, batch) = (app.now(), app.new_id());
    let fresh = posted.sessions.iter();
    let fresh = fresh.filter(|(starts_at, _)| !offered.contains(starts_at));
    let rows: Vec<Model> = fresh
        .map(|(starts_at, ends_at)| Model {
            id: app.new_id(),
            institution_id: posted.host,
            department_id: posted.department,
            practitioner_id: Some(posted.practitioner),
            dispatch_id: Some(posted.dispatch),
            starts_at: *starts_at,
            ends_at: *ends_at,
            capacity: posted.capacity,
            held: 0,
            used: 0,
            withdrawn: false,
            batch_id: batch,
            version: 1,
            created_at: now,
            updated_at: now,
        })
        .collect();
    if rows.is_empty() {
        return Ok(rows);
    }
    slot::Entity::insert_many(
        rows.iter()
            .cloned()
            .map(sea_orm::IntoActiveModel::into_active_model),
    )
    .exec_without_returning(&**txn)
    .await?;
    note(txn, app, actor, posted.host, Action::CreateSlot, &rows).await?;
    Ok(rows)
}

/// Withdraws the sessions of a dispatch that are not over: nobody comes to them any more. What is held of one stays held until the host has found
/// another time for those patients; the session takes no more than these. Gives what was withdrawn, as it is now.
pub async fn withdraw(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    dispatch: Uuid,
    host: Uuid,
) -> Result<Vec<Model>> {
    use slot::Column::{
        Capacity, DispatchId, EndsAt, Held, Id, StartsAt, UpdatedAt, Used, Version, Withdrawn,
    };
    let open = slot::Entity::find()
        .filter(DispatchId.eq(dispatch))
        .filter(EndsAt.gt(app.now()))
        .filter(Withdrawn.eq(false))
        .all(&**txn)
        .await?;
    if open.is_empty() {
        return Ok(open);
    }
    let ids: Vec<Uuid> = open.iter().map(|row| row.id).collect();
    // In one statement: whoever takes a place at the same moment is counted, or comes too late.
    let taken = || Expr::col(Held).add(Expr::col(Used));
    let left = CaseStatement::new()
        .case(taken().gt(0), taken())
        .finally(Expr::col(Capacity));
    slot::Entity::update_many()
        .col_expr(Capacity, left.into())
        .col_expr(Withdrawn, Expr::val(true))
        .col_expr(Version, Expr::col(Version).add(1))
        .col_expr(UpdatedAt, Expr::val(app.now()))
        .filter(Id.is_in(ids.iter().copied()))
        .exec(&**txn)
        .await?;
    let rows = slot::Entity::find()
        .filter(Id.is_in(ids))
        .order_by_asc(StartsAt)
        .order_by_asc(Id)
        .all(&**txn)
        .await?;
    note(txn, app, actor, host, Action::UpdateSlot, &rows).await?;
    Ok(rows)
}

async fn note(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    host: Uuid,
    action: Action,
    rows: &[Model],
) -> Result<()> {
    let home = institution(txn, host).await?;
    let all = rows.iter().map(|row| {
        let detail = json!({
            "startsAt": row.starts_at,
            "capacity": row.capacity,
            "held": row.held,
            "withdrawn": row.withdrawn,
        });
        happened(
            action,
            (SubjectKind::Slot, row.id),
            row.version,
            &home,
            detail,
        )
    });
    event::record_all(txn, app, actor, all.collect()).await
}
