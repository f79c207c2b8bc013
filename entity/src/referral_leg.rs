//! A leg of a referral: one receiver's time with it, from getting it to answering.

use sea_orm::entity::prelude::*;

use crate::enums::{LegAnswer, Urgency};

/// A leg of a referral: one receiver's time with it, from getting it to answering.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "referral_leg")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The referral.
    pub referral_id: Uuid,
    /// The how-manieth of the referral it is, from 1.
    pub number: i32,
    /// The receiver.
    pub receiver_id: Uuid,
    /// The urgency that sets the time to answer.
    pub urgency: Urgency,
    /// When the receiver got the referral.
    pub started_at: DateTimeUtc,
    /// From when the time to answer counts: the start, or the raise of the urgency.
    pub counts_from: DateTimeUtc,
    /// Until when an answer is due; none of a partner without account.
    pub due_at: Option<DateTimeUtc>,
    /// When the receiver answered.
    pub answered_at: Option<DateTimeUtc>,
    /// What the receiver answered.
    pub answer: Option<LegAnswer>,
    /// When it ended, answered or not.
    pub ended_at: Option<DateTimeUtc>,
    /// When it was found to be overdue.
    pub overdue_at: Option<DateTimeUtc>,
    /// When the community's manager was told.
    pub escalated_at: Option<DateTimeUtc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
