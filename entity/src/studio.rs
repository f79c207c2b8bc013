//! A studio of a named doctor 名医工作室, or a treatment base 治疗基地.

use sea_orm::entity::prelude::*;

use crate::{enums::StudioKind, json::WeeklySessions};

/// A studio of a named doctor 名医工作室, or a treatment base 治疗基地.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "studio")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Grows by one with each change.
    pub version: i32,
    /// What it is.
    pub kind: StudioKind,
    /// Its name; unique at its host.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The named doctor.
    pub practitioner_id: Uuid,
    /// The doctor's own hospital.
    pub home_id: Uuid,
    /// The institution where it is.
    pub host_id: Uuid,
    /// When the doctor is there, each week.
    #[sea_orm(column_type = "JsonBinary")]
    pub sessions: WeeklySessions,
    /// First day.
    pub starts_on: Date,
    /// Last day; null as long as none is set.
    pub ends_on: Option<Date>,
    /// Why it was ended before its time.
    #[sea_orm(column_type = "Text", nullable)]
    pub end_reason: Option<String>,
    /// When it was registered.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
