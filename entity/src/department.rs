//! A department 科室 of an institution.

use sea_orm::entity::prelude::*;

/// A department 科室 of an institution.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "department")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The institution.
    pub institution_id: Uuid,
    /// Code, unique within the institution.
    #[sea_orm(column_type = "Text")]
    pub code: String,
    /// Name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Specialty code by the national list of clinical subjects 诊疗科目 (`20` is emergency medicine).
    #[sea_orm(column_type = "Text")]
    pub specialty: String,
    /// Whether it still exists.
    pub active: bool,
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
