//! A patient whom a clinician opened in need, without a relation, for some hours.

use sea_orm::entity::prelude::*;

use crate::enums::{BreakGlassReason, BreakGlassVerdict};

/// A patient whom a clinician opened in need, without a relation, for some hours.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "break_glass")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who opened.
    pub account_id: Uuid,
    /// Which one of that account's it is, from 1: two at once do not both pass the limit.
    pub ordinal: i32,
    /// The institution or department in which the account acted, and to which it is bound.
    pub scope_id: Uuid,
    /// The institution.
    pub institution_id: Uuid,
    /// The patient.
    pub patient_id: Uuid,
    /// Why.
    pub reason: BreakGlassReason,
    /// Why, in words.
    #[sea_orm(column_type = "Text")]
    pub text: String,
    /// Since when.
    pub opened_at: DateTimeUtc,
    /// Until when.
    pub until: DateTimeUtc,
    /// What the review found.
    pub verdict: Option<BreakGlassVerdict>,
    /// A word to the review.
    #[sea_orm(column_type = "Text", nullable)]
    pub review_note: Option<String>,
    /// Who reviewed.
    pub reviewed_by: Option<Uuid>,
    /// When it was reviewed.
    pub reviewed_at: Option<DateTimeUtc>,
    /// Grows by one with each review.
    pub version: i32,
}

/// The account is read beside it.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// Who opened.
    #[sea_orm(
        belongs_to = "super::account::Entity",
        from = "Column::AccountId",
        to = "super::account::Column::Id"
    )]
    Account,
}

impl Related<super::account::Entity> for Entity {
    fn to() -> RelationDef {
        Relation::Account.def()
    }
}

impl ActiveModelBehavior for ActiveModel {}
