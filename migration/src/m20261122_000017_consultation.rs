//! The remote consultation that an in-house referral names; and which files are attached to nothing, now that orders have files too.

use sea_orm_migration::{prelude::*, schema::uuid_null};

use crate::helper::index;

/// The remote consultation that an in-house referral names.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("referral")
                    .add_column(uuid_null("consultation_id"))
                    .to_owned(),
            )
            .await?;
        let loose = &["referral_id", "order_id", "created_at"];
        manager.create_index(index("file", loose)).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(
                Index::drop()
                    .name("ix_file_referral_id_order_id_created_at")
                    .table("file")
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("referral")
                    .drop_column("consultation_id")
                    .to_owned(),
            )
            .await
    }
}
