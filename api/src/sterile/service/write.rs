//! What is left of a change of a batch: the event, for everybody who sees it.

use entity::{
    batch::Model,
    enums::{Action, SubjectKind},
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, Result},
    record::{
        audit::{self, Entry},
        change::Change,
        event,
    },
};

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

/// Records a change of a batch as an event: for its centre, its hospital and the institutions that have packs of it.
pub async fn note(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    row: &Model,
    change: Change,
    requesters: Vec<Uuid>,
) -> Result<()> {
    let mut scopes = vec![row.centre_id, host(app, row)?];
    for requester in requesters {
        if !scopes.contains(&requester) {
            scopes.push(requester);
        }
    }
    let subject = (SubjectKind::Batch, row.id);
    let happened = event::Happened {
        status: Some(status(row)),
        institution: change.institution,
        input_hash: change.input_hash,
        scopes,
        occurred_at: change.at,
        ..event::Happened::plain(change.action, subject, row.version).with_detail(change.detail)
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
