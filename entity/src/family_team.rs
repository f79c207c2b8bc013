//! A team of family doctors 家庭医生团队.

use sea_orm::entity::prelude::*;

/// A team of family doctors 家庭医生团队.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "family_team")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Grows by one with each change.
    pub version: i32,
    /// The health centre that it belongs to.
    pub institution_id: Uuid,
    /// Its name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The phone under which its patients reach it.
    #[sea_orm(column_type = "Text", nullable)]
    pub phone: Option<String>,
    /// Whether it takes patients.
    pub active: bool,
    /// When it was dissolved.
    pub ended_at: Option<DateTimeUtc>,
    /// The account that set it up.
    pub created_by: Uuid,
    /// When it was set up.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
