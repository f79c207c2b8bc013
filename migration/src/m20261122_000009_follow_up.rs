//! Episodes and follow-ups: what a referral follows from, and who looks after the patient then.

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, integer, json_binary_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::helper::{index, reference};

/// Episodes and follow-ups.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in ["previous_id", "episode_id"] {
            let added = Table::alter()
                .table("referral")
                .add_column(uuid_null(column))
                .to_owned();
            manager.alter_table(added).await?;
            manager.create_index(index("referral", &[column])).await?;
        }
        manager.create_table(follow_up()).await?;
        for columns in [["plan_id"], ["referral_id"]] {
            manager.create_index(index("follow_up", &columns)).await?;
        }
        manager.create_table(follow_up_party()).await?;
        for columns in [
            ["follow_up_id"].as_slice(),
            &["scope_id", "due_at", "follow_up_id"],
            &["scope_id", "status", "due_at", "follow_up_id"],
            &["patient_id", "scope_id"],
            &["referral_id", "scope_id"],
            &["episode_id", "scope_id"],
        ] {
            manager
                .create_index(index("follow_up_party", columns))
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["follow_up_party", "follow_up"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        for column in ["previous_id", "episode_id"] {
            manager
                .drop_index(
                    Index::drop()
                        .name(format!("ix_referral_{column}"))
                        .table("referral")
                        .to_owned(),
                )
                .await?;
            let dropped = Table::alter()
                .table("referral")
                .drop_column(column)
                .to_owned();
            manager.alter_table(dropped).await?;
        }
        Ok(())
    }
}

fn follow_up() -> TableCreateStatement {
    Table::create()
        .table("follow_up")
        .col(uuid("id").primary_key())
        .col(integer("version"))
        .col(uuid("plan_id"))
        .col(integer("number"))
        .col(uuid("referral_id"))
        .col(uuid("episode_id"))
        .col(uuid("patient_id"))
        .col(boolean("sensitive"))
        .col(uuid("planner_id"))
        .col(uuid("institution_id"))
        .col(text("template"))
        .col(timestamp_with_time_zone("due_at"))
        .col(text("status"))
        .col(json_binary_null("record"))
        .col(json_binary_null("ending"))
        .col(timestamp_with_time_zone_null("done_at"))
        .col(timestamp_with_time_zone("occurred_at"))
        .col(text_null("open_key").unique_key())
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("follow_up", "referral_id", "referral"))
        .foreign_key(&mut reference("follow_up", "patient_id", "patient"))
        .foreign_key(&mut reference("follow_up", "planner_id", "institution"))
        .foreign_key(&mut reference("follow_up", "institution_id", "institution"))
        .to_owned()
}

fn follow_up_party() -> TableCreateStatement {
    Table::create()
        .table("follow_up_party")
        .col(uuid("scope_id"))
        .col(uuid("follow_up_id"))
        .col(uuid("referral_id"))
        .col(uuid("episode_id"))
        .col(uuid("patient_id"))
        .col(text("basis"))
        .col(timestamp_with_time_zone("since"))
        .col(timestamp_with_time_zone_null("until"))
        .col(boolean("treating"))
        .col(text("status"))
        .col(timestamp_with_time_zone("due_at"))
        .primary_key(Index::create().col("scope_id").col("follow_up_id"))
        .foreign_key(&mut reference(
            "follow_up_party",
            "follow_up_id",
            "follow_up",
        ))
        .to_owned()
}
