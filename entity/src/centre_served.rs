//! An institution that a shared centre serves beside its host.

use sea_orm::entity::prelude::*;

/// An institution that a shared centre serves beside its host.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "centre_served")]
pub struct Model {
    /// The centre.
    #[sea_orm(primary_key, auto_increment = false)]
    pub centre_id: Uuid,
    /// The institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub institution_id: Uuid,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
