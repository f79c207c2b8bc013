//! Files, what a posted referral is warned of, and two indexes: for the sweep of sessions, and for what receivers answered of late.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, binary, boolean, json_binary_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::helper::{index, reference};

/// Files, warnings, two indexes.
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
                    .table("file")
                    .col(uuid("id").primary_key())
                    .col(uuid("account_id"))
                    .col(uuid("institution_id"))
                    .col(text("kind"))
                    .col(big_integer("size"))
                    .col(binary("sha256"))
                    .col(text_null("name"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(uuid_null("referral_id"))
                    .col(text_null("attachment_kind"))
                    .col(text_null("title"))
                    .col(uuid_null("attached_by"))
                    .col(timestamp_with_time_zone_null("attached_at"))
                    .foreign_key(&mut reference("file", "account_id", "account"))
                    .foreign_key(&mut reference("file", "institution_id", "institution"))
                    .foreign_key(&mut reference("file", "referral_id", "referral"))
                    .foreign_key(&mut reference("file", "attached_by", "institution"))
                    .to_owned(),
            )
            .await?;
        // Serves both the attachments of a referral and the files that belong to none yet, the oldest first.
        manager
            .create_index(index("file", &["referral_id", "created_at"]))
            .await?;
        let referral = || Table::alter().table("referral").to_owned();
        manager
            .alter_table(
                referral()
                    .add_column(json_binary_null("warnings"))
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                referral()
                    .add_column(boolean("within_origin_capability").default(false))
                    .to_owned(),
            )
            .await?;
        // What a receiver has answered of late.
        manager
            .create_index(index("referral_leg", &["receiver_id", "started_at"]))
            .await?;
        manager
            .create_index(index("session", &["expires_at"]))
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, name) in [
            ("session", "ix_session_expires_at"),
            ("referral_leg", "ix_referral_leg_receiver_id_started_at"),
        ] {
            manager
                .drop_index(Index::drop().name(name).table(table).to_owned())
                .await?;
        }
        for column in ["within_origin_capability", "warnings"] {
            manager
                .alter_table(
                    Table::alter()
                        .table("referral")
                        .drop_column(column)
                        .to_owned(),
                )
                .await?;
        }
        manager
            .drop_table(Table::drop().table("file").to_owned())
            .await?;
        Ok(())
    }
}
