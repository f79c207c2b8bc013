//! The hours in which an order or a training session is counted.

use sea_orm::entity::prelude::*;

/// The hours in which an order, with its returns and critical values, or a training session is counted: all of them are counted anew
/// when it changes.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "throughput_trace")]
pub struct Model {
    /// The order or training session.
    #[sea_orm(primary_key, auto_increment = false)]
    pub subject_id: Uuid,
    /// The hours since 1970, four bytes each, little end first.
    pub hours: Vec<u8>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
