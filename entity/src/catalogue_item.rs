//! What can be ordered from a shared centre 项目.

use sea_orm::entity::prelude::*;

use crate::enums::{Modality, ReviewRule, SpecimenKind};

/// What can be ordered from a shared centre 项目.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "catalogue_item")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The centre.
    pub centre_id: Uuid,
    /// Its code, the same throughout the network; unique within a centre.
    #[sea_orm(column_type = "Text")]
    pub code: String,
    /// Its name.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The group that statistics count it in.
    #[sea_orm(column_type = "Text")]
    pub item_group: String,
    /// How an examination is made.
    pub modality: Option<Modality>,
    /// What is drawn for it.
    pub specimen: Option<SpecimenKind>,
    /// For how many days a result can be recognised elsewhere; 0 where it cannot.
    pub recognition_days: i32,
    /// Whether a report needs a review.
    pub review: ReviewRule,
    /// Minutes that an emergency may take from start to report.
    pub emergency_minutes: i32,
    /// Minutes that something urgent may take.
    pub urgent_minutes: i32,
    /// Minutes that anything else may take.
    pub routine_minutes: i32,
    /// Whether it can be ordered.
    pub active: bool,
    /// When it was first listed.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
