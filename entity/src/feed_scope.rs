//! A scope that may follow an event.

use sea_orm::entity::prelude::*;

/// A scope that may follow an event.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed_scope")]
pub struct Model {
    /// The institution, department or community.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope_id: Uuid,
    /// The position.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
