//! An order that holds packs of a sterile batch.

use sea_orm::entity::prelude::*;

use crate::enums::PackOutcome;

/// An order that holds packs of a sterile batch.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "batch_order")]
pub struct Model {
    /// The batch.
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: Uuid,
    /// The order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: Uuid,
    /// What became of the packs after the batch was recalled.
    pub outcome: Option<PackOutcome>,
    /// When that was confirmed.
    pub confirmed_at: Option<DateTimeUtc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
