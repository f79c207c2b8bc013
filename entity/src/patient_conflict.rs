//! A registration that disagrees with the record of the same certificate, until a person decides.

use sea_orm::entity::prelude::*;

use crate::{enums::ConflictDecision, json::PatientFields};

/// A registration that disagrees with the record of the same certificate, until a person decides.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "patient_conflict")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The record that it disagrees with.
    pub patient_id: Uuid,
    /// The patient who stands in until it is decided: an emergency's provisional one, or the unidentified one.
    pub provisional_id: Option<Uuid>,
    /// The institution that gave the other data.
    pub institution_id: Uuid,
    /// The institution that registered the record.
    pub keeper_id: Uuid,
    /// Keyed hash of record, institution and what was given: the same disagreement is the same conflict.
    pub fingerprint: Vec<u8>,
    /// What was given, encrypted.
    pub given: Vec<u8>,
    /// What they disagree on.
    pub differs: PatientFields,
    /// How it was decided; none while it waits.
    pub decision: Option<ConflictDecision>,
    /// A word to the decision.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// The account that gave the other data first.
    pub created_by: Uuid,
    /// The account that decided.
    pub decided_by: Option<Uuid>,
    /// When it was decided.
    pub decided_at: Option<DateTimeUtc>,
    /// Grows by one with each change.
    pub version: i32,
    /// When the other data were given first.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
