//! What the verbs of beds and slots share.

use entity::{
    enums::{Action, SubjectKind},
    institution,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    network,
    record::event::Happened,
};

/// Most beds of a pool, or patients of a session.
pub const MOST: i32 = 10_000;

/// The institution of that id, or a refusal.
pub async fn institution(txn: &Txn, id: Uuid) -> Result<institution::Model> {
    let mut found = network::service::institutions(txn, &[id]).await?;
    found.remove(&id).ok_or(Error::NotFound)
}

/// Notes a number of beds or places that cannot be.
pub fn check_number(number: i32, least: i32, path: &str, problems: &mut Problems) {
    problems.check(
        number >= least,
        path,
        ProblemCode::TooSmall,
        format!("At least {least}."),
    );
    problems.check(
        number <= MOST,
        path,
        ProblemCode::TooLarge,
        format!("At most {MOST}."),
    );
}

/// An event about a bed pool or a slot of an institution.
pub fn happened(
    action: Action,
    subject: (SubjectKind, Uuid),
    version: i32,
    home: &institution::Model,
    detail: Value,
) -> Happened {
    Happened {
        institution: Some(home.id),
        scopes: [Some(home.id), home.managed_by, home.community_id]
            .into_iter()
            .flatten()
            .collect(),
        ..Happened::plain(action, subject, version).with_detail(detail)
    }
}
