//! What an institution reported of a month, version by version.

use sea_orm::entity::prelude::*;

use crate::json::TagCounts;

/// What a report said in one of its versions, the present one among them.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "volume_revision")]
pub struct Model {
    /// The report.
    #[sea_orm(primary_key, auto_increment = false)]
    pub report_id: Uuid,
    /// Which version of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    /// Visits to the outpatient and emergency departments 门急诊人次.
    pub visits: Option<i32>,
    /// Discharges 出院人次.
    pub discharges: Option<i32>,
    /// Visits treated by traditional medicine 中医诊疗人次, part of the visits.
    pub tcm_visits: Option<i32>,
    /// Residents 常住人口 of its area.
    pub residents: Option<i32>,
    /// Residents by population group.
    #[sea_orm(column_type = "JsonBinary")]
    pub residents_by_tag: TagCounts,
    /// First contacts outside primary care 未经基层首诊人次, part of the visits.
    pub first_contacts_outside: Option<i32>,
    /// Visits of its residents outside the district 区外就诊人次.
    pub outside_visits: Option<i32>,
    /// Those among them with a referral 其中经转诊.
    pub outside_referred: Option<i32>,
    /// Why it was corrected; null for the first.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// The account that wrote it.
    pub account_id: Uuid,
    /// When it was written.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
