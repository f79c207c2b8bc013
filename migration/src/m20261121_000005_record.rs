//! Events, feed, leases, idempotency keys and audit.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, binary, binary_null, boolean, integer, json_binary, text, text_null,
        timestamp_with_time_zone, uuid, uuid_null,
    },
};

use crate::helper::index;

/// Events, feed, leases, idempotency keys and audit.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    #[expect(clippy::too_many_lines, reason = "one statement a table, top down")]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("event")
                    .col(uuid("id").primary_key())
                    .col(text("action"))
                    .col(text("subject_kind"))
                    .col(uuid("subject_id"))
                    .col(integer("version"))
                    .col(text_null("status"))
                    .col(uuid("account_id"))
                    .col(uuid_null("institution_id"))
                    .col(boolean("second_hand"))
                    .col(binary_null("input_hash"))
                    .col(json_binary("detail"))
                    .col(json_binary("scopes"))
                    .col(timestamp_with_time_zone("occurred_at"))
                    .col(timestamp_with_time_zone("recorded_at"))
                    .col(uuid_null("request_id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("outbox")
                    .col(uuid("event_id").primary_key())
                    .col(timestamp_with_time_zone("recorded_at"))
                    .col(integer("version"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("outbox", &["recorded_at"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("feed")
                    .col(big_integer("position").primary_key())
                    .col(uuid("event_id").unique_key())
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("feed_scope")
                    .col(uuid("scope_id"))
                    .col(big_integer("position"))
                    .primary_key(Index::create().col("scope_id").col("position"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("lease")
                    .col(text("name").primary_key())
                    .col(text("holder"))
                    .col(timestamp_with_time_zone("until"))
                    .col(big_integer("position"))
                    .col(binary_null("head"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("idempotency")
                    .col(uuid("account_id"))
                    .col(text("key"))
                    .col(text("path"))
                    .col(binary("document_hash"))
                    .col(uuid("subject_id"))
                    .col(timestamp_with_time_zone("created_at"))
                    .primary_key(Index::create().col("account_id").col("key").col("path"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("idempotency", &["created_at"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("audit")
                    .col(uuid("id").primary_key())
                    .col(timestamp_with_time_zone("at"))
                    .col(uuid_null("account_id"))
                    .col(text_null("role"))
                    .col(text_null("scope_kind"))
                    .col(uuid_null("scope_id"))
                    .col(text_null("region"))
                    .col(text("action"))
                    .col(text_null("subject_kind"))
                    .col(uuid_null("subject_id"))
                    .col(text_null("basis"))
                    .col(text_null("purpose"))
                    .col(text_null("note"))
                    .col(text("outcome"))
                    .col(text_null("code"))
                    .col(json_binary("patients"))
                    .col(uuid("request_id"))
                    .col(text_null("address"))
                    .to_owned(),
            )
            .await?;
        manager.create_index(index("audit", &["at", "id"])).await?;
        manager
            .create_index(index("audit", &["account_id", "at", "id"]))
            .await?;
        manager
            .create_index(index("audit", &["subject_id", "at", "id"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("audit_outbox")
                    .col(uuid("audit_id").primary_key())
                    .col(timestamp_with_time_zone("recorded_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("audit_outbox", &["recorded_at"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("audit_patient")
                    .col(uuid("patient_id"))
                    .col(uuid("audit_id"))
                    .primary_key(Index::create().col("patient_id").col("audit_id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("audit_link")
                    .col(big_integer("position").primary_key())
                    .col(uuid("audit_id").unique_key())
                    .col(binary("hash"))
                    .col(timestamp_with_time_zone("sealed_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("event", &["subject_id", "version", "id"]))
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("audit_link").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("audit_patient").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("audit_outbox").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("audit").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("idempotency").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("lease").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("feed_scope").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("feed").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("outbox").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("event").to_owned())
            .await?;
        Ok(())
    }
}
