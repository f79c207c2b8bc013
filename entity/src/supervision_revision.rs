//! What a supervision visit was on record as, version by version.

use sea_orm::entity::prelude::*;

use crate::json::Ids;

/// What a supervision visit was on record as in one of its versions, the present one among them.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "supervision_revision")]
pub struct Model {
    /// The visit.
    #[sea_orm(primary_key, auto_increment = false)]
    pub visit_id: Uuid,
    /// Which version of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// The day.
    pub visited_on: Date,
    /// What it was about.
    #[sea_orm(column_type = "Text")]
    pub topic: String,
    /// Who came.
    #[sea_orm(column_type = "JsonBinary")]
    pub visitors: Ids,
    /// What was found.
    #[sea_orm(column_type = "Text", nullable)]
    pub findings: Option<String>,
    /// What is to be done about it.
    #[sea_orm(column_type = "Text", nullable)]
    pub advice: Option<String>,
    /// Whether it was struck out.
    pub struck: bool,
    /// Why it was corrected; null for the first.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// The account that wrote it.
    pub account_id: Uuid,
    /// When it was written.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
