//! Centres and whom they serve, read and written inside a transaction of the caller, and told of.

use std::collections::BTreeSet;

use entity::{
    centre_served,
    enums::{Action, SubjectKind},
    institution,
    shared_centre::{self, Model},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    db::Txn,
    error::{Error, Result},
    network::service::overwrite,
    record::event::Happened,
};

/// Rows of one insert, within what SQLite takes.
const CHUNK: usize = 1_000;

/// Lets one at a time change the centres of a hospital: names and number are rules over all of them.
pub(super) async fn hold(txn: &Txn, host: Uuid) -> Result<()> {
    use institution::Column::{Id, Version};
    // Nothing of it changes: the statement takes the row's lock.
    institution::Entity::update_many()
        .col_expr(Version, Expr::col(Version))
        .filter(Id.eq(host))
        .exec(&**txn)
        .await?;
    Ok(())
}

/// The centre of that id, or a refusal.
pub async fn find(txn: &Txn, id: Uuid) -> Result<Model> {
    let found = shared_centre::Entity::find_by_id(id).one(&**txn).await?;
    found.ok_or(Error::NotFound)
}

/// The institutions that a centre serves beside its host, by id.
pub async fn served(txn: &Txn, id: Uuid) -> Result<Vec<Uuid>> {
    let rows = centre_served::Entity::find()
        .filter(centre_served::Column::CentreId.eq(id))
        .all(&**txn)
        .await?;
    let ids: BTreeSet<Uuid> = rows.into_iter().map(|row| row.institution_id).collect();
    Ok(ids.into_iter().collect())
}

/// Sets the institutions that a centre serves.
pub(super) async fn serve(txn: &Txn, id: Uuid, served: &[Uuid]) -> Result<()> {
    centre_served::Entity::delete_many()
        .filter(centre_served::Column::CentreId.eq(id))
        .exec(&**txn)
        .await?;
    for served in served.chunks(CHUNK) {
        let rows = served.iter().map(|served| centre_served::ActiveModel {
            centre_id: Set(id),
            institution_id: Set(*served),
        });
        centre_served::Entity::insert_many(rows)
            .exec_without_returning(&**txn)
            .await?;
    }
    Ok(())
}

/// Writes the changed row over the version that was read.
pub(super) async fn replace(txn: &Txn, version: i32, row: &Model) -> Result<()> {
    overwrite(txn, row, shared_centre::Column::Version.eq(version)).await
}

/// An event about a centre or its catalogue: for whoever works there, its host, the host's community and whom it serves.
pub(super) fn happened(action: Action, row: &Model, served: &[Uuid], detail: Value) -> Happened {
    let own = [Some(row.id), Some(row.host_id), row.community_id];
    Happened {
        status: Some(if row.active { "ACTIVE" } else { "INACTIVE" }),
        institution: Some(row.host_id),
        scopes: own
            .into_iter()
            .flatten()
            .chain(served.iter().copied())
            .collect(),
        ..Happened::plain(action, (SubjectKind::SharedCentre, row.id), row.version)
            .with_detail(detail)
    }
}
