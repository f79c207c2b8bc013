//! A sterile batch 灭菌批次.

use sea_orm::entity::prelude::*;

/// A sterile batch 灭菌批次: what a steriliser processed in one cycle.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "batch")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Grows by one with each change.
    pub version: i32,
    /// The centre.
    pub centre_id: Uuid,
    /// Its number; unique within the centre.
    #[sea_orm(column_type = "Text")]
    pub number: String,
    /// The steriliser 灭菌器.
    #[sea_orm(column_type = "Text")]
    pub steriliser: String,
    /// When it was processed.
    pub processed_at: DateTimeUtc,
    /// The last day on which its packs are sterile.
    pub expires_on: Date,
    /// When it was recalled.
    pub recalled_at: Option<DateTimeUtc>,
    /// Why.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// The account that recorded it.
    pub created_by: Uuid,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
