//! A version of a report 报告: the old ones stay readable.

use sea_orm::entity::prelude::*;

use crate::order_content::Findings;

/// A version of a report 报告. One report may answer several orders.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "report")]
pub struct Model {
    /// The report, the same for all of its versions.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Which version it is, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// Whether a review is to follow.
    pub preliminary: bool,
    /// What it says.
    pub findings: Findings,
    /// Why it was amended, of all versions but the first.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// Who reported.
    pub reporter_id: Option<Uuid>,
    /// The account that reported.
    pub reported_by: Uuid,
    /// When.
    pub reported_at: DateTimeUtc,
    /// Who reviewed it.
    pub reviewer_id: Option<Uuid>,
    /// When.
    pub reviewed_at: Option<DateTimeUtc>,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
