//! What shared centres do, counted by the hour: rollups, backlogs, and the hours that each order was counted in.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, binary, binary_null, integer, json_binary, text, text_null,
        timestamp_with_time_zone, uuid, uuid_null,
    },
};

use crate::helper::{index, reference};

/// The orders that something is still expected of. A query that says the same in the same words is served by the index of them alone.
const OPEN: &str = "status IN ('REQUESTED', 'EXAMINED', 'COLLECTED', 'IN_TRANSPORT', 'RECEIVED', 'PROCESSED', 'CLAIMED', 'RETURNED') \
     OR (status = 'REPORTED' AND review = 'REQUIRED')";

/// What shared centres do, counted by the hour.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [cell(), total(), backlog()] {
            manager.create_table(table).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("throughput_trace")
                    .col(uuid("subject_id").primary_key())
                    .col(binary("hours"))
                    .to_owned(),
            )
            .await?;
        // What is counted anew, an hour at a time, beside what the orders' own migration serves.
        manager
            .create_index(index("centre_order", &["centre_id", "delivered_at"]))
            .await?;
        manager
            .create_index(index("enrolment", &["attended_at"]))
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("ix_centre_order_open")
                    .table("centre_order")
                    .col("centre_id")
                    .col("requested_at")
                    .cond_where(Expr::cust(OPEN))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table) in [
            ("ix_centre_order_open", "centre_order"),
            ("ix_enrolment_attended_at", "enrolment"),
            ("ix_centre_order_centre_id_delivered_at", "centre_order"),
        ] {
            manager
                .drop_index(Index::drop().name(name).table(table).to_owned())
                .await?;
        }
        for table in [
            "throughput_trace",
            "throughput_backlog",
            "throughput_total",
            "throughput_cell",
        ] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

/// An hour of a centre by everything that it can be broken down by.
fn cell() -> TableCreateStatement {
    Table::create()
        .table("throughput_cell")
        .col(uuid("centre_id"))
        .col(timestamp_with_time_zone("hour"))
        .col(integer("number"))
        .col(uuid("institution_id"))
        .col(text_null("item_group"))
        .col(text_null("priority"))
        .col(uuid_null("diagnostician_id"))
        .col(json_binary("counts"))
        .col(binary_null("from_request"))
        .col(binary_null("from_start"))
        .col(binary_null("acknowledgement"))
        .primary_key(Index::create().col("centre_id").col("hour").col("number"))
        .foreign_key(&mut reference(
            "throughput_cell",
            "centre_id",
            "shared_centre",
        ))
        .to_owned()
}

/// An hour, day or month of a centre in all.
fn total() -> TableCreateStatement {
    Table::create()
        .table("throughput_total")
        .col(uuid("centre_id"))
        .col(text("unit"))
        .col(timestamp_with_time_zone("starts_at"))
        .col(json_binary("counts"))
        .col(binary("institutions"))
        .col(binary_null("from_request"))
        .col(binary_null("from_start"))
        .col(binary_null("acknowledgement"))
        .primary_key(
            Index::create()
                .col("centre_id")
                .col("unit")
                .col("starts_at"),
        )
        .foreign_key(&mut reference(
            "throughput_total",
            "centre_id",
            "shared_centre",
        ))
        .to_owned()
}

/// What was open at the end of a day.
fn backlog() -> TableCreateStatement {
    Table::create()
        .table("throughput_backlog")
        .col(uuid("centre_id"))
        .col(timestamp_with_time_zone("day"))
        .col(big_integer("open"))
        .col(json_binary("parts"))
        .primary_key(Index::create().col("centre_id").col("day"))
        .foreign_key(&mut reference(
            "throughput_backlog",
            "centre_id",
            "shared_centre",
        ))
        .to_owned()
}
