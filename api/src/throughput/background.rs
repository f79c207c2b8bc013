//! The rollup's tasks: in every process, done by one process at a time.

use std::time::Duration;

use tokio::{sync::watch, task::JoinHandle};

use super::{backlog, rollup};
use crate::{
    app::App,
    record::{background::repeat, lease},
};

/// How long the rollup rests when nothing was placed: until then readers count what it has not come to.
const REST: Duration = Duration::from_secs(1);
/// How long the taking of backlogs rests.
const BACKLOG_REST: Duration = Duration::from_mins(1);

/// Starts them. They end soon after `stop` turns true or its sender is dropped.
#[must_use]
pub fn spawn(app: App, stop: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        tokio::join!(
            repeat(rollup::LEASE, &app, REST, stop.clone(), async |app: App| {
                rollup::rollup_once(&app).await
            }),
            repeat("backlog", &app, BACKLOG_REST, stop, async |app: App| {
                backlog::take_once(&app).await
            }),
        );
        if let Err(error) = lease::release(&app, rollup::LEASE).await {
            tracing::warn!(%error, "the rollup's lease was not given up; it runs out by itself");
        }
    })
}
