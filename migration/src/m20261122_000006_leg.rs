//! Legs of referrals: each time that a receiver gets one; and what sending on and cancelling keep of a referral.

use sea_orm_migration::{
    prelude::*,
    schema::{
        integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
    },
};

use crate::helper::{reference, unique};

/// Legs of referrals.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            integer("leg").default(0).to_owned(),
            integer("hops").default(0).to_owned(),
            text_null("status_before"),
        ] {
            manager
                .alter_table(
                    Table::alter()
                        .table("referral")
                        .add_column(column)
                        .to_owned(),
                )
                .await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("referral_leg")
                    .col(uuid("id").primary_key())
                    .col(uuid("referral_id"))
                    .col(integer("number"))
                    .col(uuid("receiver_id"))
                    .col(text("urgency"))
                    .col(timestamp_with_time_zone("started_at"))
                    .col(timestamp_with_time_zone("counts_from"))
                    .col(timestamp_with_time_zone_null("due_at"))
                    .col(timestamp_with_time_zone_null("answered_at"))
                    .col(text_null("answer"))
                    .col(timestamp_with_time_zone_null("ended_at"))
                    .col(timestamp_with_time_zone_null("overdue_at"))
                    .col(timestamp_with_time_zone_null("escalated_at"))
                    .foreign_key(&mut reference("referral_leg", "referral_id", "referral"))
                    .foreign_key(&mut reference("referral_leg", "receiver_id", "institution"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(unique("referral_leg", &["referral_id", "number"]))
            .await?;
        // What waits for its answer now has a leg from its posting on; of what was answered before, nobody wrote down when.
        let waiting = "status IN ('SUBMITTED', 'IN_TRANSIT') AND accepted = FALSE AND urgency IS NOT NULL AND receiver_id IS NOT NULL \
                       AND submitted_at IS NOT NULL";
        let connection = manager.get_connection();
        connection
            .execute_unprepared(&format!(
                "INSERT INTO referral_leg (id, referral_id, number, receiver_id, urgency, started_at, counts_from, due_at) \
                 SELECT id, id, 1, receiver_id, urgency, submitted_at, submitted_at, answer_due_at FROM referral WHERE {waiting}"
            ))
            .await?;
        connection
            .execute_unprepared(&format!("UPDATE referral SET leg = 1 WHERE {waiting}"))
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("referral_leg").to_owned())
            .await?;
        for column in ["leg", "hops", "status_before"] {
            manager
                .alter_table(
                    Table::alter()
                        .table("referral")
                        .drop_column(column)
                        .to_owned(),
                )
                .await?;
        }
        Ok(())
    }
}
