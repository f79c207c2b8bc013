//! Supervision visits, and what institutions report of their months.

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, date, integer, integer_null, json_binary, text, text_null,
        timestamp_with_time_zone, uuid,
    },
};

use crate::helper::{index, reference, unique};

/// Supervision visits, and what institutions report of their months.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(supervision_visit()).await?;
        for columns in [
            &["visited_on", "id"][..],
            &["visited_id", "visited_on"],
            &["visitor_id", "visited_on"],
        ] {
            manager
                .create_index(index("supervision_visit", columns))
                .await?;
        }
        manager.create_table(supervision_revision()).await?;
        manager.create_table(volume_report()).await?;
        manager
            .create_index(unique("volume_report", &["institution_id", "month"]))
            .await?;
        manager
            .create_index(index("volume_report", &["month", "id"]))
            .await?;
        manager.create_table(volume_revision()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            "volume_revision",
            "volume_report",
            "supervision_revision",
            "supervision_visit",
        ] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

/// What can be corrected of a visit.
fn visit(table: &mut TableCreateStatement) -> &mut TableCreateStatement {
    table
        .col(date("visited_on"))
        .col(text("topic"))
        .col(json_binary("visitors"))
        .col(text_null("findings"))
        .col(text_null("advice"))
        .col(boolean("struck"))
}

/// What is counted.
fn counts(table: &mut TableCreateStatement) -> &mut TableCreateStatement {
    table
        .col(integer_null("visits"))
        .col(integer_null("discharges"))
        .col(integer_null("tcm_visits"))
        .col(integer_null("residents"))
        .col(json_binary("residents_by_tag"))
        .col(integer_null("first_contacts_outside"))
        .col(integer_null("outside_visits"))
        .col(integer_null("outside_referred"))
}

fn supervision_visit() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("supervision_visit")
        .col(uuid("id").primary_key())
        .col(integer("version"))
        .col(uuid("visitor_id"))
        .col(uuid("visited_id"));
    visit(&mut table)
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference(
            "supervision_visit",
            "visitor_id",
            "institution",
        ))
        .foreign_key(&mut reference(
            "supervision_visit",
            "visited_id",
            "institution",
        ))
        .to_owned()
}

fn supervision_revision() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("supervision_revision")
        .col(uuid("visit_id"))
        .col(integer("version"));
    visit(&mut table)
        .col(text_null("reason"))
        .col(uuid("account_id"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("visit_id").col("version"))
        .foreign_key(&mut reference(
            "supervision_revision",
            "visit_id",
            "supervision_visit",
        ))
        .to_owned()
}

fn volume_report() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("volume_report")
        .col(uuid("id").primary_key())
        .col(integer("version"))
        .col(uuid("institution_id"))
        .col(date("month"));
    counts(&mut table)
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference(
            "volume_report",
            "institution_id",
            "institution",
        ))
        .to_owned()
}

fn volume_revision() -> TableCreateStatement {
    let mut table = Table::create();
    table
        .table("volume_revision")
        .col(uuid("report_id"))
        .col(integer("version"));
    counts(&mut table)
        .col(text_null("reason"))
        .col(uuid("account_id"))
        .col(timestamp_with_time_zone("created_at"))
        .primary_key(Index::create().col("report_id").col("version"))
        .foreign_key(&mut reference(
            "volume_revision",
            "report_id",
            "volume_report",
        ))
        .to_owned()
}
