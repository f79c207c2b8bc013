//! Somebody's place in a training session.

use sea_orm::entity::prelude::*;

/// Somebody's place in a training session.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "enrolment")]
pub struct Model {
    /// The session.
    #[sea_orm(primary_key, auto_increment = false)]
    pub session_id: Uuid,
    /// Who is enrolled.
    #[sea_orm(primary_key, auto_increment = false)]
    pub practitioner_id: Uuid,
    /// The institution that sends them.
    pub institution_id: Uuid,
    /// When they came; null as long as nobody said that they did.
    pub attended_at: Option<DateTimeUtc>,
    /// Points, 0 to 100.
    pub score: Option<i32>,
    /// Whether they passed.
    pub passed: Option<bool>,
    /// When they were enrolled.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
