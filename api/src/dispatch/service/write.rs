//! What is left of a change: the row, who sees it, the event and the audit entry.

use chrono::{DateTime, Utc};
use entity::{
    dispatch::{self, Model},
    dispatch_party,
    enums::{Action, SubjectKind},
};
use sea_orm::{
    ActiveModelTrait as _, ActiveValue::NotSet, ColumnTrait as _, EntityTrait as _,
    IntoActiveModel as _, QueryFilter as _,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    clock::{end_of_day, shanghai_midnight},
    db::Txn,
    dispatch::state,
    error::{Error, Result},
    policy,
    record::{audit, event},
};

/// What is recorded of a change.
pub struct Change {
    /// What.
    pub action: Action,
    /// Whether it was done for a sender that cannot.
    pub second_hand: bool,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Hash of the input.
    pub input_hash: Option<[u8; 32]>,
    /// What is shown of it.
    pub detail: Value,
}

/// Writes a dispatch that was not there before.
pub async fn insert(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    mut row: Model,
    change: Change,
) -> Result<Model> {
    row.clock_at = state::stroke(&row).map(|(_, at)| at);
    dispatch::Entity::insert(row.clone().into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    note(txn, app, actor, row, change).await
}

/// Changes a dispatch if nobody was faster.
pub async fn replace(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    mut row: Model,
    change: Change,
) -> Result<Model> {
    let version = row.version;
    row.version += 1;
    row.updated_at = app.now();
    row.clock_at = state::stroke(&row).map(|(_, at)| at);
    let mut changed = row.clone().into_active_model().reset_all();
    changed.id = NotSet;
    let written = dispatch::Entity::update_many()
        .set(changed)
        .filter(dispatch::Column::Id.eq(row.id))
        .filter(dispatch::Column::Version.eq(version))
        .exec(&**txn)
        .await?;
    if written.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    note(txn, app, actor, row, change).await
}

async fn note(txn: &Txn, app: &App, actor: &Actor, row: Model, change: Change) -> Result<Model> {
    let scopes = see(txn, app, &row).await?;
    let subject = (SubjectKind::Dispatch, row.id);
    let happened = event::Happened {
        status: Some(row.status.code()),
        second_hand: change.second_hand,
        input_hash: change.input_hash,
        scopes,
        occurred_at: Some(change.at),
        ..event::Happened::plain(change.action, subject, row.version).with_detail(change.detail)
    };
    event::record(txn, app, actor, happened).await?;
    let entry = audit::Entry::done(change.action, Some(subject));
    audit::record(txn, app, actor, entry).await?;
    Ok(row)
}

/// Writes who sees the dispatch. Who has once seen it stays.
async fn see(txn: &Txn, app: &App, row: &Model) -> Result<Vec<Uuid>> {
    use dispatch_party::Column::DispatchId;
    let old = dispatch_party::Entity::find()
        .filter(DispatchId.eq(row.id))
        .all(&**txn)
        .await?;
    let mut scopes: Vec<Uuid> = old.iter().map(|party| party.scope_id).collect();
    scopes.extend(policy::dispatch_scopes(&app.directory.now(), row));
    scopes.sort_unstable();
    scopes.dedup();
    dispatch_party::Entity::delete_many()
        .filter(DispatchId.eq(row.id))
        .exec(&**txn)
        .await?;
    let rows = scopes.iter().map(|scope| {
        let party = dispatch_party::Model {
            scope_id: *scope,
            dispatch_id: row.id,
            status: row.status,
            starts_at: shanghai_midnight(row.starts_on),
            ends_at: end_of_day(row.last_day()),
        };
        party.into_active_model()
    });
    dispatch_party::Entity::insert_many(rows)
        .exec_without_returning(&**txn)
        .await?;
    // The expert reads; a feed is followed by institutions and communities.
    scopes.retain(|scope| Some(*scope) != row.practitioner_id);
    Ok(scopes)
}

/// Says in the audit trail that a change had been made before.
pub async fn note_replay(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    action: Action,
    id: Uuid,
) -> Result<()> {
    let entry = audit::Entry::done(action, Some((SubjectKind::Dispatch, id))).replayed();
    audit::record(txn, app, actor, entry).await
}
