//! A role in a scope for a time.

use sea_orm::entity::prelude::*;

use crate::enums::{Role, ScopeKind};

/// A role in a scope for a time.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account_grant")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Who holds it.
    pub account_id: Uuid,
    /// The role.
    pub role: Role,
    /// Kind of scope.
    pub scope_kind: ScopeKind,
    /// Institution of the scope.
    pub institution_id: Option<Uuid>,
    /// Department of the scope.
    pub department_id: Option<Uuid>,
    /// Shared centre of the scope, which its institution runs.
    pub centre_id: Option<Uuid>,
    /// Team of family doctors of the scope, which belongs to its institution; held by membership.
    pub team_id: Option<Uuid>,
    /// Community of the scope.
    pub community_id: Option<Uuid>,
    /// GB/T 2260 prefix of the scope.
    #[sea_orm(column_type = "Text", nullable)]
    pub region: Option<String>,
    /// From when it counts.
    pub valid_from: DateTimeUtc,
    /// Until when it counts.
    pub valid_to: Option<DateTimeUtc>,
    /// The account that granted it.
    pub granted_by: Option<Uuid>,
    /// When it was revoked.
    pub revoked_at: Option<DateTimeUtc>,
    /// When it was granted.
    pub created_at: DateTimeUtc,
}

/// A grant is joined with the account; other joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    /// The account.
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
