//! A signed-in person, or a machine with a token.

use sea_orm::entity::prelude::*;

/// A signed-in person, or a machine with a token.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "session")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Whose it is.
    pub account_id: Uuid,
    /// The grant whose scope it acts in.
    pub grant_id: Uuid,
    /// SHA-256 of the refresh token that is good now.
    #[sea_orm(column_type = "Text", nullable)]
    pub refresh_hash: Option<String>,
    /// SHA-256 of the refresh token before; its use ends the session.
    #[sea_orm(column_type = "Text", nullable)]
    pub previous_hash: Option<String>,
    /// When it ends by itself.
    pub expires_at: DateTimeUtc,
    /// When it was ended.
    pub revoked_at: Option<DateTimeUtc>,
    /// When it began.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
