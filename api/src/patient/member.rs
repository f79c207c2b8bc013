//! Which rows are one patient.
//!
//! A merge moves nothing: each row of `patient` names the record that it belongs to, in the end, and whatever is asked of a patient is asked
//! of every row of that record. So an undone merge leaves all as it was, and whatever refers to a patient (referrals, follow-ups,
//! the audit trail) keeps the row that it was written with.

use entity::patient::{Column, Entity, Model};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    sea_query::{Expr, ExprTrait as _, Query, SelectStatement},
};
use uuid::Uuid;

use crate::error::{Error, Result};

/// The name of a row beside its record in a statement.
pub const MEMBER: &str = "member";
const NAMED: &str = "named";

/// The rows of the record of the outer query, under the name [`MEMBER`], to be joined with what refers to them.
#[must_use]
pub fn of_record() -> SelectStatement {
    Query::select()
        .expr(Expr::val(1))
        .from_as(Entity, MEMBER)
        .and_where(Expr::col((MEMBER, Column::RecordId)).equals((Entity, Column::Id)))
        .to_owned()
}

/// The records of these rows.
pub fn records_of(patients: impl IntoIterator<Item = Uuid>) -> SelectStatement {
    Query::select()
        .column((NAMED, Column::RecordId))
        .from_as(Entity, NAMED)
        .and_where(Expr::col((NAMED, Column::Id)).is_in(patients))
        .to_owned()
}

/// The ids of every row that is the same patient as one of these.
pub fn ids_of(patients: impl IntoIterator<Item = Uuid>) -> SelectStatement {
    Query::select()
        .column((MEMBER, Column::Id))
        .from_as(Entity, MEMBER)
        .and_where(Expr::col((MEMBER, Column::RecordId)).in_subquery(records_of(patients)))
        .to_owned()
}

/// The record of the row whose id the expression is.
#[must_use]
pub fn record_of(id: Expr) -> Expr {
    let record = Query::select()
        .column((MEMBER, Column::RecordId))
        .from_as(Entity, MEMBER)
        .and_where(Expr::col((MEMBER, Column::Id)).eq(id))
        .to_owned();
    Expr::SubQuery(None, Box::new(record.into()))
}

/// The rows of a record, the oldest first.
pub async fn rows_of(connection: &impl ConnectionTrait, record: Uuid) -> Result<Vec<Model>> {
    let rows = Entity::find()
        .filter(Column::RecordId.eq(record))
        .order_by_asc(Column::Id)
        .all(connection)
        .await?;
    Ok(rows)
}

/// A row, as it is.
pub async fn find(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    Ok(Entity::find_by_id(id).one(connection).await?)
}

/// The record that a row belongs to.
pub async fn follow(connection: &impl ConnectionTrait, row: Model) -> Result<Model> {
    if row.record_id == row.id {
        return Ok(row);
    }
    let record = find(connection, row.record_id).await?;
    record.ok_or_else(|| Error::Internal("a merged patient's record is gone".into()))
}

/// The record of the row of that id.
pub async fn record(connection: &impl ConnectionTrait, id: Uuid) -> Result<Option<Model>> {
    match find(connection, id).await? {
        Some(row) => Ok(Some(follow(connection, row).await?)),
        None => Ok(None),
    }
}
