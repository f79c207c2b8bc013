//! A specimen of an order: orders keep all of theirs.

use sea_orm::entity::prelude::*;

/// A specimen of an order.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_specimen")]
pub struct Model {
    /// The order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: Uuid,
    /// The specimen.
    #[sea_orm(primary_key, auto_increment = false)]
    pub specimen_id: Uuid,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
