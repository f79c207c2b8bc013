//! A bed pool 床位池: the beds of one kind in a department, or in no particular one.

use sea_orm::entity::prelude::*;

use crate::enums::BedKind;

/// A bed pool 床位池.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bed_pool")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The institution.
    pub institution_id: Uuid,
    /// The department, where the beds are one's.
    pub department_id: Option<Uuid>,
    /// What kind of bed.
    pub kind: BedKind,
    /// Beds that are set up.
    pub total: i32,
    /// Beds kept for patients who are to come.
    pub held: i32,
    /// Beds that were occupied by the last report, and those taken since; may exceed the total (加床).
    pub occupied: i32,
    /// Of when the last report is.
    pub occupied_as_of: Option<DateTimeUtc>,
    /// Grows by one with each change; holds do not count.
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
