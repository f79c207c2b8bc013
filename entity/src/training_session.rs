//! A training session 实训课程.

use sea_orm::entity::prelude::*;

/// A training session 实训课程 of a skills-training centre.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "training_session")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Grows by one with each change.
    pub version: i32,
    /// The centre.
    pub centre_id: Uuid,
    /// The course.
    #[sea_orm(column_type = "Text")]
    pub course: String,
    /// Who teaches.
    pub trainer_id: Option<Uuid>,
    /// When it begins.
    pub starts_at: DateTimeUtc,
    /// When it is over.
    pub ends_at: DateTimeUtc,
    /// How many may come.
    pub seats: i32,
    /// How many are enrolled.
    pub enrolled: i32,
    /// Whether it was called off.
    pub cancelled: bool,
    /// The account that offered it.
    pub created_by: Uuid,
    /// When it was offered.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
