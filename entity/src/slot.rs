//! A slot 号源: a session of a department or a practitioner, and how many patients it takes.

use sea_orm::entity::prelude::*;

/// A slot 号源.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "slot")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The institution.
    pub institution_id: Uuid,
    /// The department, where it is one's.
    pub department_id: Option<Uuid>,
    /// The practitioner, where it is one's.
    pub practitioner_id: Option<Uuid>,
    /// The dispatch of which it is a session, where it is one's.
    pub dispatch_id: Option<Uuid>,
    /// When it begins.
    pub starts_at: DateTimeUtc,
    /// When it is over.
    pub ends_at: DateTimeUtc,
    /// How many patients it takes.
    pub capacity: i32,
    /// How many places are kept for patients who are to come.
    pub held: i32,
    /// How many places patients who came have taken.
    pub used: i32,
    /// Whether it takes no further patient 停诊.
    pub withdrawn: bool,
    /// The call that offered it.
    pub batch_id: Uuid,
    /// Grows by one with each change; holds do not count.
    pub version: i32,
    /// When it was offered.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
