//! What happened: timeline, feed and outbox in one.

use sea_orm::entity::prelude::*;

use crate::enums::{Action, SubjectKind};
use crate::json::Ids;

/// What happened: timeline, feed and outbox in one.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "event")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// What.
    pub action: Action,
    /// What it happened to.
    pub subject_kind: SubjectKind,
    /// Its id.
    pub subject_id: Uuid,
    /// The subject's version after it.
    pub version: i32,
    /// The subject's status after it.
    #[sea_orm(column_type = "Text", nullable)]
    pub status: Option<String>,
    /// Who.
    pub account_id: Uuid,
    /// For which institution.
    pub institution_id: Option<Uuid>,
    /// Whether it was done for a side that has no account.
    pub second_hand: bool,
    /// SHA-256 of the input, to recognise a replay.
    pub input_hash: Option<Vec<u8>>,
    /// What is shown of it beside the above, and the old values of an edit.
    #[sea_orm(column_type = "JsonBinary")]
    pub detail: serde_json::Value,
    /// Who could see the subject at that moment.
    #[sea_orm(column_type = "JsonBinary")]
    pub scopes: Ids,
    /// When it happened.
    pub occurred_at: DateTimeUtc,
    /// When it was recorded.
    pub recorded_at: DateTimeUtc,
    /// The request that did it.
    pub request_id: Option<Uuid>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
