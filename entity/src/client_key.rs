//! A public key by which an API client proves itself.

use sea_orm::entity::prelude::*;

/// A public key by which an API client proves itself.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client_key")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The client.
    pub account_id: Uuid,
    /// The key as a JSON Web Key.
    #[sea_orm(column_type = "Text")]
    pub jwk: String,
    /// When it was registered.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
