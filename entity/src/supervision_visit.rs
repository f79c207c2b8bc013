//! A supervision visit 业务指导.

use sea_orm::entity::prelude::*;

use crate::json::Ids;

/// A supervision visit 业务指导 of a hospital to a health centre, as it is on record now.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "supervision_visit")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Grows by one with each correction.
    pub version: i32,
    /// The hospital that came.
    pub visitor_id: Uuid,
    /// The health centre that it came to.
    pub visited_id: Uuid,
    /// The day.
    pub visited_on: Date,
    /// What it was about.
    #[sea_orm(column_type = "Text")]
    pub topic: String,
    /// Who came: practitioners of the visitor.
    #[sea_orm(column_type = "JsonBinary")]
    pub visitors: Ids,
    /// What was found.
    #[sea_orm(column_type = "Text", nullable)]
    pub findings: Option<String>,
    /// What is to be done about it.
    #[sea_orm(column_type = "Text", nullable)]
    pub advice: Option<String>,
    /// Whether it is struck out, because it never was: it counts no more.
    pub struck: bool,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
    /// When it was last corrected.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
