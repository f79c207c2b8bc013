//! What the verbs of training share.

use std::collections::BTreeSet;

use entity::{
    enums::{Action, SubjectKind},
    institution, shared_centre,
    training_session::{self, Model},
};
use sea_orm::EntityTrait as _;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    app::App,
    auth::Call,
    centre,
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    network,
    record::{event::Happened, replay::Changed},
};

/// Most practitioners that one call names.
pub const MOST: usize = 200;

/// What was done, for which institution, the hash of its input, and what is shown of it.
pub type Change = (Action, Uuid, Option<[u8; 32]>, Value);

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
    let (action, institution, input_hash, detail) = change;
    let mut scopes: BTreeSet<Uuid> = concerned.into_iter().collect();
    scopes.extend(
        [Some(row.centre_id), Some(host.id), host.community_id]
            .into_iter()
            .flatten(),
    );
    let subject = (SubjectKind::TrainingSession, row.id);
    let happened = Happened {
        status: Some(status(row)),
        institution: Some(institution),
        input_hash,
        scopes: scopes.into_iter().collect(),
        ..Happened::plain(action, subject, row.version).with_detail(detail)
    };
    network::service::note(txn, app, call.actor, happened).await
}

/// Answers a change that had been made before.
pub async fn replayed(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    action: Action,
    row: Model,
) -> Result<Changed<Model>> {
    let subject = (SubjectKind::TrainingSession, row.id);
    network::service::replayed(txn, app, call, action, subject, row).await
}
