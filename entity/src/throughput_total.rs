//! An hour, day or month of a shared centre in all.

use sea_orm::entity::prelude::*;

use crate::{enums::ThroughputUnit, throughput_counts::Counts};

/// An hour, day or month of a shared centre in all.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "throughput_total")]
pub struct Model {
    /// The centre.
    #[sea_orm(primary_key, auto_increment = false)]
    pub centre_id: Uuid,
    /// How long.
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: ThroughputUnit,
    /// When it begins.
    #[sea_orm(primary_key, auto_increment = false)]
    pub starts_at: DateTimeUtc,
    /// What was counted.
    pub counts: Counts,
    /// The ids of the institutions that asked for something, one after the other.
    pub institutions: Vec<u8>,
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
