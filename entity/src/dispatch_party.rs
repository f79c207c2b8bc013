//! Who sees a dispatch.

use sea_orm::entity::prelude::*;

use crate::enums::DispatchStatus;

/// A scope that sees a dispatch, with what its lists are sorted by. The expert is a scope too.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dispatch_party")]
pub struct Model {
    /// An institution, a community or a practitioner.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope_id: Uuid,
    /// The dispatch.
    #[sea_orm(primary_key, auto_increment = false)]
    pub dispatch_id: Uuid,
    /// Where it stands.
    pub status: DispatchStatus,
    /// When its first day begins.
    pub starts_at: DateTimeUtc,
    /// When its last day, as planned or as it came, is over.
    pub ends_at: DateTimeUtc,
}

/// The dispatch.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The dispatch.
    #[sea_orm(
        belongs_to = "super::dispatch::Entity",
        from = "Column::DispatchId",
        to = "super::dispatch::Column::Id"
    )]
    Dispatch,
}

impl Related<super::dispatch::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Dispatch.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
