//! Contracts that run: an index of their own, which serves the clock and nothing else. Whoever asked for the running one of a patient had
//! SQLite read all of them.

use sea_orm_migration::prelude::*;

use crate::helper::index;

/// Contracts that run, by when they end, and all by when they were signed.
#[derive(DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "family_contract";
const RUNNING: &str = "ix_family_contract_running";
/// What led by a status that most contracts have.
const BEFORE: [&str; 2] = ["status", "until"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let running = Index::create()
            .name(RUNNING)
            .table(TABLE)
            .col("until")
            .cond_where(Expr::cust("status = 'RUNNING'"))
            .to_owned();
        manager.create_index(running).await?;
        manager.create_index(index(TABLE, &["created_at"])).await?;
        drop(manager, "ix_family_contract_status_until").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index(TABLE, &BEFORE)).await?;
        drop(manager, "ix_family_contract_created_at").await?;
        drop(manager, RUNNING).await
    }
}

async fn drop(manager: &SchemaManager<'_>, name: &'static str) -> Result<(), DbErr> {
    let index = Index::drop().name(name).table(TABLE).to_owned();
    manager.drop_index(index).await
}
