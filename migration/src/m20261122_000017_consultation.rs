//! The remote consultation that an in-house referral names.

use sea_orm_migration::{prelude::*, schema::uuid_null};

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
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
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
