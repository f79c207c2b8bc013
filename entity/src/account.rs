//! Somebody or something that may sign in.

use sea_orm::entity::prelude::*;

use crate::enums::AccountKind;

/// Somebody or something that may sign in.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// Person or machine.
    pub kind: AccountKind,
    /// User name of a person, client id of a machine.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// What colleagues call it.
    #[sea_orm(column_type = "Text")]
    pub display_name: String,
    /// The practitioner that the person is.
    pub practitioner_id: Option<Uuid>,
    /// Argon2id hash of a person's password, SHA-256 of a machine's secret.
    #[sea_orm(column_type = "Text")]
    pub secret_hash: String,
    /// Whether the password was set by somebody else.
    pub must_change_password: bool,
    /// Failures since the last success.
    pub failed_attempts: i32,
    /// Until when sign-in is refused.
    pub locked_until: Option<DateTimeUtc>,
    /// Encrypted secret of the second factor.
    pub totp_cipher: Option<Vec<u8>>,
    /// Whether the second factor was confirmed once.
    pub totp_confirmed: bool,
    /// Last time step of the second factor that was used, so that a code serves once.
    pub totp_step: i64,
    /// Whether it may sign in.
    pub active: bool,
    /// Grows by one with each change.
    pub version: i32,
    /// The account that created it.
    pub created_by: Option<Uuid>,
    /// When it was created.
    pub created_at: DateTimeUtc,
    /// When it was last changed.
    pub updated_at: DateTimeUtc,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
