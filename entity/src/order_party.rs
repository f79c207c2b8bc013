//! A scope (institution, centre) that may see an order, with the columns its lists are sorted and filtered by.

use sea_orm::entity::prelude::*;

use crate::enums::{Basis, OrderStatus};

/// A scope (institution, centre) that may see an order, with the columns its lists are sorted and filtered by.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_party")]
pub struct Model {
    /// The institution or centre.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope_id: Uuid,
    /// The order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: Uuid,
    /// The patient.
    pub patient_id: Option<Uuid>,
    /// The referral that the order belongs to.
    pub referral_id: Option<Uuid>,
    /// Why it may see it.
    pub basis: Basis,
    /// Since when.
    pub since: DateTimeUtc,
    /// Until when; for ever where nothing is said.
    pub until: Option<DateTimeUtc>,
    /// Whether the scope treats the patient by this order now.
    pub treating: bool,
    /// Where the order stands.
    pub status: OrderStatus,
    /// When it was placed.
    pub listed_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// Until when the report is due, as long as it is.
    pub due_at: Option<DateTimeUtc>,
}

/// A list reads the parties of a scope and joins what they are party of.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The order.
    #[sea_orm(
        belongs_to = "super::order::Entity",
        from = "Column::OrderId",
        to = "super::order::Column::Id"
    )]
    Order,
}

impl Related<super::order::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Order.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
