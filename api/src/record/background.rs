//! What goes on beside the requests: relay, sealer and sweep, each in every process, each done by one process at a time; and the tailer,
//! which every process has for its own followers.

use std::{future::Future, time::Duration};

use tokio::{sync::watch, task::JoinHandle, time};

use super::{lease, relay, replay, seal, tail};
use crate::{app::App, error::Result};

/// How long the relay rests when nothing waits.
const RELAY_REST: Duration = Duration::from_millis(250);
/// How long the sealer rests; entries are to be sealed within 5 s.
const SEAL_REST: Duration = Duration::from_secs(1);
/// How long the sweep rests.
const SWEEP_REST: Duration = Duration::from_mins(10);

/// Starts it all. It ends soon after `stop` turns true or its sender is dropped, having placed and sealed what was committed before.
#[must_use]
pub fn spawn(app: App, stop: watch::Receiver<bool>) -> JoinHandle<()> {
    tokio::spawn(async move {
        tokio::join!(
            repeat("relay", &app, RELAY_REST, stop.clone(), async |app: App| {
                let placed = relay::relay_once(&app).await?;
                if placed > 0 {
                    app.bus.wake();
                }
                Ok(placed >= relay::BATCH)
            }),
            tail::tail(app.clone(), stop.clone()),
            repeat("sealer", &app, SEAL_REST, stop.clone(), async |app: App| {
                Ok(seal::seal_once(&app).await? >= seal::BATCH)
            }),
            repeat("sweep", &app, SWEEP_REST, stop.clone(), async |app: App| {
                replay::sweep_once(&app).await?;
                Ok(false)
            }),
        );
        for name in [relay::LEASE, seal::LEASE] {
            if let Err(error) = lease::release(&app, name).await {
                tracing::warn!(%error, name, "a lease was not given up; it runs out by itself");
            }
        }
    })
}

/// Works, rests, and works again; without a rest while `work` says that there is more. Once told to stop it works a last time.
pub async fn repeat<F, Fut>(
    task: &str,
    app: &App,
    rest: Duration,
    mut stop: watch::Receiver<bool>,
    work: F,
) where
    F: Fn(App) -> Fut,
    Fut: Future<Output = Result<bool>>,
{
    let mut last = *stop.borrow_and_update();
    loop {
        match work(app.clone()).await {
            Ok(true) => continue,
            Ok(false) => {}
            Err(error) => tracing::warn!(task, %error, "background work failed; it is tried again"),
        }
        if last {
            return;
        }
        tokio::select! {
            () = time::sleep(rest) => {}
            told = stop.changed() => last = told.is_err() || *stop.borrow_and_update(),
        }
    }
}
