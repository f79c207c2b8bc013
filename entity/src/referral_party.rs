//! A scope (institution, department, community) that may see a referral, with the columns its lists are sorted and filtered by.

use sea_orm::entity::prelude::*;

use crate::enums::{Basis, ReferralStatus};

/// A scope (institution, department, community) that may see a referral, with the columns its lists are sorted and filtered by.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "referral_party")]
pub struct Model {
    /// The institution, department or community.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scope_id: Uuid,
    /// The referral.
    #[sea_orm(primary_key, auto_increment = false)]
    pub referral_id: Uuid,
    /// The patient.
    pub patient_id: Uuid,
    /// Why it may see it.
    pub basis: Basis,
    /// Since when.
    pub since: DateTimeUtc,
    /// From when only the header is shown.
    pub content_until: Option<DateTimeUtc>,
    /// Whether the scope treats the patient by this referral now.
    pub treating: bool,
    /// Where the referral stands.
    pub status: ReferralStatus,
    /// When it was posted, or first written.
    pub listed_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
    /// Until when the receiver is to answer.
    pub answer_due_at: Option<DateTimeUtc>,
    /// When the patient is expected.
    pub planned_at: Option<DateTimeUtc>,
}

/// A list reads the parties of a scope and joins what they are party of.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The referral.
    #[sea_orm(
        belongs_to = "super::referral::Entity",
        from = "Column::ReferralId",
        to = "super::referral::Column::Id"
    )]
    Referral,
}

impl Related<super::referral::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Referral.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
