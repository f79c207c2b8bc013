//! Accounts, grants, sessions and signing keys.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, binary, binary_null, boolean, integer, text, text_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::helper::{index, reference};

/// Accounts, grants, sessions and signing keys.
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
                    .table("account")
                    .col(uuid("id").primary_key())
                    .col(text("kind"))
                    .col(text("name").unique_key())
                    .col(text("display_name"))
                    .col(uuid_null("practitioner_id"))
                    .col(text("secret_hash"))
                    .col(boolean("must_change_password"))
                    .col(integer("failed_attempts"))
                    .col(timestamp_with_time_zone_null("locked_until"))
                    .col(binary_null("totp_cipher"))
                    .col(boolean("totp_confirmed"))
                    .col(big_integer("totp_step"))
                    .col(boolean("active"))
                    .col(integer("version"))
                    .col(uuid_null("created_by"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(&mut reference("account", "practitioner_id", "practitioner"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("account_grant")
                    .col(uuid("id").primary_key())
                    .col(uuid("account_id"))
                    .col(text("role"))
                    .col(text("scope_kind"))
                    .col(uuid_null("institution_id"))
                    .col(uuid_null("department_id"))
                    .col(uuid_null("community_id"))
                    .col(text_null("region"))
                    .col(timestamp_with_time_zone("valid_from"))
                    .col(timestamp_with_time_zone_null("valid_to"))
                    .col(uuid_null("granted_by"))
                    .col(timestamp_with_time_zone_null("revoked_at"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(&mut reference("account_grant", "account_id", "account"))
                    .foreign_key(&mut reference(
                        "account_grant",
                        "institution_id",
                        "institution",
                    ))
                    .foreign_key(&mut reference(
                        "account_grant",
                        "department_id",
                        "department",
                    ))
                    .foreign_key(&mut reference("account_grant", "community_id", "community"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("account_grant", &["account_id"]))
            .await?;
        manager
            .create_index(index("account_grant", &["institution_id"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("session")
                    .col(uuid("id").primary_key())
                    .col(uuid("account_id"))
                    .col(uuid("grant_id"))
                    .col(text_null("refresh_hash").unique_key())
                    .col(text_null("previous_hash"))
                    .col(timestamp_with_time_zone("expires_at"))
                    .col(timestamp_with_time_zone_null("revoked_at"))
                    .col(timestamp_with_time_zone("created_at"))
                    .foreign_key(&mut reference("session", "account_id", "account"))
                    .foreign_key(&mut reference("session", "grant_id", "account_grant"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("session", &["account_id"]))
            .await?;
        manager
            .create_index(index("session", &["previous_hash"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("signing_key")
                    .col(uuid("id").primary_key())
                    .col(binary("private_cipher"))
                    .col(binary("public_key"))
                    .col(boolean("active"))
                    .col(timestamp_with_time_zone_null("expires_at"))
                    .col(timestamp_with_time_zone("created_at"))
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("signing_key").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("session").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("account_grant").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("account").to_owned())
            .await?;
        Ok(())
    }
}
