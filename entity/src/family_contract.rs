//! A contract 签约 of a patient with a team of family doctors.

use sea_orm::entity::prelude::*;

use crate::enums::{ContractEnd, ContractStatus};

/// A contract 签约 of a patient with a team of family doctors.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "family_contract")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Grows by one with each change.
    pub version: i32,
    /// The team.
    pub team_id: Uuid,
    /// The health centre of the team.
    pub institution_id: Uuid,
    /// The patient.
    pub patient_id: Uuid,
    /// The service package.
    pub package_id: Uuid,
    /// The institution that signed it: the health centre, or one of its stations.
    pub signed_by_id: Uuid,
    /// Where it stands.
    pub status: ContractStatus,
    /// Its first day.
    pub starts_on: Date,
    /// Its last day.
    pub ends_on: Date,
    /// From when it counts as signed.
    pub begins_at: DateTimeUtc,
    /// Until when it counts, and the team sees the patient: the end of its last day, or when it ended before.
    pub until: DateTimeUtc,
    /// Why it ended.
    pub end_reason: Option<ContractEnd>,
    /// The same in words.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// The contract with another team that it goes on from.
    pub previous_id: Option<Uuid>,
    /// The record of the patient while it runs: at most one.
    #[sea_orm(column_type = "Text", nullable)]
    pub open_key: Option<String>,
    /// The account that signed it.
    pub created_by: Uuid,
    /// When it was signed.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
