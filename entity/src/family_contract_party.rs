//! A scope that may see a family-doctor contract, with the columns its lists are sorted and filtered by.

use sea_orm::entity::prelude::*;

use crate::enums::{Basis, ContractStatus};

/// A scope that may see a family-doctor contract, with the columns its lists are sorted and filtered by.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "family_contract_party")]
pub struct Model {
    /// The team or institution.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope_id: Uuid,
    /// The contract.
    #[sea_orm(primary_key, auto_increment = false)]
    pub contract_id: Uuid,
    /// The patient.
    pub patient_id: Uuid,
    /// Why it may see it.
    pub basis: Basis,
    /// Since when.
    pub since: DateTimeUtc,
    /// Until when the contract opens the patient to the scope.
    pub until: DateTimeUtc,
    /// Whether the scope treats the patient as long.
    pub treating: bool,
    /// Where the contract stands.
    pub status: ContractStatus,
    /// When it was signed.
    pub signed_at: DateTimeUtc,
    /// Its last day.
    pub ends_on: Date,
}

/// A list reads the parties of a scope and joins what they are party of.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The contract.
    #[sea_orm(
        belongs_to = "super::family_contract::Entity",
        from = "Column::ContractId",
        to = "super::family_contract::Column::Id"
    )]
    Contract,
}

impl Related<super::family_contract::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Contract.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
