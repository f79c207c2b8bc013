//! A stretch of time in which an institution belongs to an alliance.

use sea_orm::entity::prelude::*;

use crate::enums::AllianceRole;

/// A stretch of time in which an institution belongs to an alliance.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "alliance_member")]
pub struct Model {
    /// The alliance.
    #[sea_orm(primary_key, auto_increment = false)]
    pub alliance_id: Uuid,
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub institution_id: Uuid,
    /// First day.
    #[sea_orm(primary_key, auto_increment = false)]
    pub since: Date,
    /// Last day; null as long as none is set.
    pub until: Option<Date>,
    /// What it is in the alliance.
    pub role: AllianceRole,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
