//! What was open at a shared centre at the end of a day.

use sea_orm::entity::prelude::*;

use crate::throughput_counts::Parts;

/// What was open at a shared centre at the end of a day. A day in which nothing happened has none: the one before counts.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "throughput_backlog")]
pub struct Model {
    /// The centre.
    #[sea_orm(primary_key, auto_increment = false)]
    pub centre_id: Uuid,
    /// When the day began.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: DateTimeUtc,
    /// How many orders were open when it ended.
    pub open: i64,
    /// The same by everything that it can be broken down by.
    pub parts: Parts,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
