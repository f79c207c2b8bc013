//! A file 文件: what is known of it; its bytes lie in the data folder.

use sea_orm::entity::prelude::*;

use crate::enums::{AttachmentKind, FileKind};

/// A file 文件: what is known of it; its bytes lie in the data folder.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The account that stored it, which alone may attach it.
    pub account_id: Uuid,
    /// The institution for which it was stored.
    pub institution_id: Uuid,
    /// What its content is.
    pub kind: FileKind,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of its content.
    pub sha256: Vec<u8>,
    /// The name that its sender gave it; never part of a path.
    #[sea_orm(column_type = "Text", nullable)]
    pub name: Option<String>,
    /// When it was stored.
    pub created_at: DateTimeUtc,
    /// The referral that it is attached to; what belongs to nothing for a day is collected.
    pub referral_id: Option<Uuid>,
    /// The order that it is attached to instead.
    pub order_id: Option<Uuid>,
    /// What it is attached as.
    pub attachment_kind: Option<AttachmentKind>,
    /// What it is called there.
    #[sea_orm(column_type = "Text", nullable)]
    pub title: Option<String>,
    /// The institution that attached it.
    pub attached_by: Option<Uuid>,
    /// When it was attached.
    pub attached_at: Option<DateTimeUtc>,
}

/// Joins are written where they are used.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
