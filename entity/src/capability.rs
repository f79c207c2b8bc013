//! An ICD-10 category that an institution can treat.

use sea_orm::entity::prelude::*;

/// An ICD-10 category that an institution can treat.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "capability")]
pub struct Model {
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub institution_id: Uuid,
    /// The first three characters of the code.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub category: String,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
