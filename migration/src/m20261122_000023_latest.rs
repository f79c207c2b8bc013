//! Visits and reports of one institution, the latest first: ids settle the ties, so that a page is read as it lies.

use sea_orm_migration::prelude::*;

use crate::helper::index;

/// Visits and reports of one institution, the latest first.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// What a page of one institution is read from.
const INDEXES: [(&str, &[&str]); 3] = [
    ("supervision_visit", &["visited_id", "visited_on", "id"]),
    ("supervision_visit", &["visitor_id", "visited_on", "id"]),
    ("volume_report", &["institution_id", "month", "id"]),
];

/// What the longer ones serve as well.
const BEFORE: [(&str, &[&str]); 2] = [
    ("supervision_visit", &["visited_id", "visited_on"]),
    ("supervision_visit", &["visitor_id", "visited_on"]),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, &BEFORE, &INDEXES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        replace(manager, &INDEXES, &BEFORE).await
    }
}

async fn replace(
    manager: &SchemaManager<'_>,
    old: &[(&'static str, &[&str])],
    new: &[(&'static str, &[&str])],
) -> Result<(), DbErr> {
    for (table, columns) in new {
        manager.create_index(index(table, columns)).await?;
    }
    for (table, columns) in old {
        let name = format!("ix_{table}_{}", columns.join("_"));
        manager
            .drop_index(Index::drop().name(name).table(*table).to_owned())
            .await?;
    }
    Ok(())
}
