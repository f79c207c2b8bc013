//! A time that an order was sent back: orders may be sent back more than once, and each counts.

use sea_orm::entity::prelude::*;

use crate::enums::OrderReturnReason;

/// A time that an order was sent back.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_return")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// The centre.
    pub centre_id: Uuid,
    /// Why.
    pub reason: OrderReturnReason,
    /// When.
    pub returned_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
