//! A scope that may see a follow-up, with the columns its lists are sorted and filtered by.

use sea_orm::entity::prelude::*;

use crate::enums::{Basis, FollowUpStatus};

/// A scope that may see a follow-up, with the columns its lists are sorted and filtered by.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "follow_up_party")]
pub struct Model {
    /// The institution or department.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope_id: Uuid,
    /// The follow-up.
    #[sea_orm(primary_key, auto_increment = false)]
    pub follow_up_id: Uuid,
    /// The referral that it follows.
    pub referral_id: Uuid,
    /// That referral's episode.
    pub episode_id: Uuid,
    /// The patient.
    pub patient_id: Uuid,
    /// Why it may see it.
    pub basis: Basis,
    /// Since when.
    pub since: DateTimeUtc,
    /// Until when; none while there is no end.
    pub until: Option<DateTimeUtc>,
    /// Whether the scope treats the patient, so that sensitive diagnoses are not withheld.
    pub treating: bool,
    /// Where the follow-up stands.
    pub status: FollowUpStatus,
    /// The moment at which its last day ends.
    pub due_at: DateTimeUtc,
}

/// A list reads the parties of a scope and joins what they are party of.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The follow-up.
    #[sea_orm(
        belongs_to = "super::follow_up::Entity",
        from = "Column::FollowUpId",
        to = "super::follow_up::Column::Id"
    )]
    FollowUp,
}

impl Related<super::follow_up::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::FollowUp.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
