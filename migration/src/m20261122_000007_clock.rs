//! What the clock looks at, how a referral was entered, and how long a community's receivers may take to answer.

use sea_orm_migration::{
    prelude::*,
    schema::{boolean, integer, integer_null, text_null, timestamp_with_time_zone_null, uuid_null},
};

use crate::helper::{index, unique};

/// What the clock looks at, how a referral was entered, and how long a community's receivers may take to answer.
#[derive(DeriveMigrationName)]
pub struct Migration;

const LIMITS: [&str; 3] = ["emergency_minutes", "urgent_minutes", "routine_minutes"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column a statement.
        for column in [
            timestamp_with_time_zone_null("status_since"),
            timestamp_with_time_zone_null("clock_at"),
            timestamp_with_time_zone_null("overdue_at"),
            integer("marks").default(0).to_owned(),
            boolean("walk_in").default(false).to_owned(),
            timestamp_with_time_zone_null("joined_at"),
            uuid_null("entered_by_id"),
            text_null("entry_external_id"),
            uuid_null("based_on_id"),
        ] {
            add(manager, "referral", column).await?;
        }
        for limit in LIMITS {
            add(manager, "community", integer_null(limit)).await?;
        }
        // Nothing on record tells when a status began but the last change. What is open is looked at by the clock at once, which then
        // notes when it is to look again.
        let connection = manager.get_connection();
        connection
            .execute_unprepared("UPDATE referral SET status_since = updated_at")
            .await?;
        connection
            .execute_unprepared(
                "UPDATE referral SET clock_at = updated_at WHERE status IN \
                 ('SUBMITTED', 'RETURNED', 'ACCEPTED', 'IN_TRANSIT', 'CANCELLATION_REQUESTED', 'REPORTED_BACK')",
            )
            .await?;
        manager
            .create_index(index("referral", &["clock_at"]))
            .await?;
        manager
            .create_index(unique("referral", &["entered_by_id", "entry_external_id"]))
            .await?;
        manager
            .create_index(index(
                "referral",
                &["walk_in", "receiver_id", "sender_id", "arrived_at"],
            ))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in [
            "ix_referral_clock_at",
            "ux_referral_entered_by_id_entry_external_id",
            "ix_referral_walk_in_receiver_id_sender_id_arrived_at",
        ] {
            let index = Index::drop().name(name).table("referral").to_owned();
            manager.drop_index(index).await?;
        }
        let columns = [
            "status_since",
            "clock_at",
            "overdue_at",
            "marks",
            "walk_in",
            "joined_at",
            "entered_by_id",
            "entry_external_id",
            "based_on_id",
        ];
        for column in columns {
            drop(manager, "referral", column).await?;
        }
        for limit in LIMITS {
            drop(manager, "community", limit).await?;
        }
        Ok(())
    }
}

async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    column: ColumnDef,
) -> Result<(), DbErr> {
    manager
        .alter_table(Table::alter().table(table).add_column(column).to_owned())
        .await
}

async fn drop(
    manager: &SchemaManager<'_>,
    table: &'static str,
    column: &'static str,
) -> Result<(), DbErr> {
    manager
        .alter_table(Table::alter().table(table).drop_column(column).to_owned())
        .await
}
