//! The clock's task: in every process, done by one process at a time.

use std::time::Duration;

use tokio::{sync::watch, task::JoinHandle};

use super::clock;
use crate::{
    app::App,
    record::{background::repeat, lease},
};

/// How long the clock rests.
const REST: Duration = Duration::from_secs(15);

/// Starts it. It ends soon after `stop` turns true or its sender is dropped.
#[must_use]
pub fn spawn(app: App, stop: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        repeat(clock::LEASE, &app, REST, stop, async |app: App| {
            clock::strike_once(&app).await
        })
        .await;
        if let Err(error) = lease::release(&app, clock::LEASE).await {
            tracing::warn!(%error, "the clock's lease was not given up; it runs out by itself");
        }
    })
}
