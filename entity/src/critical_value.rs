//! A critical value 危急值: somebody has to know it at once, and act.

use sea_orm::entity::prelude::*;

use crate::enums::{CriticalChannel, CriticalStatus};

/// A critical value 危急值.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "critical_value")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Grows by one with each change.
    pub version: i32,
    /// The order.
    pub order_id: Uuid,
    /// The centre that raised it.
    pub centre_id: Uuid,
    /// The patient.
    pub patient_id: Uuid,
    /// The institution that asked for the order.
    pub requested_by_id: Uuid,
    /// The present holder of the patient's open referral, who is told as well.
    pub holder_id: Option<Uuid>,
    /// Where it stands.
    pub status: CriticalStatus,
    /// What was found 危急值内容.
    #[sea_orm(column_type = "Text")]
    pub finding: String,
    /// LOINC or local code of what was measured.
    #[sea_orm(column_type = "Text", nullable)]
    pub code: Option<String>,
    /// The version of the report that it was raised with, where it was.
    pub report_version: Option<i32>,
    /// Who raised it.
    pub raised_by_id: Option<Uuid>,
    /// When it was raised.
    pub raised_at: DateTimeUtc,
    /// Until when somebody is to confirm that they know it.
    pub due_at: DateTimeUtc,
    /// Who confirmed it.
    pub acknowledged_by_id: Option<Uuid>,
    /// For which institution.
    pub acknowledged_for_id: Option<Uuid>,
    /// When.
    pub acknowledged_at: Option<DateTimeUtc>,
    /// What was read back 复述内容.
    #[sea_orm(column_type = "Text", nullable)]
    pub read_back: Option<String>,
    /// By which way it was told.
    pub channel: Option<CriticalChannel>,
    /// What was done 处置.
    #[sea_orm(column_type = "Text", nullable)]
    pub resolution: Option<String>,
    /// When.
    pub resolved_at: Option<DateTimeUtc>,
    /// When the managing health centre was told that nobody confirmed it.
    pub overdue_at: Option<DateTimeUtc>,
    /// When the community's manager was told.
    pub escalated_at: Option<DateTimeUtc>,
    /// When the clock looks at it next.
    pub clock_at: Option<DateTimeUtc>,
    /// When the last thing happened to it.
    pub occurred_at: DateTimeUtc,
    /// The account that raised it.
    pub created_by: Uuid,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
