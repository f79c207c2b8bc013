//! An agreement 合作协约 between two institutions.

use sea_orm::entity::prelude::*;

use crate::enums::AgreementKind;

/// An agreement 合作协约 between two institutions.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agreement")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Grows by one with each change.
    pub version: i32,
    /// What it is.
    pub kind: AgreementKind,
    /// One side; of paired support the one that supports.
    pub institution_id: Uuid,
    /// The other side; of paired support the one that is supported.
    pub counterpart_id: Uuid,
    /// What it is for.
    #[sea_orm(column_type = "Text")]
    pub purpose: String,
    /// The round, counted from 1.
    pub round: i32,
    /// First day.
    pub valid_from: Date,
    /// Last day; null as long as none is set.
    pub valid_to: Option<Date>,
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
