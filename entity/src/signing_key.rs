//! A key that signs access tokens.

use sea_orm::entity::prelude::*;

/// A key that signs access tokens.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_key")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The private key (Ed25519, PKCS#8), encrypted.
    pub private_cipher: Vec<u8>,
    /// The public key, 32 bytes.
    pub public_key: Vec<u8>,
    /// Whether new tokens are signed with it.
    pub active: bool,
    /// Until when tokens signed with it are accepted, once retired.
    pub expires_at: Option<DateTimeUtc>,
    /// When it was made.
    pub created_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
