//! What is left of a change: the row, who sees it, the event and the audit entry.

use entity::{
    dispatch::{self, Model},
    dispatch_party,
    enums::SubjectKind,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    sea_query::ExprTrait as _,
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Actor,
    clock::{end_of_day, shanghai_midnight},
    db::Txn,
    dispatch::state,
    error::Result,
    policy,
    record::change::{self, Change, Subject, overwrite},
};

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
    use dispatch::Column;
    let version = row.version;
    row.version += 1;
    row.updated_at = app.now();
    row.clock_at = state::stroke(&row).map(|(_, at)| at);
    let read = Column::Id.eq(row.id).and(Column::Version.eq(version));
    overwrite(txn, row.clone().into_active_model(), read).await?;
    note(txn, app, actor, row, change).await
}

async fn note(txn: &Txn, app: &App, actor: &Actor, row: Model, change: Change) -> Result<Model> {
    let scopes = see(txn, app, &row).await?;
    change::record(txn, app, actor, subject(&row), scopes, change).await?;
    Ok(row)
}

/// What the record names of a dispatch.
pub const fn subject(row: &Model) -> Subject {
    Subject {
        kind: SubjectKind::Dispatch,
        id: row.id,
        version: row.version,
        status: Some(row.status.code()),
        patient: None,
    }
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
