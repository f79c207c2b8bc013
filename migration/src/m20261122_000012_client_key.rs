//! Public keys of API clients, and the assertions that they have used.

use sea_orm_migration::{
    prelude::*,
    schema::{text, timestamp_with_time_zone, uuid},
};

use crate::helper::{index, reference};

/// Public keys of API clients, and the assertions that they have used.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("client_key")
                    .col(uuid("id").primary_key())
                    .col(uuid("account_id"))
                    .col(text("jwk"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(&mut reference("client_key", "account_id", "account"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("client_key", &["account_id"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("assertion")
                    .col(text("hash").primary_key())
                    .col(timestamp_with_time_zone("expires_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("assertion", &["expires_at"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["assertion", "client_key"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}
