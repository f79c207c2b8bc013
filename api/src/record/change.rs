//! What is left of a change: the row over the one that was read, the event, the audit entry; and the note that it was made before.

use chrono::{DateTime, Utc};
use entity::enums::{Action, Basis, SubjectKind};
use sea_orm::{
    ActiveModelTrait, EntityTrait, Iterable as _, PrimaryKeyToColumn as _, QueryFilter as _,
    sea_query::Expr,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    audit::{self, Entry},
    event::{self, Happened},
    replay,
};
use crate::{
    app::App,
    auth::Actor,
    db::Txn,
    error::{Error, Result},
};

/// What is recorded of a change.
#[derive(Clone, Debug)]
pub struct Change {
    /// What.
    pub action: Action,
    /// When it happened, where that is not now.
    pub at: Option<DateTime<Utc>>,
    /// For which institution; the actor's where none is named.
    pub institution: Option<Uuid>,
    /// Whether for a side without account.
    pub second_hand: bool,
    /// Hash of the input, where there is one.
    pub input_hash: Option<[u8; 32]>,
    /// By which relation.
    pub basis: Option<&'static str>,
    /// What is shown of it.
    pub detail: Value,
}

impl Change {
    /// A change of which nothing is known yet but what it is.
    #[must_use]
    pub const fn of(action: Action) -> Self {
        Self {
            action,
            at: None,
            institution: None,
            second_hand: false,
            input_hash: None,
            basis: None,
            detail: Value::Null,
        }
    }
}

/// What was changed, as it is now.
#[derive(Clone, Copy, Debug)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// Which.
    pub id: Uuid,
    /// Its version.
    pub version: i32,
    /// Its status, where it has one.
    pub status: Option<&'static str>,
    /// Whose it is, where it is a patient's.
    pub patient: Option<Uuid>,
}

/// Writes a whole row over the one that was read; where somebody was faster, the transaction runs again.
///
/// # Errors
/// [`Error::Overtaken`] where somebody was faster.
pub async fn overwrite<A: ActiveModelTrait>(txn: &Txn, row: A, read: Expr) -> Result<()> {
    if put(txn, row, read).await? {
        return Ok(());
    }
    Err(Error::Overtaken)
}

/// Writes a whole row over the one that was read, if it is as it was read; whether it was.
pub async fn put<A: ActiveModelTrait>(txn: &Txn, row: A, read: Expr) -> Result<bool> {
    let mut row = row.reset_all();
    for key in <A::Entity as EntityTrait>::PrimaryKey::iter() {
        row.not_set(key.into_column());
    }
    let written = A::Entity::update_many()
        .set(row)
        .filter(read)
        .exec(&**txn)
        .await?;
    Ok(written.rows_affected > 0)
}

/// Records a change: the event, of which those scopes are told, and the audit entry.
pub async fn record(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    subject: Subject,
    scopes: Vec<Uuid>,
    change: Change,
) -> Result<()> {
    let of = (subject.kind, subject.id);
    let happened = Happened {
        status: subject.status,
        institution: change.institution,
        second_hand: change.second_hand,
        input_hash: change.input_hash,
        scopes,
        occurred_at: change.at,
        ..Happened::plain(change.action, of, subject.version).with_detail(change.detail)
    };
    event::record(txn, app, actor, happened).await?;
    let entry = Entry {
        basis: change.basis.map(str::to_owned),
        ..Entry::done(change.action, Some(of)).of(subject.patient)
    };
    audit::record(txn, app, actor, entry).await
}

/// Says in the audit trail that a change had been made before, and by which relation the actor sees what was changed.
pub async fn note_replay(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    action: Action,
    subject: Subject,
    basis: Option<Basis>,
) -> Result<()> {
    let entry = Entry::done(action, Some((subject.kind, subject.id)))
        .of(subject.patient)
        .replayed();
    let entry = Entry {
        basis: basis.map(|basis| basis.code().to_owned()),
        ..entry
    };
    audit::record(txn, app, actor, entry).await
}

/// Where a verb leads, unless it is the last change that was made: then nowhere, it was only sent again. `sure` says that one that is not
/// refused cannot have been sent again.
///
/// # Errors
/// The refusal of one that was not sent before. Input that is wrong is never looked for.
pub async fn unless_last<T>(
    txn: &Txn,
    subject: Uuid,
    change: &Change,
    next: Result<T>,
    sure: bool,
) -> Result<Option<T>> {
    let (next, hash) = match (next, change.input_hash) {
        (Err(refusal @ Error::InvalidInput(_)), _) => return Err(refusal),
        (Ok(to), _) if sure => return Ok(Some(to)),
        (next, Some(hash)) => (next, hash),
        (next, None) => return next.map(Some),
    };
    if replay::was_last(txn, subject, change.action, change.institution, hash).await? {
        return Ok(None);
    }
    next.map(Some)
}

/// The relation by which the actor sees what was changed; the service itself, and whoever is no party, sees what the first party sees.
pub fn own<P>(actor: &Actor, parties: Vec<P>, scope: impl Fn(&P) -> Uuid) -> Result<P> {
    let own = actor.scope.id();
    let found = parties.iter().position(|party| Some(scope(party)) == own);
    let mut parties = parties.into_iter();
    let party = parties.nth(found.unwrap_or(0));
    party.ok_or_else(|| Error::Internal("a change of what nobody sees".into()))
}
