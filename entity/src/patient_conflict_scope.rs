//! An institution that may decide a conflict.

use sea_orm::entity::prelude::*;

/// An institution that may decide a conflict.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "patient_conflict_scope")]
pub struct Model {
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope_id: Uuid,
    /// The conflict.
    #[sea_orm(primary_key, auto_increment = false)]
    pub conflict_id: Uuid,
    /// Whether it waits to be decided.
    pub open: bool,
}

/// A queue reads the rows of a scope and joins the conflicts.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The conflict.
    #[sea_orm(
        belongs_to = "super::patient_conflict::Entity",
        from = "Column::ConflictId",
        to = "super::patient_conflict::Column::Id"
    )]
    Conflict,
}

impl Related<super::patient_conflict::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Conflict.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
