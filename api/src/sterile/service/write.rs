//! What is left of a change of a batch: the event, for everybody who sees it.

use chrono::{DateTime, Utc};
use entity::{
    batch::Model,
    enums::{Action, SubjectKind},
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, Result},
    record::{
        audit::{self, Entry},
        event,
    },
};

/// What was done, for which institution, the hash of its input, and what is shown of it.
pub type Change = (Action, Uuid, Option<[u8; 32]>, Value);

/// Where a batch stands.
pub const fn status(row: &Model) -> &'static str {
    match row.recalled_at {
        Some(_) => "RECALLED",
        None => "STERILE",
    }
}

/// The hospital of a batch's centre.
pub fn host(app: &App, row: &Model) -> Result<Uuid> {
    let directory = app.directory.now();
    let centre = directory.centres.get(&row.centre_id);
    let host = centre.map(|centre| centre.host_id);
    host.ok_or_else(|| Error::Internal("a batch of no centre".into()))
}

/// Records a change of a batch: for its centre, its hospital and the institutions that have packs of it.
pub async fn note(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    row: &Model,
    change: Change,
    at: DateTime<Utc>,
    requesters: Vec<Uuid>,
) -> Result<()> {
    let (action, institution, input_hash, detail) = change;
    let mut scopes = vec![row.centre_id, host(app, row)?];
    for requester in requesters {
        if !scopes.contains(&requester) {
            scopes.push(requester);
        }
    }
    let subject = (SubjectKind::Batch, row.id);
    let happened = event::Happened {
        status: Some(status(row)),
        institution: Some(institution),
        input_hash,
        scopes,
        occurred_at: Some(at),
        ..event::Happened::plain(action, subject, row.version).with_detail(detail)
    };
    event::record(txn, app, call.actor, happened).await?;
    Ok(())
}

/// Says in the audit trail that a change had been made before.
pub async fn note_replay(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    id: Uuid,
) -> Result<()> {
    let entry = Entry::done(action, Some((SubjectKind::Batch, id))).replayed();
    audit::record(txn, app, call.actor, entry).await
}
