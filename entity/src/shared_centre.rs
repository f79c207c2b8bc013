//! A shared centre 资源共享中心.

use sea_orm::entity::prelude::*;

use crate::enums::CentreKind;

/// A shared centre 资源共享中心.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "shared_centre")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What it does.
    pub kind: CentreKind,
    /// Its name; unique among the centres of its host.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The hospital that runs it.
    pub host_id: Uuid,
    /// The community of its host.
    pub community_id: Option<Uuid>,
    /// When it works, in words.
    #[sea_orm(column_type = "Text", nullable)]
    pub hours: Option<String>,
    /// Whether it takes orders.
    pub active: bool,
    /// Grows by one with each change of it, of whom it serves, or of its catalogue.
    pub version: i32,
    /// When it was registered.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
