//! What alliances, agreements and studios offer to other domains. What is here runs inside a transaction of its caller; for display, and for the ranking of
//! destinations, the directory has [`Pacts`](super::pacts::Pacts).

use entity::alliance_member;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use uuid::Uuid;

use super::bond::Bond;
use crate::{
    db::Txn,
    error::{Error, Result},
};

/// The alliance, the agreement or the studio of that id, or a refusal.
pub async fn find<B: Bond>(txn: &Txn, id: Uuid) -> Result<B> {
    let found = B::Table::find_by_id(id).one(&**txn).await?;
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
