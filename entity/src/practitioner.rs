//! A member of medical staff 医务人员.

use sea_orm::entity::prelude::*;

use crate::enums::Qualification;
use crate::json::Texts;

/// A member of medical staff 医务人员.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "practitioner")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The employer.
    pub institution_id: Uuid,
    /// The department, where there is one.
    pub department_id: Option<Uuid>,
    /// Staff number, unique within the employer.
    #[sea_orm(column_type = "Text")]
    pub code: String,
    /// Name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// What they are qualified as.
    pub qualification: Qualification,
    /// Professional title, health code of GB/T 8561 (231 主任医师, 232 副主任医师 …).
    #[sea_orm(column_type = "Text", nullable)]
    pub title: Option<String>,
    /// Specialty codes.
    #[sea_orm(column_type = "JsonBinary")]
    pub specialties: Texts,
    /// Licence number.
    #[sea_orm(column_type = "Text", nullable)]
    pub licence_number: Option<String>,
    /// Last day of the licence.
    pub licence_until: Option<Date>,
    /// Whether they still work there.
    pub active: bool,
    /// Grows by one with each change.
    pub version: i32,
    /// When they were registered.
    pub created_at: DateTimeUtc,
    /// When they were last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
