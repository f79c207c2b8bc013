//! What alliances, agreements and studios offer to other domains. What is here runs inside a transaction of its caller; for display, and for the ranking of
//! destinations, the directory has [`Pacts`](super::pacts::Pacts).

use entity::{agreement, alliance, alliance_member, studio};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use crate::{
    db::Txn,
    error::{Error, Result},
};

/// The alliance of that id, or a refusal.
pub async fn find_alliance(txn: &Txn, id: Uuid) -> Result<alliance::Model> {
    let found = alliance::Entity::find_by_id(id).one(&**txn).await?;
    found.ok_or(Error::NotFound)
}

/// Who belongs, belonged and will belong to an alliance.
pub async fn members_of(txn: &Txn, id: Uuid) -> Result<Vec<alliance_member::Model>> {
    use alliance_member::Column::{AllianceId, InstitutionId, Since};
    let rows = alliance_member::Entity::find()
        .filter(AllianceId.eq(id))
        .order_by_asc(InstitutionId)
        .order_by_asc(Since);
    Ok(rows.all(&**txn).await?)
}

/// The agreement of that id, or a refusal.
pub async fn find_agreement(txn: &Txn, id: Uuid) -> Result<agreement::Model> {
    let found = agreement::Entity::find_by_id(id).one(&**txn).await?;
    found.ok_or(Error::NotFound)
}

/// The studio of that id, or a refusal.
pub async fn find_studio(txn: &Txn, id: Uuid) -> Result<studio::Model> {
    let found = studio::Entity::find_by_id(id).one(&**txn).await?;
    found.ok_or(Error::NotFound)
}
