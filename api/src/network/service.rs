//! What the network offers to other domains, and what its own verbs share.
//!
//! The verbs live by noun: [`community`](super::community), [`institution`](super::institution), [`status`](super::status),
//! [`capability`](super::capability), [`department`](super::department), [`practitioner`](super::practitioner). What is here runs inside a
//! transaction of its caller.

use std::collections::{BTreeSet, HashMap};

use entity::{
    enums::{Action, SubjectKind},
    institution, practitioner,
};
use sea_orm::{
    ColumnTrait as _, EntityTrait, IntoActiveModel, Iterable as _, ModelTrait, PrimaryKeyToColumn,
    QueryFilter as _,
    sea_query::{Expr, ExprTrait as _, sea_value_to_json_value},
};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Call},
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    record::{
        audit::{self, Entry},
        change,
        event::{self, Happened},
        replay::{self, Changed},
    },
};

/// The institutions of these ids, as the transaction sees them.
pub async fn institutions(txn: &Txn, ids: &[Uuid]) -> Result<HashMap<Uuid, institution::Model>> {
    let rows = institution::Entity::find()
        .filter(institution::Column::Id.is_in(ids.iter().copied()))
        .all(&**txn)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The practitioner of that id, as the transaction sees it.
pub async fn practitioner(txn: &Txn, id: Uuid) -> Result<Option<practitioner::Model>> {
    Ok(practitioner::Entity::find_by_id(id).one(&**txn).await?)
}

/// The practitioners of these ids, as the transaction sees them.
pub async fn practitioners(
    txn: &Txn,
    ids: impl IntoIterator<Item = Uuid>,
) -> Result<Vec<practitioner::Model>> {
    let rows = practitioner::Entity::find().filter(practitioner::Column::Id.is_in(ids));
    Ok(rows.all(&**txn).await?)
}

/// Holds a practitioner still until the transaction ends: whoever would hold or change them too waits.
pub async fn hold_practitioner(txn: &Txn, id: Uuid) -> Result<()> {
    use practitioner::Column;
    practitioner::Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version))
        .filter(Column::Id.eq(id))
        .exec(&**txn)
        .await?;
    Ok(())
}

/// The institution of that id, or a refusal.
pub(crate) async fn institution(txn: &Txn, id: Uuid) -> Result<institution::Model> {
    let found = institution::Entity::find_by_id(id).one(&**txn).await?;
    found.ok_or(Error::NotFound)
}

/// Refuses what has problems. What could not be read is not named as missing too.
pub(crate) fn settle(problems: Problems) -> Result<()> {
    let mut kept: Vec<Problem> = Vec::new();
    for problem in problems.into_vec() {
        let named = kept.iter().any(|other| other.path == problem.path);
        if problem.code != ProblemCode::Required || !named {
            kept.push(problem);
        }
    }
    if kept.is_empty() {
        Ok(())
    } else {
        Err(Error::InvalidInput(kept))
    }
}

/// The problems of what could not be read, to which those of the rest are added.
pub(crate) fn unread(problems: &[Problem]) -> Problems {
    let mut all = Problems::default();
    all.extend(problems.iter().cloned());
    all
}

/// Refuses a change that was made on the ground of another version.
pub(crate) fn require_version(present: i32, given: i32) -> Result<()> {
    if present == given {
        return Ok(());
    }
    Err(stale(Some(present)))
}

/// The refusal of a change that somebody else was faster with.
pub(crate) fn stale(current_version: Option<i32>) -> Error {
    Error::Conflict {
        current_version,
        problems: Vec::new(),
    }
}

/// The fields that differ, with their old values.
pub(crate) fn before<M: ModelTrait>(old: &M, new: &M) -> Value {
    use sea_orm::IdenStatic as _;
    let columns = <M::Entity as EntityTrait>::Column::iter();
    // The event itself has the version and the time.
    let told = columns.filter(|column| !matches!(column.as_str(), "version" | "updated_at"));
    let differ = told.filter(|column| old.get(*column) != new.get(*column));
    let values = differ.map(|column| {
        let value = sea_value_to_json_value(&old.get(column));
        (column.as_str().to_owned(), value)
    });
    Value::Object(values.collect::<Map<_, _>>())
}

