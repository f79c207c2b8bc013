//! One operation: who did or saw what, and on what ground.

use sea_orm::entity::prelude::*;

use crate::enums::{Action, AuditOutcome, Purpose, ScopeKind, SubjectKind};
use crate::json::Ids;

/// One operation: who did or saw what, and on what ground.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// When.
    pub at: DateTimeUtc,
    /// Who, where known.
    pub account_id: Option<Uuid>,
    /// Their roles, by name.
    #[sea_orm(column_type = "Text", nullable)]
    pub role: Option<String>,
    /// Kind of the scope they acted in.
    pub scope_kind: Option<ScopeKind>,
    /// The institution, department or community they acted in.
    pub scope_id: Option<Uuid>,
    /// The region they acted in.
    #[sea_orm(column_type = "Text", nullable)]
    pub region: Option<String>,
    /// What.
    pub action: Action,
    /// Kind of the object.
    pub subject_kind: Option<SubjectKind>,
    /// The object.
    pub subject_id: Option<Uuid>,
    /// By which relation.
    #[sea_orm(column_type = "Text", nullable)]
    pub basis: Option<String>,
    /// For which purpose.
    pub purpose: Option<Purpose>,
    /// Note to the purpose.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// How it ended.
    pub outcome: AuditOutcome,
    /// Code of the refusal.
    #[sea_orm(column_type = "Text", nullable)]
    pub code: Option<String>,
    /// The patients whose detail was written or shown.
    #[sea_orm(column_type = "JsonBinary")]
    pub patients: Ids,
    /// The request.
    pub request_id: Uuid,
    /// Network address of the caller.
    #[sea_orm(column_type = "Text", nullable)]
    pub address: Option<String>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
