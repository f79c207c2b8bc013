//! An hour of a shared centre by everything that it can be broken down by.

use sea_orm::entity::prelude::*;

use crate::{enums::Urgency, throughput_counts::Counts};

/// An hour of a shared centre by everything that it can be broken down by.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "throughput_cell")]
pub struct Model {
    /// The centre.
    #[sea_orm(primary_key, auto_increment = false)]
    pub centre_id: Uuid,
    /// When the hour begins.
    #[sea_orm(primary_key, auto_increment = false)]
    pub hour: DateTimeUtc,
    /// Which cell of the hour it is.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    /// The institution that asks.
    pub institution_id: Uuid,
    /// The group of the item; none of training.
    #[sea_orm(column_type = "Text", nullable)]
    pub item_group: Option<String>,
    /// How urgent; none of training.
    pub priority: Option<Urgency>,
    /// Who works on the orders, or has reported them.
    pub diagnostician_id: Option<Uuid>,
    /// What was counted.
    pub counts: Counts,
    /// Sketch of the minutes from request to report.
    pub from_request: Option<Vec<u8>>,
    /// Sketch of the minutes from start to report.
    pub from_start: Option<Vec<u8>>,
    /// Sketch of the minutes until critical values were acknowledged.
    pub acknowledgement: Option<Vec<u8>>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
