//! The schema, one file a change, the same on SQLite and PostgreSQL. A released file is never edited.

pub use sea_orm_migration::prelude::MigratorTrait;
use sea_orm_migration::{prelude::*, sea_orm::DatabaseConnection};

mod helper;
mod m20261121_000001_network;
mod m20261121_000002_account;
mod m20261121_000003_patient;
mod m20261121_000004_referral;
mod m20261121_000005_record;
mod m20261122_000006_leg;
mod m20261122_000007_clock;
mod m20261122_000008_capacity;
mod m20261122_000009_follow_up;
mod m20261122_000010_conflict;
mod m20261122_000011_file;
mod m20261122_000012_client_key;
mod m20261122_000013_centre;
mod m20261122_000014_order;
mod m20261122_000015_centre_work;
mod m20261122_000016_throughput;
mod m20261122_000017_consultation;
mod m20261122_000018_dispatch;
mod m20261122_000019_alliance;
mod m20261122_000020_supervision;
mod m20261122_000021_family_doctor;
mod m20261122_000022_indicator;
mod m20261122_000023_latest;
mod m20261122_000024_running;
mod sizes;

/// Brings a database to the present schema.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261121_000001_network::Migration),
            Box::new(m20261121_000002_account::Migration),
            Box::new(m20261121_000003_patient::Migration),
            Box::new(m20261121_000004_referral::Migration),
            Box::new(m20261121_000005_record::Migration),
            Box::new(m20261122_000006_leg::Migration),
            Box::new(m20261122_000007_clock::Migration),
            Box::new(m20261122_000008_capacity::Migration),
            Box::new(m20261122_000009_follow_up::Migration),
            Box::new(m20261122_000010_conflict::Migration),
            Box::new(m20261122_000011_file::Migration),
            Box::new(m20261122_000012_client_key::Migration),
            Box::new(m20261122_000013_centre::Migration),
            Box::new(m20261122_000014_order::Migration),
            Box::new(m20261122_000015_centre_work::Migration),
            Box::new(m20261122_000016_throughput::Migration),
            Box::new(m20261122_000017_consultation::Migration),
            Box::new(m20261122_000018_dispatch::Migration),
            Box::new(m20261122_000019_alliance::Migration),
            Box::new(m20261122_000020_supervision::Migration),
            Box::new(m20261122_000021_family_doctor::Migration),
            Box::new(m20261122_000022_indicator::Migration),
            Box::new(m20261122_000023_latest::Migration),
            Box::new(m20261122_000024_running::Migration),
        ]
    }
}

/// Brings a database to the present schema, and tells SQLite what its tables are like.
///
/// # Errors
/// Where the database refuses.
pub async fn migrate(connection: &DatabaseConnection) -> Result<(), DbErr> {
    Migrator::up(connection, None).await?;
    sizes::tell(connection).await
}
