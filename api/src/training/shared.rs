//! What the verbs of training share.

use std::collections::BTreeSet;

use entity::{
    enums::{Action, SubjectKind},
    institution, shared_centre,
    training_session::{self, Model},
};
use sea_orm::EntityTrait as _;
use uuid::Uuid;

use crate::{
    app::App,
    auth::Call,
    centre,
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    network,
    record::{
        change::{self, Change, Subject},
        replay::Changed,
    },
};

/// Most practitioners that one call names.
pub const MOST: usize = 200;

/// The session of that id, or a refusal.
pub async fn find(txn: &Txn, id: Uuid) -> Result<Model> {
    let found = training_session::Entity::find_by_id(id).one(&**txn).await?;
    found.ok_or(Error::NotFound)
}

/// A centre and the hospital that runs it, or a refusal.
pub async fn centre(txn: &Txn, id: Uuid) -> Result<(shared_centre::Model, institution::Model)> {
    let centre = centre::service::find(txn, id).await?;
    let mut found = network::service::institutions(txn, &[centre.host_id]).await?;
    let host = found.remove(&centre.host_id).ok_or(Error::NotFound)?;
    Ok((centre, host))
}

/// Where a session stands.
pub const fn status(row: &Model) -> &'static str {
    if row.cancelled {
        "CANCELLED"
    } else {
        "OFFERED"
    }
}

/// The refusal of a verb that the session does not take any more, or not yet.
pub fn refused(row: &Model, action: Action, reason: &'static str) -> Error {
    Error::InvalidTransition {
        from: status(row),
        action,
        allowed: Vec::new(),
        reason: Some(reason),
    }
}

/// Notes a list of practitioners that is empty or too long.
pub fn check_many(many: usize, path: &str, problems: &mut Problems) {
    let message = format!("At most {MOST} at once.");
    problems.check(many > 0, path, ProblemCode::Required, "Name at least one.");
    problems.check(many <= MOST, path, ProblemCode::TooLarge, message);
}

/// Records a change of a session, and that it was done: for its centre and host, and the institutions that it concerns.
pub async fn note(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    change: Change,
    row: &Model,
    host: &institution::Model,
    concerned: impl IntoIterator<Item = Uuid>,
) -> Result<()> {
    let mut scopes: BTreeSet<Uuid> = concerned.into_iter().collect();
    scopes.extend(
        [Some(row.centre_id), Some(host.id), host.community_id]
            .into_iter()
            .flatten(),
    );
    let scopes = scopes.into_iter().collect();
    change::record(txn, app, call.actor, subject(row), scopes, change).await
}

/// What the record names of a session.
const fn subject(row: &Model) -> Subject {
    Subject {
        kind: SubjectKind::TrainingSession,
        id: row.id,
        version: row.version,
        status: Some(status(row)),
        patient: None,
    }
}

/// Answers a change that had been made before.
pub async fn replayed(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    row: Model,
) -> Result<Changed<Model>> {
    change::note_replay(txn, app, call.actor, action, subject(&row), None).await?;
    Ok(Changed::before(row))
}
