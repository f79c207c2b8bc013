//! What an expert did in half a day.

use sea_orm::entity::prelude::*;

use crate::enums::HalfDay;

/// What an expert did in half a day. A correction is a row of its own; the old one stays.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "dispatch_log")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The dispatch.
    pub dispatch_id: Uuid,
    /// The day.
    pub day: Date,
    /// AM or PM.
    pub half: HalfDay,
    /// When the half-day begins.
    pub at: DateTimeUtc,
    /// Counts from 1 with each correction.
    pub revision: i32,
    /// When it was corrected; none of what counts.
    pub replaced_at: Option<DateTimeUtc>,
    /// Outpatients.
    pub outpatients: i32,
    /// Patients seen on ward rounds.
    pub ward_rounds: i32,
    /// Operations.
    pub operations: i32,
    /// Consultations.
    pub consultations: i32,
    /// Hours of teaching.
    pub teaching_hours: f64,
    /// How many were taught.
    pub teaching_heads: i32,
    /// What else is to be said.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// The account that entered it.
    pub created_by: Uuid,
    /// Whether the expert entered it.
    pub by_expert: bool,
    /// When it was entered.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
