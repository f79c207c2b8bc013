//! What belongs to nothing is collected: files that nobody attached within a day, and what is left of those that never arrived whole.

use std::time::Duration as Rest;

use chrono::{DateTime, Duration, Utc};
use entity::file;
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _, Select,
};
use tokio::{sync::watch, task::JoinHandle};
use uuid::Uuid;

use super::{
    service::{ATTACHABLE, loose},
    storage::Storage,
};
use crate::{
    app::App,
    error::Result,
    record::{background::repeat, lease},
};

/// The name of its lease.
pub const LEASE: &str = "files";
/// How many files one pass collects.
const BATCH: u64 = 200;
/// How long it rests.
const REST: Rest = Rest::from_mins(10);
/// A file stays that much longer than it can be attached, so that clocks may differ between processes.
const GRACE: Duration = Duration::hours(1);

/// Starts it. It ends soon after `stop` turns true or its sender is dropped.
#[must_use]
pub fn spawn(app: App, stop: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        repeat("files", &app, REST, stop, async |app: App| {
            Ok(sweep_once(&app).await? >= BATCH)
        })
        .await;
    })
}

/// Collects what one pass takes, if no other process is at it; tells how many files.
///
/// The bytes go first and the row last: whatever is cut short is done again by the next pass. Nothing is attached any more at that age,
/// so nobody gets in between.
pub async fn sweep_once(app: &App) -> Result<u64> {
    let before = app.now() - ATTACHABLE - GRACE;
    let found = app.db.write(async |txn| {
        if lease::take(&txn, app, LEASE).await?.is_none() {
            return Ok(None);
        }
        Ok(Some(orphans(before).all(&*txn).await?))
    });
    let Some(orphans) = found.await? else {
        return Ok(0);
    };
    let storage = Storage::below(&app.settings.data_dir);
    for id in storage.unfinished().await? {
        if began(id).is_some_and(|at| at < before) {
            storage.remove(id).await?;
        }
    }
    for row in &orphans {
        storage.remove(row.id).await?;
    }
    app.db
        .write(async |txn| {
            let gone = orphans.iter().map(|row| row.id);
            file::Entity::delete_many()
                .filter(file::Column::Id.is_in(gone))
                .filter(loose())
                .exec(&*txn)
                .await?;
            Ok(())
        })
        .await?;
    if !orphans.is_empty() {
        tracing::info!(
            files = orphans.len(),
            "files that nobody attached are collected"
        );
    }
    Ok(orphans.len() as u64)
}

/// The statement that finds files that nobody attached, stored before that moment.
#[must_use]
pub fn orphans(before: DateTime<Utc>) -> Select<file::Entity> {
    file::Entity::find()
        .filter(loose())
        .filter(file::Column::CreatedAt.lt(before))
        // Named first, the columns that are null for all of them let the index give the order.
        .order_by_asc(file::Column::ReferralId)
        .order_by_asc(file::Column::OrderId)
        .order_by_asc(file::Column::CreatedAt)
        .limit(BATCH)
}

/// When the file of that id began to arrive: ids carry their time.
fn began(id: Uuid) -> Option<DateTime<Utc>> {
    let (seconds, nanos) = id.get_timestamp()?.to_unix();
    DateTime::from_timestamp(i64::try_from(seconds).ok()?, nanos)
}
