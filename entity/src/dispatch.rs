//! An expert sent to a host 专家下派.

use crate::{
    enums::{DispatchKind, DispatchStatus},
    json::{Ids, WeeklySessions},
};
use sea_orm::entity::prelude::*;

/// An expert sent to a host 专家下派.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "dispatch")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Grows by one with each change.
    pub version: i32,
    /// What they are sent for.
    pub kind: DispatchKind,
    /// Where it stands.
    pub status: DispatchStatus,
    /// Who is sent; nobody as long as it is only asked for.
    pub practitioner_id: Option<Uuid>,
    /// The institution that sends them; none of somebody who comes of their own accord.
    pub sender_id: Option<Uuid>,
    /// The institution that they are sent to.
    pub host_id: Uuid,
    /// The community of the sender at the time.
    pub sender_community_id: Option<Uuid>,
    /// The community of the host at the time.
    pub host_community_id: Option<Uuid>,
    /// Specialty code.
    #[sea_orm(column_type = "Text", nullable)]
    pub specialty: Option<String>,
    /// First day.
    pub starts_on: Date,
    /// Last day as planned.
    pub ends_on: Date,
    /// When in the week they are there.
    #[sea_orm(column_type = "JsonBinary")]
    pub sessions: WeeklySessions,
    /// The studio whose sessions these are.
    pub studio_id: Option<Uuid>,
    /// The agreement under which they are sent.
    pub agreement_id: Option<Uuid>,
    /// What is to be reached.
    #[sea_orm(column_type = "Text", nullable)]
    pub goals: Option<String>,
    /// Who approved it.
    pub approver_id: Option<Uuid>,
    /// The institution for which it was approved; none where the community did.
    pub approved_for_id: Option<Uuid>,
    /// When it was approved.
    pub approved_at: Option<DateTimeUtc>,
    /// When they came.
    pub checked_in_at: Option<DateTimeUtc>,
    /// The last day that they were there.
    pub ended_on: Option<Date>,
    /// When it ended.
    pub ended_at: Option<DateTimeUtc>,
    /// Why it was declined, cancelled or recalled.
    #[sea_orm(column_type = "Text", nullable)]
    pub reason: Option<String>,
    /// Points, 0 to 100.
    pub score: Option<i32>,
    /// What is said of how they did.
    #[sea_orm(column_type = "Text", nullable)]
    pub comment: Option<String>,
    /// When they were appraised.
    pub appraised_at: Option<DateTimeUtc>,
    /// The grants at the host that end with it.
    #[sea_orm(column_type = "JsonBinary")]
    pub grants: Ids,
    /// The host, while its deputy director is there; unique.
    pub deputy_key: Option<Uuid>,
    /// When the clock does something, unless somebody does before.
    pub clock_at: Option<DateTimeUtc>,
    /// When what happened last happened.
    pub occurred_at: DateTimeUtc,
    /// The account that entered it.
    pub created_by: Uuid,
    /// When it was entered.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

impl Model {
    /// The last day, as it came or as it is planned.
    #[must_use]
    pub fn last_day(&self) -> Date {
        self.ended_on.unwrap_or(self.ends_on)
    }
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
