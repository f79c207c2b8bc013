//! Replays: what a hospital system sends again over a bad line is done once and answered twice.

use chrono::Duration;
use entity::{enums::Action, event, idempotency};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _, QuerySelect as _,
};
use serde::Serialize;
use uuid::Uuid;

use super::lease;
use crate::{
    app::App,
    auth::Call,
    crypto::digest,
    db::Txn,
    error::{Error, Result},
};

/// How long an `Idempotency-Key` is remembered.
const KEPT: Duration = Duration::hours(24);

/// What a change answers: the object, and whether the same change had been made before.
#[derive(Clone, Debug)]
pub struct Changed<T> {
    /// The object as it is now.
    pub object: T,
    /// Whether nothing was changed because it had been done before.
    pub replayed: bool,
}

impl<T> Changed<T> {
    /// Changed by this call.
    pub const fn now(object: T) -> Self {
        Self {
            object,
            replayed: false,
        }
    }

    /// Changed by an earlier one.
    pub const fn before(object: T) -> Self {
        Self {
            object,
            replayed: true,
        }
    }
}

/// What came of beginning a verb's turn at an object.
pub enum Begun<T, O> {
    /// It may go on.
    Turn(Box<T>),
    /// It was taken before; this is the object now.
    Before(Box<O>),
}

/// Hash of an input, by which a verb recognises that it was called before.
pub fn input_hash(input: &impl Serialize) -> Result<[u8; 32]> {
    let bytes = serde_json::to_vec(input)
        .map_err(|_| Error::Internal("an input does not serialise".into()))?;
    Ok(digest(&[&bytes]))
}

/// Whether the last thing that happened to the object was this verb, for the same institution, with the same input.
pub async fn was_last(
    txn: &Txn,
    subject: Uuid,
    action: Action,
    institution: Option<Uuid>,
    input_hash: [u8; 32],
) -> Result<bool> {
    let latest = event::Entity::find()
        .filter(event::Column::SubjectId.eq(subject))
        .order_by_desc(event::Column::Version)
        .order_by_desc(event::Column::Id)
        .limit(LATEST)
        .all(&**txn)
        .await?;
    // What was recorded in one transaction bears one version, in no order among itself.
    let version = latest.first().map(|last| last.version);
    Ok(latest.iter().any(|last| {
        Some(last.version) == version
            && last.action == action
            && last.institution_id == institution
            && last.input_hash.as_deref() == Some(&input_hash[..])
    }))
}

/// The most events that one transaction records of one object.
const LATEST: u64 = 4;

/// The object that the call's `Idempotency-Key` stands for, if the key was used before.
///
/// # Errors
/// [`Error::IdempotencyMismatch`] where it was used with another document or other variables.
pub async fn known(txn: &Txn, app: &App, call: &Call<'_>) -> Result<Option<Uuid>> {
    let Some((key, hash)) = &call.actor.request.idempotency else {
        return Ok(None);
    };
    let row = idempotency::Entity::find()
        .filter(idempotency::Column::AccountId.eq(call.actor.account))
        .filter(idempotency::Column::Key.eq(key))
        .filter(idempotency::Column::CreatedAt.gt(app.now() - KEPT))
        // A batch has a row for each of its inputs: only this one's, and one that gives another use away, matter.
        .filter(
            Condition::any()
                .add(idempotency::Column::Path.eq(&call.path))
                .add(idempotency::Column::DocumentHash.ne(hash.to_vec())),
        )
        .limit(2)
        .all(&**txn)
        .await?;
    if row.iter().any(|row| row.document_hash != hash) {
        return Err(Error::IdempotencyMismatch);
    }
    Ok(row
        .into_iter()
        .find(|row| row.path == call.path)
        .map(|row| row.subject_id))
}

/// Remembers that the call's `Idempotency-Key` stands for this object. A parallel twin waits on the unique key.
pub async fn remember(txn: &Txn, app: &App, call: &Call<'_>, subject: Uuid) -> Result<()> {
    let Some((key, hash)) = &call.actor.request.idempotency else {
        return Ok(());
    };
    let now = app.now();
    // A key that has expired but was not swept yet must not stand in the way of its next use.
    idempotency::Entity::delete_many()
        .filter(idempotency::Column::AccountId.eq(call.actor.account))
        .filter(idempotency::Column::Key.eq(key))
        .filter(idempotency::Column::CreatedAt.lte(now - KEPT))
        .exec(&**txn)
        .await?;
    let row = idempotency::Model {
        account_id: call.actor.account,
        key: key.clone(),
        path: call.path.clone(),
        document_hash: hash.to_vec(),
        subject_id: subject,
        created_at: now,
    };
    idempotency::Entity::insert(row.into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
}

/// Name of the lease for forgetting.
const LEASE: &str = "sweep";

/// Forgets keys older than a day, and sessions that ended as long ago; one process does it.
pub async fn sweep_once(app: &App) -> Result<()> {
    app.db
        .write(async |txn| {
            if lease::take(&txn, app, LEASE).await?.is_some() {
                sweep(&txn, app).await?;
                crate::auth::session::sweep(&txn, app).await?;
            }
            Ok(())
        })
        .await
}

/// Forgets keys older than a day.
pub async fn sweep(txn: &Txn, app: &App) -> Result<()> {
    idempotency::Entity::delete_many()
        .filter(idempotency::Column::CreatedAt.lte(app.now() - KEPT))
        .exec(&**txn)
        .await?;
    Ok(())
}
