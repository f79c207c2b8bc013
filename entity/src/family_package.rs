//! A service package 服务包 that family doctors sign with their patients.

use sea_orm::entity::prelude::*;

/// A service package 服务包 that family doctors sign with their patients.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "family_package")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Grows by one with each change.
    pub version: i32,
    /// The health centre that offers it.
    pub institution_id: Uuid,
    /// Its code, unique there.
    #[sea_orm(column_type = "Text")]
    pub code: String,
    /// Its name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// What it covers.
    #[sea_orm(column_type = "Text")]
    pub content: String,
    /// What it costs a year, in fen 分.
    pub fee: i32,
    /// Whether it can be signed.
    pub active: bool,
    /// The account that wrote it.
    pub created_by: Uuid,
    /// When it was written.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
