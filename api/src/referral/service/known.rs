//! What a post finds on record already: the referral that the same institution posted under the same id of its own.

use entity::referral;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use super::{entry::Entry, post::Post};
use crate::{
    app::App,
    auth::Call,
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    id::{self, Kind},
    record::replay,
    text,
};

/// Longest external id.
pub const EXTERNAL_ID: usize = 100;

/// The referral that the institution posted under that id of its own. What is no id at all was never posted.
pub async fn posted_as(
    txn: &Txn,
    poster: Uuid,
    external_id: &str,
) -> Result<Option<referral::Model>> {
    let mut malformed = Problems::default();
    text::optional(Some(external_id), EXTERNAL_ID, "", &mut malformed);
    if !malformed.is_empty() {
        return Ok(None);
    }
    let known = referral::Entity::find()
        .filter(referral::Column::PosterId.eq(poster))
        .filter(referral::Column::ExternalId.eq(external_id))
        .one(&**txn)
        .await?;
    Ok(known)
}

/// The referral that a post of that entry has made before: known by the id of whoever enters it.
pub async fn entered_as(
    txn: &Txn,
    entry: Entry,
    poster: Uuid,
    external_id: &str,
) -> Result<Option<referral::Model>> {
    let Some(receiver) = entry.entered_by() else {
        return posted_as(txn, poster, external_id).await;
    };
    let known = referral::Entity::find()
        .filter(referral::Column::EnteredById.eq(receiver))
        .filter(referral::Column::EntryExternalId.eq(external_id))
        .one(&**txn)
        .await?;
    Ok(known)
}

/// Whether a twin of this very post was faster: run again, the transaction finds what it posted.
pub async fn posted_meanwhile(
    txn: &Txn,
    app: &App,
    call: &Call<'_>,
    entry: Entry,
    poster: Uuid,
    post: &Post,
) -> Result<bool> {
    if replay::known(txn, app, call).await?.is_some() {
        return Ok(true);
    }
    match &post.external_id {
        Some(external_id) => Ok(entered_as(txn, entry, poster, external_id).await?.is_some()),
        None => Ok(false),
    }
}

/// Refuses a post whose patient, receiver or principal category differ from what its external id first posted. The category of an entry whose
/// sender has written since is the sender's.
pub fn require_same(
    known: &referral::Model,
    entry: Entry,
    post: &Post,
    same_patient: bool,
) -> Result<()> {
    let mut posted = known.clone();
    post.writing.apply(&mut posted);
    let receiver = known.posted_receiver_id.or(known.receiver_id);
    let category = known
        .posted_category
        .as_ref()
        .or(known.principal_category.as_ref());
    let same_receiver = post.writing.receiver.is_none() || post.writing.receiver == receiver;
    let written_over = entry != Entry::Sent && known.joined_at.is_some();
    let same_category = written_over
        || post.writing.diagnoses.is_none()
        || posted.principal_category.as_ref() == category;
    let problems: Vec<_> = [
        (same_patient, "patient"),
        (same_receiver, "receiver"),
        (same_category, "diagnoses"),
    ]
    .into_iter()
    .filter(|(same, _)| !same)
    .map(|(_, field)| {
        Problem::new(
            format!("input.{field}"),
            ProblemCode::Inconsistent,
            "Differs from what this external id first posted.",
        )
    })
    .collect();
    if problems.is_empty() {
        return Ok(());
    }
    Err(Error::Duplicate {
        existing: Some(id::encode(Kind::Referral, known.id)),
        problems,
    })
}
