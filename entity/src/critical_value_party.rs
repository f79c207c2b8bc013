//! A scope (institution, centre, community) that is told of a critical value, with the columns its lists are sorted and filtered by.

use sea_orm::entity::prelude::*;

use crate::enums::{Basis, CriticalStatus};

/// A scope (institution, centre, community) that is told of a critical value.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "critical_value_party")]
pub struct Model {
    /// The institution, centre or community.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope_id: Uuid,
    /// The critical value.
    #[sea_orm(primary_key, auto_increment = false)]
    pub critical_value_id: Uuid,
    /// The patient.
    pub patient_id: Uuid,
    /// The order.
    pub order_id: Uuid,
    /// Why it is told.
    pub basis: Basis,
    /// Since when.
    pub since: DateTimeUtc,
    /// Whether the scope treats the patient by it now.
    pub treating: bool,
    /// Where it stands.
    pub status: CriticalStatus,
    /// When it was raised.
    pub raised_at: DateTimeUtc,
    /// Until when somebody is to confirm it.
    pub due_at: DateTimeUtc,
}

/// A list reads the parties of a scope and joins what they are party of.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The critical value.
    #[sea_orm(
        belongs_to = "super::critical_value::Entity",
        from = "Column::CriticalValueId",
        to = "super::critical_value::Column::Id"
    )]
    CriticalValue,
}

impl Related<super::critical_value::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::CriticalValue.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
