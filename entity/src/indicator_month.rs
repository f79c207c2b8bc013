//! What was counted of the referrals of an institution in a month, for indicators.

use sea_orm::entity::prelude::*;

use crate::indicator_counts::Counts;

/// What was counted of the referrals that an institution is credited with in a month of Asia/Shanghai. Counted from the referrals, whole, whenever one of
/// them changes; never patched.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "indicator_month")]
pub struct Model {
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub institution_id: Uuid,
    /// When the month begins.
    #[sea_orm(primary_key, auto_increment = false)]
    pub month: DateTimeUtc,
    /// What was counted.
    pub counts: Counts,
    /// Sketch of the minutes until referrals were answered.
    pub answer: Option<Vec<u8>>,
    /// Sketch of the minutes from posting to arrival.
    pub arrival: Option<Vec<u8>>,
    /// When the next window of a case ends, so that the month has to be counted again; none where all have.
    pub stale_at: Option<DateTimeUtc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
