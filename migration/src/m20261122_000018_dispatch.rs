//! Dispatches of experts, who sees them, and what the experts did.

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, date, date_null, double, integer, integer_null, json_binary, text, text_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::helper::{index, reference, unique};

/// Dispatches of experts, who sees them, and what the experts did.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(dispatch()).await?;
        manager
            .create_index(unique("dispatch", &["deputy_key"]))
            .await?;
        for columns in [
            &["practitioner_id", "ends_on"][..],
            &["host_id", "starts_on"],
            &["sender_id", "starts_on"],
            &["clock_at"],
        ] {
            manager.create_index(index("dispatch", columns)).await?;
        }
        manager.create_table(dispatch_party()).await?;
        for columns in [
            &["scope_id", "starts_at", "dispatch_id"][..],
            &["scope_id", "ends_at", "dispatch_id"],
            &["dispatch_id"],
        ] {
            manager
                .create_index(index("dispatch_party", columns))
                .await?;
        }
        manager.create_table(dispatch_log()).await?;
        manager
            .create_index(unique(
                "dispatch_log",
                &["dispatch_id", "day", "half", "revision"],
            ))
            .await?;
        manager
            .create_index(index("dispatch_log", &["dispatch_id", "at", "id"]))
            .await?;
        manager
            .create_index(index("slot", &["dispatch_id", "starts_at", "id"]))
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("referral")
                    .add_column(uuid_null("dispatch_id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("referral", &["dispatch_id"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let referrals = Index::drop()
            .name("ix_referral_dispatch_id")
            .table("referral")
            .to_owned();
        manager.drop_index(referrals).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("referral")
                    .drop_column("dispatch_id")
                    .to_owned(),
            )
            .await?;
        let slots = Index::drop()
            .name("ix_slot_dispatch_id_starts_at_id")
            .table("slot")
            .to_owned();
        manager.drop_index(slots).await?;
        for table in ["dispatch_log", "dispatch_party", "dispatch"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

/// The host while its deputy director is there is a unique key: a host has one at a time.
fn dispatch() -> TableCreateStatement {
    Table::create()
        .table("dispatch")
        .col(uuid("id").primary_key())
        .col(integer("version"))
        .col(text("kind"))
        .col(text("status"))
        .col(uuid_null("practitioner_id"))
        .col(uuid_null("sender_id"))
        .col(uuid("host_id"))
        .col(uuid_null("sender_community_id"))
        .col(uuid_null("host_community_id"))
        .col(text_null("specialty"))
        .col(date("starts_on"))
        .col(date("ends_on"))
        .col(json_binary("sessions"))
        .col(uuid_null("studio_id"))
        .col(uuid_null("agreement_id"))
        .col(text_null("goals"))
        .col(uuid_null("approver_id"))
        .col(uuid_null("approved_for_id"))
        .col(timestamp_with_time_zone_null("approved_at"))
        .col(timestamp_with_time_zone_null("checked_in_at"))
        .col(date_null("ended_on"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .col(text_null("reason"))
        .col(integer_null("score"))
        .col(text_null("comment"))
        .col(timestamp_with_time_zone_null("appraised_at"))
        .col(json_binary("grants"))
        .col(uuid_null("deputy_key"))
        .col(timestamp_with_time_zone_null("clock_at"))
        .col(timestamp_with_time_zone("occurred_at"))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference(
            "dispatch",
            "practitioner_id",
            "practitioner",
        ))
        .foreign_key(&mut reference("dispatch", "sender_id", "institution"))
        .foreign_key(&mut reference("dispatch", "host_id", "institution"))
        .to_owned()
}

fn dispatch_party() -> TableCreateStatement {
    Table::create()
        .table("dispatch_party")
        .col(uuid("scope_id"))
        .col(uuid("dispatch_id"))
        .col(text("status"))
        .col(timestamp_with_time_zone("starts_at"))
        .col(timestamp_with_time_zone("ends_at"))
        .primary_key(Index::create().col("scope_id").col("dispatch_id"))
        .foreign_key(&mut reference("dispatch_party", "dispatch_id", "dispatch"))
        .to_owned()
}

fn dispatch_log() -> TableCreateStatement {
    Table::create()
        .table("dispatch_log")
        .col(uuid("id").primary_key())
        .col(uuid("dispatch_id"))
        .col(date("day"))
        .col(text("half"))
        .col(timestamp_with_time_zone("at"))
        .col(integer("revision"))
        .col(timestamp_with_time_zone_null("replaced_at"))
        .col(integer("outpatients"))
        .col(integer("ward_rounds"))
        .col(integer("operations"))
        .col(integer("consultations"))
        .col(double("teaching_hours"))
        .col(integer("teaching_heads"))
        .col(text_null("note"))
        .col(uuid("created_by"))
        .col(boolean("by_expert"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference("dispatch_log", "dispatch_id", "dispatch"))
        .to_owned()
}
