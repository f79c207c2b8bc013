//! A sealed audit entry: its place in the chain.

use sea_orm::entity::prelude::*;

/// A sealed audit entry: its place in the chain.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_link")]
pub struct Model {
    /// From 1, without gaps.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// The entry.
    pub audit_id: Uuid,
    /// HMAC-SHA-256 over the hash before, the position and the entry.
    pub hash: Vec<u8>,
    /// When.
    pub sealed_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
