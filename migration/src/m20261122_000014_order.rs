//! Orders to shared centres, who sees them, their specimens and reports.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, boolean, integer, json_binary, json_binary_null, text, text_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::helper::{index, reference, unique};

/// Orders to shared centres, who sees them, their specimens and reports.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(specimen()).await?;
        manager
            .create_index(unique("specimen", &["centre_id", "barcode"]))
            .await?;
        manager.create_table(order()).await?;
        manager
            .create_index(unique("centre_order", &["requested_by_id", "external_id"]))
            .await?;
        for columns in [
            &["referral_id"][..],
            &["specimen_id"],
            &["report_id"],
            // What could be recognised.
            &["patient_id", "item_code", "is_final"],
        ] {
            manager.create_index(index("centre_order", columns)).await?;
        }
        // Who was the first of a requisition to be reported. With less than all of it SQLite looks through the whole centre instead.
        let mut first = index(
            "centre_order",
            &["requisition", "centre_id", "requested_by_id"],
        );
        first
            .name("ix_centre_order_requisition")
            .col("reported_at")
            .col("id");
        manager.create_index(first).await?;
        // What throughput counts anew, an hour at a time.
        for counted in [
            "requested_at",
            "received_at",
            "reported_at",
            "reviewed_at",
            "recognised_at",
            "cancelled_at",
        ] {
            manager
                .create_index(index("centre_order", &["centre_id", counted]))
                .await?;
        }
        manager.create_table(party()).await?;
        manager
            .create_index(index("order_party", &["order_id"]))
            .await?;
        for columns in [
            &["scope_id", "listed_at", "order_id"][..],
            &["scope_id", "updated_at", "order_id"],
            &["scope_id", "due_at", "order_id"],
            &["scope_id", "status", "listed_at", "order_id"],
            &["patient_id", "scope_id"],
            &["referral_id", "scope_id"],
        ] {
            manager.create_index(index("order_party", columns)).await?;
        }
        manager.create_table(returned()).await?;
        manager
            .create_index(index("order_return", &["centre_id", "returned_at"]))
            .await?;
        manager
            .create_index(index("order_return", &["order_id"]))
            .await?;
        manager.create_table(order_specimen()).await?;
        manager
            .create_index(index("order_specimen", &["specimen_id"]))
            .await?;
        manager.create_table(report()).await?;
        manager
            .alter_table(
                Table::alter()
                    .table("file")
                    .add_column(uuid_null("order_id"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("file", &["order_id", "created_at"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(
                Index::drop()
                    .name("ix_file_order_id_created_at")
                    .table("file")
                    .to_owned(),
            )
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("file")
                    .drop_column("order_id")
                    .to_owned(),
            )
            .await?;
        for table in [
            "report",
            "order_specimen",
            "order_return",
            "order_party",
            "centre_order",
            "specimen",
        ] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

fn order() -> TableCreateStatement {
    Table::create()
        .table("centre_order")
        .col(uuid("id").primary_key())
        .col(text("number").unique_key())
        .col(text("requisition"))
        .col(text_null("external_id"))
        .col(integer("version"))
        .col(text("status"))
        .col(text_null("status_before"))
        .col(text("priority"))
        .col(uuid("centre_id"))
        .col(text("kind"))
        .col(uuid("host_id"))
        .col(uuid("item_id"))
        .col(text("item_code"))
        .col(text("item_group"))
        .col(text_null("specimen_kind"))
        .col(text("review"))
        .col(integer("target_minutes"))
        .col(uuid_null("patient_id"))
        .col(uuid("requested_by_id"))
        .col(uuid_null("department_id"))
        .col(uuid_null("requester_id"))
        .col(uuid_null("referral_id"))
        .col(json_binary("content"))
        .col(uuid_null("specimen_id"))
        .col(uuid_null("claimed_by_id"))
        .col(uuid_null("claimed_account_id"))
        .col(timestamp_with_time_zone_null("planned_at"))
        .col(uuid_null("hold_id"))
        .col(timestamp_with_time_zone_null("started_at"))
        .col(timestamp_with_time_zone_null("paused_at"))
        .col(big_integer("paused_ms"))
        .col(timestamp_with_time_zone_null("due_at"))
        .col(timestamp_with_time_zone("requested_at"))
        .col(timestamp_with_time_zone_null("examined_at"))
        .col(timestamp_with_time_zone_null("collected_at"))
        .col(timestamp_with_time_zone_null("received_at"))
        .col(timestamp_with_time_zone_null("processed_at"))
        .col(timestamp_with_time_zone_null("delivered_at"))
        .col(timestamp_with_time_zone_null("reported_at"))
        .col(timestamp_with_time_zone_null("reviewed_at"))
        .col(timestamp_with_time_zone_null("recognised_at"))
        .col(timestamp_with_time_zone_null("cancelled_at"))
        .col(uuid_null("report_id"))
        .col(boolean("is_final"))
        .col(json_binary_null("recognition"))
        .col(json_binary_null("returned"))
        .col(boolean("recalled"))
        .col(uuid_null("community_id"))
        .col(timestamp_with_time_zone("occurred_at"))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("centre_order", "centre_id", "shared_centre"))
        .foreign_key(&mut reference("centre_order", "item_id", "catalogue_item"))
        .foreign_key(&mut reference("centre_order", "patient_id", "patient"))
        .foreign_key(&mut reference(
            "centre_order",
            "requested_by_id",
            "institution",
        ))
        .foreign_key(&mut reference(
            "centre_order",
            "department_id",
            "department",
        ))
        .foreign_key(&mut reference(
            "centre_order",
            "requester_id",
            "practitioner",
        ))
        .foreign_key(&mut reference("centre_order", "referral_id", "referral"))
        .foreign_key(&mut reference("centre_order", "specimen_id", "specimen"))
        .foreign_key(&mut reference(
            "centre_order",
            "claimed_by_id",
            "practitioner",
        ))
        .to_owned()
}

fn party() -> TableCreateStatement {
    Table::create()
        .table("order_party")
        .col(uuid("scope_id"))
        .col(uuid("order_id"))
        .col(uuid_null("patient_id"))
        .col(uuid_null("referral_id"))
        .col(text("basis"))
        .col(timestamp_with_time_zone("since"))
        .col(timestamp_with_time_zone_null("until"))
        .col(boolean("treating"))
        .col(text("status"))
        .col(timestamp_with_time_zone("listed_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .col(timestamp_with_time_zone_null("due_at"))
        .primary_key(Index::create().col("scope_id").col("order_id"))
        .foreign_key(&mut reference("order_party", "order_id", "centre_order"))
        .to_owned()
}

fn returned() -> TableCreateStatement {
    Table::create()
        .table("order_return")
        .col(uuid("id").primary_key())
        .col(uuid("order_id"))
        .col(uuid("centre_id"))
        .col(text("reason"))
        .col(timestamp_with_time_zone("returned_at"))
        .foreign_key(&mut reference("order_return", "order_id", "centre_order"))
        .to_owned()
}

fn specimen() -> TableCreateStatement {
    Table::create()
        .table("specimen")
        .col(uuid("id").primary_key())
        .col(uuid("centre_id"))
        .col(text("barcode"))
        .col(uuid("patient_id"))
        .col(text("kind"))
        .col(timestamp_with_time_zone("collected_at"))
        .col(uuid_null("collector_id"))
        .col(timestamp_with_time_zone_null("fixed_at"))
        .col(timestamp_with_time_zone_null("sent_at"))
        .col(text_null("transport"))
        .col(timestamp_with_time_zone_null("received_at"))
        .col(text_null("rejected"))
        .col(timestamp_with_time_zone("created_at"))
        .foreign_key(&mut reference("specimen", "centre_id", "shared_centre"))
        .foreign_key(&mut reference("specimen", "patient_id", "patient"))
        .foreign_key(&mut reference("specimen", "collector_id", "practitioner"))
        .to_owned()
}

fn order_specimen() -> TableCreateStatement {
    Table::create()
        .table("order_specimen")
        .col(uuid("order_id"))
        .col(uuid("specimen_id"))
        .primary_key(Index::create().col("order_id").col("specimen_id"))
        .foreign_key(&mut reference("order_specimen", "order_id", "centre_order"))
        .foreign_key(&mut reference("order_specimen", "specimen_id", "specimen"))
        .to_owned()
}

fn report() -> TableCreateStatement {
    Table::create()
        .table("report")
        .col(uuid("id"))
        .col(integer("version"))
        .col(boolean("preliminary"))
        .col(json_binary("findings"))
        .col(text_null("reason"))
        .col(uuid_null("reporter_id"))
        .col(uuid("reported_by"))
        .col(timestamp_with_time_zone("reported_at"))
        .col(uuid_null("reviewer_id"))
        .col(timestamp_with_time_zone_null("reviewed_at"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("id").col("version"))
        .foreign_key(&mut reference("report", "reporter_id", "practitioner"))
        .foreign_key(&mut reference("report", "reviewer_id", "practitioner"))
        .to_owned()
}
