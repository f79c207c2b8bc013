//! Patients.

use sea_orm_migration::{
    prelude::*,
    schema::{
        binary_null, boolean, date, date_null, integer, text, text_null, timestamp_with_time_zone,
        uuid, uuid_null,
    },
};

use crate::helper::{index, reference};

/// Patients.
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
                    .table("patient")
                    .col(uuid("id").primary_key())
                    .col(text("name"))
                    .col(text("sex"))
                    .col(date_null("birth_date"))
                    .col(text_null("certificate_kind"))
                    .col(binary_null("certificate_cipher"))
                    .col(binary_null("certificate_hash").unique_key())
                    .col(text_null("certificate_mask"))
                    .col(binary_null("phone_cipher"))
                    .col(binary_null("phone_hash"))
                    .col(text_null("address"))
                    .col(text_null("health_record_number").unique_key())
                    .col(text_null("insurance_kind"))
                    .col(boolean("identified"))
                    .col(boolean("provisional"))
                    .col(uuid_null("conflicts_with"))
                    .col(uuid_null("merged_into"))
                    .col(uuid("registered_by"))
                    .col(integer("version"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(&mut reference("patient", "conflicts_with", "patient"))
                    .foreign_key(&mut reference("patient", "merged_into", "patient"))
                    .foreign_key(&mut reference("patient", "registered_by", "institution"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("patient", &["phone_hash"]))
            .await?;
        manager
            .create_index(index("patient", &["conflicts_with"]))
            .await?;
        manager
            .create_index(index("patient", &["registered_by"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("patient_tag")
                    .col(uuid("id").primary_key())
                    .col(uuid("patient_id"))
                    .col(text("tag"))
                    .col(date("starts_on"))
                    .col(date_null("ends_on"))
                    .col(uuid("created_by"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(&mut reference("patient_tag", "patient_id", "patient"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("patient_tag", &["patient_id"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("patient_party")
                    .col(uuid("scope_id"))
                    .col(uuid("patient_id"))
                    .col(timestamp_with_time_zone("since"))
                    .primary_key(Index::create().col("scope_id").col("patient_id"))
                    .foreign_key(&mut reference("patient_party", "patient_id", "patient"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("patient_party", &["patient_id"]))
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("patient_party").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("patient_tag").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("patient").to_owned())
            .await?;
        Ok(())
    }
}
