//! What is kept of referrals for indicators, by institution and month.

use sea_orm_migration::{
    prelude::*,
    schema::{
        binary_null, json_binary, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    },
};

use crate::helper::{index, reference};

/// What is kept of referrals for indicators.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// Where a month of an institution is counted anew: what arrived from it and there, what it posted, and what was held for its patients.
const INDEXES: [(&str, &[&str]); 4] = [
    ("referral", &["sender_id", "arrived_at"]),
    ("referral", &["receiver_id", "arrived_at"]),
    ("referral", &["sender_id", "submitted_at"]),
    ("hold", &["referral_id"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("indicator_month")
                    .col(uuid("institution_id"))
                    .col(timestamp_with_time_zone("month"))
                    .col(json_binary("counts"))
                    .col(binary_null("answer"))
                    .col(binary_null("arrival"))
                    .col(timestamp_with_time_zone_null("stale_at"))
                    .primary_key(Index::create().col("institution_id").col("month"))
                    .foreign_key(&mut reference(
                        "indicator_month",
                        "institution_id",
                        "institution",
                    ))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("indicator_month", &["stale_at"]))
            .await?;
        for (table, columns) in INDEXES {
            manager.create_index(index(table, columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in INDEXES {
            let name = format!("ix_{table}_{}", columns.join("_"));
            manager
                .drop_index(Index::drop().name(name).table(table).to_owned())
                .await?;
        }
        manager
            .drop_table(Table::drop().table("indicator_month").to_owned())
            .await
    }
}
