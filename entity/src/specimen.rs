//! A specimen 标本: what was drawn from a patient, under one barcode.

use sea_orm::entity::prelude::*;

use crate::enums::{OrderReturnReason, SpecimenKind};

/// A specimen 标本.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "specimen")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The centre; a barcode is unique within it.
    pub centre_id: Uuid,
    /// What is printed on it.
    #[sea_orm(column_type = "Text")]
    pub barcode: String,
    /// The patient.
    pub patient_id: Uuid,
    /// What it is.
    pub kind: SpecimenKind,
    /// When it was drawn.
    pub collected_at: DateTimeUtc,
    /// Who drew it.
    pub collector_id: Option<Uuid>,
    /// When it was put into fixative, of pathology; null where nobody said.
    pub fixed_at: Option<DateTimeUtc>,
    /// When it was sent.
    pub sent_at: Option<DateTimeUtc>,
    /// How it travels, in words.
    #[sea_orm(column_type = "Text", nullable)]
    pub transport: Option<String>,
    /// When the centre got it.
    pub received_at: Option<DateTimeUtc>,
    /// Why it was not taken.
    pub rejected: Option<OrderReturnReason>,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
