//! Critical values, sterile batches, training sessions.

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, boolean_null, date, integer, integer_null, text, text_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::helper::{index, reference, unique};

/// Critical values, sterile batches, training sessions.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(critical_value()).await?;
        for columns in [
            &["order_id"][..],
            &["clock_at"],
            &["centre_id", "raised_at"],
            &["centre_id", "acknowledged_at"],
        ] {
            manager
                .create_index(index("critical_value", columns))
                .await?;
        }
        // What nobody has acknowledged yet, which is little however many there ever were.
        manager
            .create_index(
                Index::create()
                    .name("ix_critical_value_notified")
                    .table("critical_value")
                    .col("centre_id")
                    .col("due_at")
                    .cond_where(Expr::cust("status = 'NOTIFIED'"))
                    .to_owned(),
            )
            .await?;
        manager.create_table(critical_value_party()).await?;
        for columns in [
            &["critical_value_id"][..],
            &["scope_id", "raised_at", "critical_value_id"],
            &["patient_id", "scope_id"],
        ] {
            manager
                .create_index(index("critical_value_party", columns))
                .await?;
        }
        manager.create_table(batch()).await?;
        manager
            .create_index(unique("batch", &["centre_id", "number"]))
            .await?;
        manager.create_table(batch_order()).await?;
        manager
            .create_index(index("batch_order", &["order_id"]))
            .await?;
        manager.create_table(training_session()).await?;
        manager
            .create_index(index("training_session", &["centre_id", "starts_at", "id"]))
            .await?;
        manager
            .create_index(index("training_session", &["starts_at", "id"]))
            .await?;
        manager.create_table(enrolment()).await?;
        manager
            .create_index(index("enrolment", &["practitioner_id"]))
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "enrolment",
            "training_session",
            "batch_order",
            "batch",
            "critical_value_party",
            "critical_value",
        ] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

fn critical_value() -> TableCreateStatement {
    Table::create()
        .table("critical_value")
        .col(uuid("id").primary_key())
        .col(integer("version"))
        .col(uuid("order_id"))
        .col(uuid("centre_id"))
        .col(uuid("patient_id"))
        .col(uuid("requested_by_id"))
        .col(uuid_null("holder_id"))
        .col(text("status"))
        .col(text("finding"))
        .col(text_null("code"))
        .col(integer_null("report_version"))
        .col(uuid_null("raised_by_id"))
        .col(timestamp_with_time_zone("raised_at"))
        .col(timestamp_with_time_zone("due_at"))
        .col(uuid_null("acknowledged_by_id"))
        .col(uuid_null("acknowledged_for_id"))
        .col(timestamp_with_time_zone_null("acknowledged_at"))
        .col(text_null("read_back"))
        .col(text_null("channel"))
        .col(text_null("resolution"))
        .col(timestamp_with_time_zone_null("resolved_at"))
        .col(timestamp_with_time_zone_null("overdue_at"))
        .col(timestamp_with_time_zone_null("escalated_at"))
        .col(timestamp_with_time_zone_null("clock_at"))
        .col(timestamp_with_time_zone("occurred_at"))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("critical_value", "order_id", "centre_order"))
        .foreign_key(&mut reference(
            "critical_value",
            "centre_id",
            "shared_centre",
        ))
        .foreign_key(&mut reference("critical_value", "patient_id", "patient"))
        .to_owned()
}

fn critical_value_party() -> TableCreateStatement {
    Table::create()
        .table("critical_value_party")
        .col(uuid("scope_id"))
        .col(uuid("critical_value_id"))
        .col(uuid("patient_id"))
        .col(uuid("order_id"))
        .col(text("basis"))
        .col(timestamp_with_time_zone("since"))
        .col(boolean("treating"))
        .col(text("status"))
        .col(timestamp_with_time_zone("raised_at"))
        .col(timestamp_with_time_zone("due_at"))
        .primary_key(Index::create().col("scope_id").col("critical_value_id"))
        .foreign_key(&mut reference(
            "critical_value_party",
            "critical_value_id",
            "critical_value",
        ))
        .to_owned()
}

fn batch() -> TableCreateStatement {
    Table::create()
        .table("batch")
        .col(uuid("id").primary_key())
        .col(integer("version"))
        .col(uuid("centre_id"))
        .col(text("number"))
        .col(text("steriliser"))
        .col(timestamp_with_time_zone("processed_at"))
        .col(date("expires_on"))
        .col(timestamp_with_time_zone_null("recalled_at"))
        .col(text_null("reason"))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("batch", "centre_id", "shared_centre"))
        .to_owned()
}

fn batch_order() -> TableCreateStatement {
    Table::create()
        .table("batch_order")
        .col(uuid("batch_id"))
        .col(uuid("order_id"))
        .col(text_null("outcome"))
        .col(timestamp_with_time_zone_null("confirmed_at"))
        .primary_key(Index::create().col("batch_id").col("order_id"))
        .foreign_key(&mut reference("batch_order", "batch_id", "batch"))
        .foreign_key(&mut reference("batch_order", "order_id", "centre_order"))
        .to_owned()
}

fn training_session() -> TableCreateStatement {
    Table::create()
        .table("training_session")
        .col(uuid("id").primary_key())
        .col(integer("version"))
        .col(uuid("centre_id"))
        .col(text("course"))
        .col(uuid_null("trainer_id"))
        .col(timestamp_with_time_zone("starts_at"))
        .col(timestamp_with_time_zone("ends_at"))
        .col(integer("seats"))
        .col(integer("enrolled"))
        .col(boolean("cancelled"))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference(
            "training_session",
            "centre_id",
            "shared_centre",
        ))
        .foreign_key(&mut reference(
            "training_session",
            "trainer_id",
            "practitioner",
        ))
        .to_owned()
}

fn enrolment() -> TableCreateStatement {
    Table::create()
        .table("enrolment")
        .col(uuid("session_id"))
        .col(uuid("practitioner_id"))
        .col(uuid("institution_id"))
        .col(timestamp_with_time_zone_null("attended_at"))
        .col(integer_null("score"))
        .col(boolean_null("passed"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("session_id").col("practitioner_id"))
        .foreign_key(&mut reference(
            "enrolment",
            "session_id",
            "training_session",
        ))
        .foreign_key(&mut reference(
            "enrolment",
            "practitioner_id",
            "practitioner",
        ))
        .to_owned()
}
