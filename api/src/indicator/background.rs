//! The task that keeps the months: in every process, done by one process at a time.

use std::time::Duration;

use tokio::{sync::watch, task::JoinHandle};

use super::rollup;
use crate::{
    app::App,
    record::{background::repeat, lease},
};

/// How long it rests when nothing was placed: until then readers count what it has not come to.
const REST: Duration = Duration::from_secs(2);

/// Starts it. It ends soon after `stop` turns true or its sender is dropped.
#[must_use]
pub fn spawn(app: App, stop: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        repeat(rollup::LEASE, &app, REST, stop, async |app: App| {
            rollup::rollup_once(&app).await
        })
        .await;
        if let Err(error) = lease::release(&app, rollup::LEASE).await {
            tracing::warn!(%error, "the indicators' lease was not given up; it runs out by itself");
        }
    })
}
