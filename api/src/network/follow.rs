//! Keeps the directory of this process up to date with what other processes change.

use std::time::Duration;

use sea_orm::{ConnectionTrait as _, Statement};

use crate::{app::App, error::Result};

/// How often the database is asked.
const PAUSE: Duration = Duration::from_secs(2);

/// Versions grow by one with each change and nothing is ever deleted, so their sum changes with every change, and only then.
const MARK: &str = "SELECT \
    (SELECT COUNT(*) + COALESCE(SUM(version), 0) FROM community) \
  + (SELECT COUNT(*) + COALESCE(SUM(version), 0) FROM institution) \
  + (SELECT COUNT(*) + COALESCE(SUM(version), 0) FROM department) \
  + (SELECT COUNT(*) + COALESCE(SUM(version), 0) FROM shared_centre) \
  + (SELECT COUNT(*) + COALESCE(SUM(version), 0) FROM alliance) \
  + (SELECT COUNT(*) + COALESCE(SUM(version), 0) FROM agreement) \
  + (SELECT COUNT(*) + COALESCE(SUM(version), 0) FROM studio) \
  + (SELECT COUNT(*) + COUNT(revoked_at) FROM account_grant) AS mark";

/// Reads the directory again whenever the registry, a shared centre, what ties institutions together, or who has an account, was changed by another process. Runs until it is dropped.
pub async fn follow(app: App) {
    let mut seen = None;
    let mut every = tokio::time::interval(PAUSE);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        every.tick().await;
        match catch_up(&app, seen).await {
            Ok(mark) => seen = Some(mark),
            Err(error) => tracing::warn!(%error, "the directory could not be followed"),
        }
    }
}

/// Reads the directory again unless the mark is the one that was seen; gives the present one.
pub async fn catch_up(app: &App, seen: Option<i64>) -> Result<i64> {
    let mark = mark(app).await?;
    if seen != Some(mark) {
        app.directory.refresh(&app.db).await?;
    }
    Ok(mark)
}

async fn mark(app: &App) -> Result<i64> {
    let statement = Statement::from_string(app.db.backend(), MARK);
    let row = app.db.reader().query_one_raw(statement).await?;
    let mark = row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?;
    Ok(mark.unwrap_or_default())
}
