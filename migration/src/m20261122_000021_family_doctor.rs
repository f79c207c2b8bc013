//! Family doctors: teams and who belongs to them, service packages, contracts and who sees those.

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, date, integer, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::helper::{index, reference, unique};

/// Family doctors: teams and who belongs to them, service packages, contracts and who sees those.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(team()).await?;
        manager.create_table(member()).await?;
        manager.create_table(package()).await?;
        manager.create_table(contract()).await?;
        manager.create_table(contract_party()).await?;
        for (table, columns) in [
            ("family_team", &["institution_id", "name", "id"][..]),
            ("family_team", &["name", "id"]),
            ("family_member", &["team_id"]),
            ("family_member", &["practitioner_id"]),
            ("family_contract", &["patient_id"]),
            ("family_contract", &["team_id", "begins_at"]),
            ("family_contract", &["institution_id", "begins_at"]),
            ("family_contract", &["status", "until"]),
            ("family_contract", &["previous_id"]),
            ("family_contract_party", &["contract_id"]),
            (
                "family_contract_party",
                &["scope_id", "signed_at", "contract_id"],
            ),
            ("family_contract_party", &["patient_id", "scope_id"]),
        ] {
            manager.create_index(index(table, columns)).await?;
        }
        for (table, columns) in [
            ("family_member", &["open_key"][..]),
            ("family_package", &["institution_id", "code"]),
            ("family_contract", &["open_key"]),
        ] {
            manager.create_index(unique(table, columns)).await?;
        }
        for (table, column) in added() {
            let added = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(added).await?;
        }
        for (table, columns) in [
            ("follow_up", &["team_id"][..]),
            ("follow_up", &["patient_id"]),
            ("account_grant", &["team_id"]),
        ] {
            manager.create_index(index(table, columns)).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, columns) in [
            ("follow_up", &["team_id"][..]),
            ("follow_up", &["patient_id"]),
            ("account_grant", &["team_id"]),
        ] {
            let name = format!("ix_{table}_{}", columns.join("_"));
            manager
                .drop_index(Index::drop().name(name).table(table).to_owned())
                .await?;
        }
        for (table, column) in added() {
            let name = Alias::new(column.get_column_name());
            let dropped = Table::alter().table(table).drop_column(name).to_owned();
            manager.alter_table(dropped).await?;
        }
        for table in [
            "family_contract_party",
            "family_contract",
            "family_package",
            "family_member",
            "family_team",
        ] {
            manager
                .drop_table(Table::drop().table(table).to_owned())
                .await?;
        }
        Ok(())
    }
}

/// What other tables say of teams.
fn added() -> Vec<(&'static str, ColumnDef)> {
    vec![
        ("account_grant", uuid_null("team_id")),
        ("referral", uuid_null("family_team_id")),
        ("referral", uuid_null("family_centre_id")),
        ("referral", timestamp_with_time_zone_null("family_until")),
        ("follow_up", uuid_null("team_id")),
        ("follow_up", uuid_null("led_to_id")),
    ]
}

fn team() -> TableCreateStatement {
    Table::create()
        .table("family_team")
        .col(uuid("id").primary_key())
        .col(integer("version"))
        .col(uuid("institution_id"))
        .col(text("name"))
        .col(text_null("phone"))
        .col(boolean("active"))
        .col(timestamp_with_time_zone_null("ended_at"))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference(
            "family_team",
            "institution_id",
            "institution",
        ))
        .to_owned()
}

fn member() -> TableCreateStatement {
    Table::create()
        .table("family_member")
        .col(uuid("id").primary_key())
        .col(uuid("team_id"))
        .col(uuid("practitioner_id"))
        .col(uuid("institution_id"))
        .col(text("tier"))
        .col(boolean("leader"))
        .col(timestamp_with_time_zone("since"))
        .col(timestamp_with_time_zone_null("until"))
        .col(text_null("open_key"))
        .foreign_key(&mut reference("family_member", "team_id", "family_team"))
        .foreign_key(&mut reference(
            "family_member",
            "practitioner_id",
            "practitioner",
        ))
        .to_owned()
}

fn package() -> TableCreateStatement {
    Table::create()
        .table("family_package")
        .col(uuid("id").primary_key())
        .col(integer("version"))
        .col(uuid("institution_id"))
        .col(text("code"))
        .col(text("name"))
        .col(text("content"))
        .col(integer("fee"))
        .col(boolean("active"))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference(
            "family_package",
            "institution_id",
            "institution",
        ))
        .to_owned()
}

fn contract() -> TableCreateStatement {
    Table::create()
        .table("family_contract")
        .col(uuid("id").primary_key())
        .col(integer("version"))
        .col(uuid("team_id"))
        .col(uuid("institution_id"))
        .col(uuid("patient_id"))
        .col(uuid("package_id"))
        .col(uuid("signed_by_id"))
        .col(text("status"))
        .col(date("starts_on"))
        .col(date("ends_on"))
        .col(timestamp_with_time_zone("begins_at"))
        .col(timestamp_with_time_zone("until"))
        .col(text_null("end_reason"))
        .col(text_null("note"))
        .col(uuid_null("previous_id"))
        .col(text_null("open_key"))
        .col(uuid("created_by"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("updated_at"))
        .foreign_key(&mut reference("family_contract", "team_id", "family_team"))
        .foreign_key(&mut reference("family_contract", "patient_id", "patient"))
        .foreign_key(&mut reference(
            "family_contract",
            "package_id",
            "family_package",
        ))
        .to_owned()
}

fn contract_party() -> TableCreateStatement {
    Table::create()
        .table("family_contract_party")
        .col(uuid("scope_id"))
        .col(uuid("contract_id"))
        .col(uuid("patient_id"))
        .col(text("basis"))
        .col(timestamp_with_time_zone("since"))
        .col(timestamp_with_time_zone("until"))
        .col(boolean("treating"))
        .col(text("status"))
        .col(timestamp_with_time_zone("signed_at"))
        .col(date("ends_on"))
        .primary_key(Index::create().col("scope_id").col("contract_id"))
        .foreign_key(&mut reference(
            "family_contract_party",
            "contract_id",
            "family_contract",
        ))
        .to_owned()
}
