//! An alliance 医联体.

use sea_orm::entity::prelude::*;

use crate::enums::AllianceKind;

/// An alliance 医联体: institutions that work together across communities.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "alliance")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Grows by one with each change of it or of its members.
    pub version: i32,
    /// What it is for.
    pub kind: AllianceKind,
    /// Its name, unique.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// First day.
    pub starts_on: Date,
    /// Last day; null as long as none is set.
    pub ends_on: Option<Date>,
    /// Why it was ended before its time.
    #[sea_orm(column_type = "Text", nullable)]
    pub end_reason: Option<String>,
    /// When it was registered.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
