//! Bed pools, slots and what is held of them.

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, integer, text, timestamp_with_time_zone, timestamp_with_time_zone_null, uuid,
        uuid_null,
    },
};

use crate::helper::{index, reference};

/// Bed pools, slots and what is held of them.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(bed_pool()).await?;
        manager
            .create_index(index("bed_pool", &["institution_id", "id"]))
            .await?;
        manager.create_table(slot()).await?;
        manager
            .create_index(index("slot", &["institution_id", "starts_at", "id"]))
            .await?;
        manager.create_index(index("slot", &["batch_id"])).await?;
        manager.create_table(hold()).await?;
        manager
            .create_index(index("hold", &["bed_pool_id", "since"]))
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("referral")
                    .add_column(uuid_null("hold_id"))
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("referral")
                    .drop_column("hold_id")
                    .to_owned(),
            )
            .await?;
        for table in ["hold", "slot", "bed_pool"] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

/// Holds never fall below nothing nor rise above what there is, whatever the service does.
fn bed_pool() -> TableCreateStatement {
    Table::create()
        .table("bed_pool")
        .col(uuid("id").primary_key())
        .col(uuid("institution_id"))
        .col(uuid_null("department_id"))
        .col(text("kind"))
        .col(integer("total"))
        .col(integer("held"))
        .col(integer("occupied"))
        .col(timestamp_with_time_zone_null("occupied_as_of"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .check(Expr::cust("held >= 0 AND held <= total AND occupied >= 0"))
        .foreign_key(&mut reference("bed_pool", "institution_id", "institution"))
        .foreign_key(&mut reference("bed_pool", "department_id", "department"))
        .to_owned()
}

fn slot() -> TableCreateStatement {
    Table::create()
        .table("slot")
        .col(uuid("id").primary_key())
        .col(uuid("institution_id"))
        .col(uuid_null("department_id"))
        .col(uuid_null("practitioner_id"))
        .col(uuid_null("dispatch_id"))
        .col(timestamp_with_time_zone("starts_at"))
        .col(timestamp_with_time_zone("ends_at"))
        .col(integer("capacity"))
        .col(integer("held"))
        .col(integer("used"))
        .col(boolean("withdrawn"))
        .col(uuid("batch_id"))
        .col(integer("version"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .check(Expr::cust(
            "held >= 0 AND used >= 0 AND held + used <= capacity",
        ))
        .foreign_key(&mut reference("slot", "institution_id", "institution"))
        .foreign_key(&mut reference("slot", "department_id", "department"))
        .foreign_key(&mut reference("slot", "practitioner_id", "practitioner"))
        .to_owned()
}

fn hold() -> TableCreateStatement {
    Table::create()
        .table("hold")
        .col(uuid("id").primary_key())
        .col(uuid_null("referral_id"))
        .col(uuid_null("order_id"))
        .col(uuid_null("bed_pool_id"))
        .col(uuid_null("slot_id"))
        .col(text("state"))
        .col(timestamp_with_time_zone("since"))
        .col(timestamp_with_time_zone("created_at"))
        .check(Expr::cust("(bed_pool_id IS NULL) <> (slot_id IS NULL)"))
        .check(Expr::cust("(referral_id IS NULL) <> (order_id IS NULL)"))
        .foreign_key(&mut reference("hold", "referral_id", "referral"))
        .foreign_key(&mut reference("hold", "bed_pool_id", "bed_pool"))
        .foreign_key(&mut reference("hold", "slot_id", "slot"))
        .to_owned()
}
