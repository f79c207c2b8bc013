//! Who did or saw what, and on what ground.
//!
//! A change writes its entry in its own transaction ([`record`]). Whatever only reads, and every refusal, hands its entry to the
//! [`AuditWriter`], which is answered once the row is committed; entries of parallel requests go in one insert.

use std::time::Duration;

use entity::{
    audit, audit_outbox, audit_patient,
    enums::{Action, AuditOutcome, Purpose, SubjectKind},
    json::Ids,
};
use sea_orm::{ActiveValue::Set, EntityTrait as _, IntoActiveModel};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Scope},
    db::{Db, Txn, count_elsewhere},
    error::{Error, Result},
};

/// What an entry says beside who and when.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What was done.
    pub action: Action,
    /// To what.
    pub subject: Option<(SubjectKind, Uuid)>,
    /// By which relation.
    pub basis: Option<String>,
    /// For which purpose.
    pub purpose: Option<Purpose>,
    /// Note to the purpose.
    pub note: Option<String>,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// Code of the refusal.
    pub code: Option<&'static str>,
    /// The patients whose detail was written or shown.
    pub patients: Vec<Uuid>,
}

impl Entry {
    /// Something that was done to an object.
    #[must_use]
    pub fn done(action: Action, subject: Option<(SubjectKind, Uuid)>) -> Self {
        Self {
            action,
            subject,
            basis: None,
            purpose: None,
            note: None,
            outcome: AuditOutcome::Done,
            code: None,
            patients: Vec::new(),
        }
    }

    /// Something that was refused.
    #[must_use]
    pub fn denied(action: Action, error: &Error) -> Self {
        Self {
            outcome: AuditOutcome::Denied,
            code: Some(error.code().name()),
            ..Self::done(action, None)
        }
    }

    /// The same, saying that it had been done before.
    #[must_use]
    pub fn replayed(mut self) -> Self {
        self.outcome = AuditOutcome::Replayed;
        self
    }

    /// The same, naming the patients.
    #[must_use]
    pub fn of(mut self, patients: impl IntoIterator<Item = Uuid>) -> Self {
        self.patients.extend(patients);
        self
    }
}

/// Writes the entry of a change in its transaction.
pub async fn record(txn: &Txn, app: &App, actor: &Actor, entry: Entry) -> Result<()> {
    insert(txn, &[row(app, actor, entry)]).await
}

fn row(app: &App, actor: &Actor, mut entry: Entry) -> audit::Model {
    let now = app.now();
    entry.patients.sort_unstable();
    entry.patients.dedup();
    audit::Model {
        id: crate::id::new(now),
        at: now,
        account_id: (!actor.is_system()).then_some(actor.account),
        role: (!actor.roles.is_empty()).then(|| {
            actor
                .roles
                .iter()
                .map(|role| role.code())
                .collect::<Vec<_>>()
                .join(",")
        }),
        scope_kind: Some(actor.scope.kind()),
        scope_id: actor.scope.id(),
        region: match &actor.scope {
            Scope::Region(region) => Some(region.clone()),
            _ => None,
        },
        action: entry.action,
        subject_kind: entry.subject.map(|subject| subject.0),
        subject_id: entry.subject.map(|subject| subject.1),
        basis: entry.basis,
        purpose: entry.purpose,
        note: entry.note,
        outcome: entry.outcome,
        code: entry.code.map(str::to_owned),
        patients: Ids(entry.patients),
        request_id: actor.request.id,
        address: actor.request.address.map(|address| address.to_string()),
    }
}

/// Inserts the rows, their place in the sealer's queue and the index by patient: three statements, unless very many patients were shown.
async fn insert(txn: &Txn, rows: &[audit::Model]) -> Result<()> {
    let queued = rows.iter().map(|row| audit_outbox::ActiveModel {
        audit_id: Set(row.id),
        recorded_at: Set(row.at),
    });
    let patients: Vec<_> = rows
        .iter()
        .flat_map(|row| {
            row.patients
                .0
                .iter()
                .map(|patient| audit_patient::ActiveModel {
                    patient_id: Set(*patient),
                    audit_id: Set(row.id),
                })
        })
        .collect();
    audit::Entity::insert_many(rows.iter().cloned().map(IntoActiveModel::into_active_model))
        .exec_without_returning(&**txn)
        .await?;
    audit_outbox::Entity::insert_many(queued)
        .exec_without_returning(&**txn)
        .await?;
    for patients in patients.chunks(ROWS) {
        audit_patient::Entity::insert_many(patients.to_vec())
            .exec_without_returning(&**txn)
            .await?;
    }
    Ok(())
}

struct Waiting {
    row: audit::Model,
    done: oneshot::Sender<bool>,
}

/// The way to the audit trail for whatever only reads, and for refusals.
#[derive(Clone)]
pub struct AuditWriter {
    queue: mpsc::Sender<Waiting>,
}

/// How many entries may wait before further ones are refused.
const QUEUE: usize = 10_000;
/// How many entries go in one insert.
const BATCH: usize = 200;
/// How many patients go in one insert: databases limit the number of parameters.
const ROWS: usize = 5_000;
/// Statements of one batch.
const STATEMENTS: u32 = 3;
/// How long an answer waits for its entry. An entry that is written later than that stands for an answer that was refused.
const PATIENCE: Duration = Duration::from_secs(10);

impl AuditWriter {
    /// Starts the task that writes.
    #[must_use]
    pub fn new(db: Db) -> Self {
        let (queue, mut waiting) = mpsc::channel::<Waiting>(QUEUE);
        tokio::spawn(async move {
            let mut batch = Vec::new();
            while waiting.recv_many(&mut batch, BATCH).await > 0 {
                write_batch(&db, std::mem::take(&mut batch)).await;
            }
        });
        Self { queue }
    }

    /// Writes an entry and returns once it is committed; what it covers must not be shown before.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where it could not be written.
    pub async fn write(&self, app: &App, actor: &Actor, entry: Entry) -> Result<()> {
        let (done, written) = oneshot::channel();
        let waiting = Waiting {
            row: row(app, actor, entry),
            done,
        };
        self.queue
            .try_send(waiting)
            .map_err(|_| Error::Unavailable)?;
        count_elsewhere(STATEMENTS);
        match tokio::time::timeout(PATIENCE, written).await {
            Ok(Ok(true)) => Ok(()),
            _ => Err(Error::Unavailable),
        }
    }
}

/// Writes the entries in one transaction. Where the database works but refuses one of them, each goes alone, so that it does not take the
/// others with it.
async fn write_batch(db: &Db, batch: Vec<Waiting>) {
    let rows: Vec<_> = batch.iter().map(|entry| entry.row.clone()).collect();
    let written = write_rows(db, &rows).await;
    let alone = batch.len() > 1
        && written
            .as_ref()
            .is_err_and(|error| !error.code().retryable());
    for entry in batch {
        let written = if alone {
            write_rows(db, std::slice::from_ref(&entry.row))
                .await
                .is_ok()
        } else {
            written.is_ok()
        };
        let _ = entry.done.send(written);
    }
}

async fn write_rows(db: &Db, rows: &[audit::Model]) -> Result<()> {
    let written = db.write(async |txn| insert(&txn, rows).await).await;
    if let Err(error) = &written {
        tracing::error!(%error, "the audit trail cannot be written");
    }
    written
}
