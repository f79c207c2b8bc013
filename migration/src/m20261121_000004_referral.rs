//! Referrals.

use sea_orm_migration::{
    prelude::*,
    schema::{
        boolean, boolean_null, integer, json_binary, json_binary_null, text, text_null,
        timestamp_with_time_zone, timestamp_with_time_zone_null, uuid, uuid_null,
    },
};

use crate::helper::{index, reference, unique};

/// Referrals.
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
                    .table("referral")
                    .col(uuid("id").primary_key())
                    .col(text("number").unique_key())
                    .col(uuid("poster_id"))
                    .col(text_null("external_id"))
                    .col(integer("version"))
                    .col(text("status"))
                    .col(text_null("direction"))
                    .col(text_null("reach"))
                    .col(text_null("urgency"))
                    .col(boolean("second_hand"))
                    .col(uuid("patient_id"))
                    .col(uuid("sender_id"))
                    .col(uuid_null("sender_department_id"))
                    .col(uuid_null("sender_practitioner_id"))
                    .col(text_null("sender_phone"))
                    .col(uuid_null("receiver_id"))
                    .col(uuid_null("receiver_department_id"))
                    .col(uuid_null("receiver_practitioner_id"))
                    .col(uuid_null("posted_receiver_id"))
                    .col(text_null("posted_category"))
                    .col(text_null("visit_type"))
                    .col(text_null("care_setting"))
                    .col(text_null("reason"))
                    .col(text_null("principal_category"))
                    .col(text_null("principal_code"))
                    .col(boolean("sensitive"))
                    .col(boolean_null("suspected_infection"))
                    .col(text_null("green_channel"))
                    .col(uuid_null("assessor_id"))
                    .col(timestamp_with_time_zone_null("valid_from"))
                    .col(timestamp_with_time_zone_null("valid_to"))
                    .col(timestamp_with_time_zone_null("planned_at"))
                    .col(json_binary("content"))
                    .col(json_binary_null("missing_items"))
                    .col(json_binary_null("rejection"))
                    .col(json_binary_null("report"))
                    .col(json_binary_null("closure"))
                    .col(boolean("accepted"))
                    .col(timestamp_with_time_zone_null("answer_due_at"))
                    .col(text_null("visit_number"))
                    .col(timestamp_with_time_zone_null("departed_at"))
                    .col(timestamp_with_time_zone_null("arrived_at"))
                    .col(timestamp_with_time_zone_null("reported_at"))
                    .col(timestamp_with_time_zone_null("submitted_at"))
                    .col(timestamp_with_time_zone("occurred_at"))
                    .col(text_null("open_key").unique_key())
                    .col(uuid_null("sender_community_id"))
                    .col(uuid_null("receiver_community_id"))
                    .col(uuid("created_by"))
                    .col(timestamp_with_time_zone("created_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .foreign_key(&mut reference("referral", "poster_id", "institution"))
                    .foreign_key(&mut reference("referral", "patient_id", "patient"))
                    .foreign_key(&mut reference("referral", "sender_id", "institution"))
                    .foreign_key(&mut reference(
                        "referral",
                        "sender_department_id",
                        "department",
                    ))
                    .foreign_key(&mut reference(
                        "referral",
                        "sender_practitioner_id",
                        "practitioner",
                    ))
                    .foreign_key(&mut reference("referral", "receiver_id", "institution"))
                    .foreign_key(&mut reference(
                        "referral",
                        "receiver_department_id",
                        "department",
                    ))
                    .foreign_key(&mut reference(
                        "referral",
                        "receiver_practitioner_id",
                        "practitioner",
                    ))
                    .foreign_key(&mut reference("referral", "assessor_id", "practitioner"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("referral", &["patient_id"]))
            .await?;
        manager
            .create_table(
                Table::create()
                    .table("referral_party")
                    .col(uuid("scope_id"))
                    .col(uuid("referral_id"))
                    .col(uuid("patient_id"))
                    .col(text("basis"))
                    .col(timestamp_with_time_zone("since"))
                    .col(timestamp_with_time_zone_null("content_until"))
                    .col(boolean("treating"))
                    .col(text("status"))
                    .col(timestamp_with_time_zone("listed_at"))
                    .col(timestamp_with_time_zone("updated_at"))
                    .col(timestamp_with_time_zone_null("answer_due_at"))
                    .col(timestamp_with_time_zone_null("planned_at"))
                    .primary_key(Index::create().col("scope_id").col("referral_id"))
                    .foreign_key(&mut reference("referral_party", "referral_id", "referral"))
                    .to_owned(),
            )
            .await?;
        manager
            .create_index(index("referral_party", &["referral_id"]))
            .await?;
        manager
            .create_index(unique("referral", &["poster_id", "external_id"]))
            .await?;
        for sort in ["listed_at", "updated_at", "answer_due_at", "planned_at"] {
            manager
                .create_index(index("referral_party", &["scope_id", sort, "referral_id"]))
                .await?;
        }
        manager
            .create_index(index(
                "referral_party",
                &["scope_id", "status", "listed_at", "referral_id"],
            ))
            .await?;
        manager
            .create_index(index("referral_party", &["patient_id", "scope_id"]))
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_table(Table::drop().table("referral_party").to_owned())
            .await?;
        manager
            .drop_table(Table::drop().table("referral").to_owned())
            .await?;
        Ok(())
    }
}