/// Writes a whole row over the one that was read, or refuses to where somebody else was faster.
pub(crate) async fn overwrite<M>(txn: &Txn, row: &M, read: Expr) -> Result<()>
where
    M: ModelTrait + IntoActiveModel<<M::Entity as EntityTrait>::ActiveModel>,
{
    let keys = <M::Entity as EntityTrait>::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
    let read = keys.fold(read, |read, key| read.and(key.eq(row.get(key))));
    if change::put(txn, row.clone().into_active_model(), read).await? {
        return Ok(());
    }
    Err(stale(None))
}

/// Counts a change of the departments or capabilities of an institution in its version, which orders its events.
pub(crate) async fn bump(txn: &Txn, app: &App, institution: &mut institution::Model) -> Result<()> {
    use institution::Column;
    // Not guarded by the version: two departments at once are no conflict, the row's lock puts them in order.
    institution::Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(app.now()))
        .filter(Column::Id.eq(institution.id))
        .exec(&**txn)
        .await?;
    *institution = self::institution(txn, institution.id).await?;
    Ok(())
}

/// Lets one at a time change what is a rule over several rows of these institutions.
pub(crate) async fn hold(txn: &Txn, institutions: impl IntoIterator<Item = Uuid>) -> Result<()> {
    use institution::Column::{Id, Version};
    // One after the other in the order of their ids, so that two who hold the same do not wait for each other.
    let ids: BTreeSet<Uuid> = institutions.into_iter().collect();
    for id in ids {
        // Nothing of it changes: the statement takes the row's lock.
        institution::Entity::update_many()
            .col_expr(Version, Expr::col(Version))
            .filter(Id.eq(id))
            .exec(&**txn)
            .await?;
    }
    Ok(())
}

/// An event about an institution, its departments or its capabilities.
pub(crate) fn of_institution(action: Action, row: &institution::Model, detail: Value) -> Happened {
    Happened {
        status: Some(row.status.code()),
        institution: Some(row.id),
        scopes: [Some(row.id), row.managed_by, row.community_id]
            .into_iter()
            .flatten()
            .collect(),
        ..Happened::plain(action, (SubjectKind::Institution, row.id), row.version)
            .with_detail(detail)
    }
}

/// Records a change as event and audit entry.
pub(crate) async fn note(txn: &Txn, app: &App, actor: &Actor, happened: Happened) -> Result<()> {
    let entry = Entry::done(happened.action, Some(happened.subject));
    event::record(txn, app, actor, happened).await?;
    audit::record(txn, app, actor, entry).await
}

/// What a call would do: the verb, the institution in whose name, and the hash of its input.
pub(crate) type Verb = (Action, Option<Uuid>, [u8; 32]);

/// Whether the call was made before: under the same key, or as the last thing that happened to the object.
pub(crate) async fn is_replay(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    (action, institution, hash): Verb,
    id: Uuid,
) -> Result<bool> {
    if replay::known(txn, app, call).await?.is_some() {
        return Ok(true);
    }
    replay::was_last(txn, id, action, institution, hash).await
}

/// Answers a call that was made before with what is on record, and says in the audit trail that it changed nothing.
pub(crate) async fn replayed<T>(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    subject: (SubjectKind, Uuid),
    object: T,
) -> Result<Changed<T>> {
    let entry = Entry::done(action, Some(subject)).replayed();
    audit::record(txn, app, call.actor, entry).await?;
    Ok(Changed::before(object))
}

/// Shows a committed change to this process at once. Where that fails [`follow`](super::follow) makes up for it.
pub(crate) async fn announce(app: &App) {
    if let Err(error) = app.directory.refresh(&app.db).await {
        tracing::warn!(%error, "the directory could not be read again");
    }
}

/// The text without blanks around it.
pub(crate) fn tidy(text: &mut String) {
    let plain = text.trim();
    if plain.len() != text.len() {
        *text = plain.to_owned();
    }
}

/// The same of a text that may be missing; an empty one is.
pub(crate) fn tidy_optional(text: &mut Option<String>) {
    if let Some(some) = text {
        tidy(some);
    }
    if text.as_deref() == Some("") {
        *text = None;
    }
}
