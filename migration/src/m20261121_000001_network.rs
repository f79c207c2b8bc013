//! The network registry.

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, date_null, double_null, integer, integer_null, json_binary, text, text_null,
        timestamp_with_time_zone, uuid, uuid_null,
    },
};

use crate::helper::{index, reference, unique};

/// The network registry.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    #[expect(clippy::too_many_lines, reason = "one statement a table, top down")]
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("community")
                    .col(uuid("id").primary_key())
                    .col(text("name"))
                    .col(text("region"))
                    .col(boolean("tight_knit"))
                    .col(text_null("pilot_level"))
                    .col(integer("version"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("institution")
                    .col(uuid("id").primary_key())
                    .col(text("code").unique_key())
                    .col(text("name"))
                    .col(text("tier"))
                    .col(text("type_code"))
                    .col(text("status"))
                    .col(date_null("status_since"))
                    .col(uuid_null("community_id"))
                    .col(uuid_null("managed_by"))
                    .col(text_null("credit_code"))
                    .col(text_null("region"))
                    .col(text_null("address"))
                    .col(double_null("latitude"))
                    .col(double_null("longitude"))
                    .col(text_null("phone"))
                    .col(integer_null("level"))
                    .col(text_null("grade"))
                    .col(text_null("functional_class"))
                    .col(boolean("sub_centre"))
                    .col(boolean("outside_district"))
                    .col(boolean("insurer_designated"))
                    .col(integer_null("surgery_ceiling"))
                    .col(json_binary("facilities"))
                    .col(json_binary("equipment"))
                    .col(json_binary("ratings"))
                    .col(integer("version"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(&mut reference("institution", "community_id", "community"))
                    .foreign_key(&mut reference("institution", "managed_by", "institution"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("community_lead")
                    .col(uuid("community_id"))
                    .col(uuid("hospital_id"))
                    .primary_key(Index::create().col("community_id").col("hospital_id"))
                    .foreign_key(&mut reference(
                        "community_lead",
                        "community_id",
                        "community",
                    ))
                    .foreign_key(&mut reference(
                        "community_lead",
                        "hospital_id",
                        "institution",
                    ))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("institution", &["community_id"]))
            .await?;
        manager
            .create_index(index("institution", &["managed_by"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("radiation")
                    .col(uuid("sub_centre_id"))
                    .col(uuid("institution_id"))
                    .primary_key(Index::create().col("sub_centre_id").col("institution_id"))
                    .foreign_key(&mut reference("radiation", "sub_centre_id", "institution"))
                    .foreign_key(&mut reference("radiation", "institution_id", "institution"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("radiation", &["institution_id"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("capability")
                    .col(uuid("institution_id"))
                    .col(text("category"))
                    .primary_key(Index::create().col("institution_id").col("category"))
                    .foreign_key(&mut reference(
                        "capability",
                        "institution_id",
                        "institution",
                    ))
                    .to_owned(),
            )
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("department")
                    .col(uuid("id").primary_key())
                    .col(uuid("institution_id"))
                    .col(text("code"))
                    .col(text("name"))
                    .col(text("specialty"))
                    .col(boolean("active"))
                    .col(integer("version"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(&mut reference(
                        "department",
                        "institution_id",
                        "institution",
                    ))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(unique("department", &["institution_id", "code"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("practitioner")
                    .col(uuid("id").primary_key())
                    .col(uuid("institution_id"))
                    .col(uuid_null("department_id"))
                    .col(text("code"))
                    .col(text("name"))
                    .col(text("qualification"))
                    .col(text_null("title"))
                    .col(json_binary("specialties"))
                    .col(text_null("licence_number"))
                    .col(date_null("licence_until"))
                    .col(boolean("active"))
                    .col(integer("version"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(&mut reference(
                        "practitioner",
                        "institution_id",
                        "institution",
                    ))
                    .foreign_key(&mut reference(
                        "practitioner",
                        "department_id",
                        "department",
                    ))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(unique("practitioner", &["institution_id", "code"]))
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("practitioner").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("department").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("capability").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("radiation").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("community_lead").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("institution").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("community").to_owned())
            .await?;
        Ok(())
    }
}
