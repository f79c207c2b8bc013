//! What is read from the database for monitors: once in a while, whoever asks, and never for long.

use std::time::Duration;

use prometheus::{Registry, proto::MetricFamily};
use tokio::{
    sync::Mutex,
    time::{self, Instant},
};

use super::gauge;
use crate::{app::App, critical_value, error::Result, record, throughput};

/// For how long what was read is told again.
const KEPT: Duration = Duration::from_secs(5);
/// How long the database may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// Puts what the domains know of themselves into the registry: a line for each domain, which keeps its figures in a `figure` of its own.
async fn read(app: &App, registry: &Registry) -> Result<()> {
    record::figure::read(app, registry).await?;
    throughput::metrics::read(app, registry).await?;
    critical_value::figure::read(app, registry).await
}

/// What was read last, and when.
#[derive(Default)]
pub(super) struct Latest(Mutex<Option<(Instant, Vec<MetricFamily>)>>);

impl Latest {
    /// What was read just now. Of several who ask at once, one asks the database.
    pub(super) async fn families(&self, app: &App) -> Vec<MetricFamily> {
        let mut latest = self.0.lock().await;
        if let Some((at, families)) = &*latest
            && at.elapsed() < KEPT
        {
            return families.clone();
        }
        let families = ask(app).await.gather();
        *latest = Some((Instant::now(), families.clone()));
        families
    }
}

/// What the database says, and whether it says anything.
async fn ask(app: &App) -> Registry {
    let registry = Registry::new();
    let failed = match time::timeout(PATIENCE, read(app, &registry)).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some("it took too long".to_owned()),
    };
    // Half of what was asked for is not told.
    let registry = if let Some(fault) = &failed {
        tracing::warn!(fault, "the database did not answer for a monitor");
        Registry::new()
    } else {
        registry
    };
    gauge(
        &registry,
        "liandong_database_up",
        "Whether the database has answered in time; where it has not, what is read from it is left out.",
    )
    .set(failed.is_none().into());
    registry
}
