//! Work that one process does at a time.

use sea_orm::entity::prelude::*;

/// Work that one process does at a time.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lease")]
pub struct Model {
    /// The work.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name: String,
    /// The process that holds it.
    #[sea_orm(column_type = "Text")]
    pub holder: String,
    /// Until when.
    pub until: DateTimeUtc,
    /// The last position it gave.
    pub position: i64,
    /// The head of its chain.
    pub head: Option<Vec<u8>>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
