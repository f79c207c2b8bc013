//! Shared centres, whom they serve, what they offer, and grants that are limited to one.

use sea_orm_migration::{
    prelude::*,
    schema::{boolean, integer, text, text_null, timestamp_with_time_zone, uuid, uuid_null},
};

use crate::helper::{index, reference, unique};

/// Shared centres, whom they serve, what they offer.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(shared_centre()).await?;
        manager
            .create_index(unique("shared_centre", &["host_id", "name"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("centre_served")
                    .col(uuid("centre_id"))
                    .col(uuid("institution_id"))
                    .primary_key(Index::create().col("centre_id").col("institution_id"))
                    .foreign_key(&mut reference(
                        "centre_served",
                        "centre_id",
                        "shared_centre",
                    ))
                    .foreign_key(&mut reference(
                        "centre_served",
                        "institution_id",
                        "institution",
                    ))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("centre_served", &["institution_id"]))
            .await?;
        manager.create_table(catalogue_item()).await?;
        manager
            .create_index(unique("catalogue_item", &["centre_id", "code"]))
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("account_grant")
                    .add_column(uuid_null("centre_id"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("account_grant")
                    .drop_column("centre_id")
                    .to_owned(),
            )
            .await?;
        for table in ["catalogue_item", "centre_served", "shared_centre"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

fn shared_centre() -> TableCreateStatement {
    Table::create()
        .table("shared_centre")
        .col(uuid("id").primary_key())
        .col(text("kind"))
        .col(text("name"))
        .col(uuid("host_id"))
        .col(uuid_null("community_id"))
        .col(text_null("hours"))
        .col(boolean("active"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("shared_centre", "host_id", "institution"))
        .foreign_key(&mut reference("shared_centre", "community_id", "community"))
        .to_owned()
}

fn catalogue_item() -> TableCreateStatement {
    Table::create()
        .table("catalogue_item")
        .col(uuid("id").primary_key())
        .col(uuid("centre_id"))
        .col(text("code"))
        .col(text("name"))
        .col(text("item_group"))
        .col(text_null("modality"))
        .col(text_null("specimen"))
        .col(integer("recognition_days"))
        .col(text("review"))
        .col(integer("emergency_minutes"))
        .col(integer("urgent_minutes"))
        .col(integer("routine_minutes"))
        .col(boolean("active"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference(
            "catalogue_item",
            "centre_id",
            "shared_centre",
        ))
        .to_owned()
}
