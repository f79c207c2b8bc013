//! Which rows are one patient, registrations that disagree with the record, and patients opened by break-glass.

use sea_orm_migration::{
    prelude::*,
    schema::{
        binary, binary_null, boolean, integer, json_binary, text, text_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::helper::{index, reference, unique};

/// Which rows are one patient, registrations that disagree with the record, and patients opened by break-glass.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [uuid_null("record_id"), binary_null("known_as")] {
            manager
                .alter_table(
                    Table::alter()
                        .table("patient")
                        .add_column(column)
                        .to_owned(),
                )
                .await?;
        }
        manager
            .exec_stmt(
                Query::update()
                    .table("patient")
                    .value("record_id", Expr::col("id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("patient", &["record_id"]))
            .await?;
        conflicts(manager).await?;
        break_glass(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["break_glass", "patient_conflict_scope", "patient_conflict"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        manager
            .drop_index(Index::drop().name("ix_patient_record_id").to_owned())
            .await?;
        for column in ["known_as", "record_id"] {
            manager
                .alter_table(
                    Table::alter()
                        .table("patient")
                        .drop_column(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}

async fn conflicts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = "patient_conflict";
    manager
        .create_table(
            Table::create()
                .table(table)
                .col(uuid("id").primary_key())
                .col(uuid("patient_id"))
                .col(uuid_null("provisional_id"))
                .col(uuid("institution_id"))
                .col(uuid("keeper_id"))
                .col(binary("fingerprint").unique_key())
                .col(binary("given"))
                .col(json_binary("differs"))
                .col(text_null("decision"))
                .col(text_null("note"))
                .col(uuid("created_by"))
                .col(uuid_null("decided_by"))
                .col(timestamp_with_time_zone_null("decided_at"))
                .col(integer("version"))
                .col(timestamp_with_time_zone("created_at"))
                .col(timestamp_with_time_zone("updated_at"))
                .foreign_key(&mut reference(table, "patient_id", "patient"))
                .foreign_key(&mut reference(table, "provisional_id", "patient"))
                .foreign_key(&mut reference(table, "institution_id", "institution"))
                .foreign_key(&mut reference(table, "keeper_id", "institution"))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(index(table, &["provisional_id"]))
        .await?;
    let table = "patient_conflict_scope";
    manager
        .create_table(
            Table::create()
                .table(table)
                .col(uuid("scope_id"))
                .col(uuid("conflict_id"))
                .col(boolean("open"))
                .primary_key(Index::create().col("scope_id").col("conflict_id"))
                .foreign_key(&mut reference(table, "conflict_id", "patient_conflict"))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(index(table, &["scope_id", "open", "conflict_id"]))
        .await?;
    manager.create_index(index(table, &["conflict_id"])).await
}

async fn break_glass(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = "break_glass";
    manager
        .create_table(
            Table::create()
                .table(table)
                .col(uuid("id").primary_key())
                .col(uuid("account_id"))
                .col(integer("ordinal"))
                .col(uuid("scope_id"))
                .col(uuid("institution_id"))
                .col(uuid("patient_id"))
                .col(text("reason"))
                .col(text("text"))
                .col(timestamp_with_time_zone("opened_at"))
                .col(timestamp_with_time_zone("until"))
                .col(text_null("verdict"))
                .col(text_null("review_note"))
                .col(uuid_null("reviewed_by"))
                .col(timestamp_with_time_zone_null("reviewed_at"))
                .col(integer("version"))
                .foreign_key(&mut reference(table, "patient_id", "patient"))
                .to_owned(),
        )
        .await?;
    manager
        .create_index(unique(table, &["account_id", "ordinal"]))
        .await?;
    manager
        .create_index(index(table, &["account_id", "scope_id", "until"]))
        .await
}
