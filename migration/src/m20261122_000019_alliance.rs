//! Alliances, agreements and studios.

use sea_orm_migration::{
    prelude::*,
    schema::{
        date, date_null, integer, json_binary, text, text_null, timestamp_with_time_zone, uuid,
    },
};

use crate::helper::{index, reference, unique};

/// Alliances, agreements and studios.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(alliance()).await?;
        manager.create_index(unique("alliance", &["name"])).await?;
        manager.create_table(alliance_member()).await?;
        manager
            .create_index(index("alliance_member", &["institution_id"]))
            .await?;
        manager.create_table(agreement()).await?;
        manager
            .create_index(index("agreement", &["institution_id", "counterpart_id"]))
            .await?;
        manager
            .create_index(index("agreement", &["counterpart_id"]))
            .await?;
        manager.create_table(studio()).await?;
        manager
            .create_index(unique("studio", &["host_id", "name"]))
            .await?;
        manager
            .create_index(index("studio", &["practitioner_id"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["studio", "agreement", "alliance_member", "alliance"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

fn alliance() -> TableCreateStatement {
    Table::create()
        .table("alliance")
        .col(uuid("id").primary_key())
        .col(integer("version"))
        .col(text("kind"))
        .col(text("name"))
        .col(date("starts_on"))
        .col(date_null("ends_on"))
        .col(text_null("end_reason"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .to_owned()
}

fn alliance_member() -> TableCreateStatement {
    Table::create()
        .table("alliance_member")
        .col(uuid("alliance_id"))
        .col(uuid("institution_id"))
        .col(date("since"))
        .col(date_null("until"))
        .col(text("role"))
        .primary_key(
            Index::create()
                .col("alliance_id")
                .col("institution_id")
                .col("since"),
        )
        .foreign_key(&mut reference("alliance_member", "alliance_id", "alliance"))
        .foreign_key(&mut reference(
            "alliance_member",
            "institution_id",
            "institution",
        ))
        .to_owned()
}

fn agreement() -> TableCreateStatement {
    Table::create()
        .table("agreement")
        .col(uuid("id").primary_key())
        .col(integer("version"))
        .col(text("kind"))
        .col(uuid("institution_id"))
        .col(uuid("counterpart_id"))
        .col(text("purpose"))
        .col(integer("round"))
        .col(date("valid_from"))
        .col(date_null("valid_to"))
        .col(text_null("end_reason"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("agreement", "institution_id", "institution"))
        .foreign_key(&mut reference("agreement", "counterpart_id", "institution"))
        .to_owned()
}

fn studio() -> TableCreateStatement {
    Table::create()
        .table("studio")
        .col(uuid("id").primary_key())
        .col(integer("version"))
        .col(text("kind"))
        .col(text("name"))
        .col(uuid("practitioner_id"))
        .col(uuid("home_id"))
        .col(uuid("host_id"))
        .col(json_binary("sessions"))
        .col(date("starts_on"))
        .col(date_null("ends_on"))
        .col(text_null("end_reason"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("studio", "practitioner_id", "practitioner"))
        .foreign_key(&mut reference("studio", "home_id", "institution"))
        .foreign_key(&mut reference("studio", "host_id", "institution"))
        .to_owned()
}
