//! A medical community 医共体: institutions of one district under a lead hospital.

use sea_orm::entity::prelude::*;

/// A medical community 医共体: institutions of one district under a lead hospital.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "community")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Region, six digits of GB/T 2260.
    #[sea_orm(column_type = "Text")]
    pub region: String,
    /// Whether it is a tight-knit one 紧密型.
    pub tight_knit: bool,
    /// Level of its pilot, as the bureau names it.
    #[sea_orm(column_type = "Text", nullable)]
    pub pilot_level: Option<String>,
    /// How long a receiver may take to answer an emergency, where that is not the default.
    pub emergency_minutes: Option<i32>,
    /// The same of what is urgent.
    pub urgent_minutes: Option<i32>,
    /// The same of what is neither.
    pub routine_minutes: Option<i32>,
    /// Grows by one with each change.
    pub version: i32,
    /// When it was registered.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
