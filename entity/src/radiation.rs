//! An institution that a sub-centre radiates to.

use sea_orm::entity::prelude::*;

/// An institution that a sub-centre radiates to.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "radiation")]
pub struct Model {
    /// The sub-centre.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sub_centre_id: Uuid,
    /// The institution it serves.
    #[sea_orm(primary_key, auto_increment = false)]
    pub institution_id: Uuid,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
