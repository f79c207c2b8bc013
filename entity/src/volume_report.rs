//! What an institution reports of a month 月度业务量.

use sea_orm::entity::prelude::*;

use crate::json::TagCounts;

/// What an institution reports of a month 月度业务量, as it is on record now. What it does not count is null, which is not 0.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "volume_report")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Grows by one with each correction.
    pub version: i32,
    /// The institution.
    pub institution_id: Uuid,
    /// The first day of the month.
    pub month: Date,
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
    /// When it was reported.
    pub created_at: DateTimeUtc,
    /// When it was last corrected.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
