//! What a serving process does beside answering.

use std::time::Duration;

use tokio::{sync::watch, task::JoinHandle};

use crate::{app::App, record};

/// How often what other processes changed in the registry is read again.
const DIRECTORY: Duration = Duration::from_secs(10);

/// The running tasks.
#[derive(Debug)]
pub struct Background {
    stop: watch::Sender<bool>,
    record: JoinHandle<()>,
    directory: JoinHandle<()>,
}

impl Background {
    /// Starts them.
    #[must_use]
    pub fn start(app: &App) -> Self {
        let (stop, told) = watch::channel(false);
        Self {
            stop,
            record: record::background::spawn(app.clone(), told),
            directory: tokio::spawn(refresh_directory(app.clone())),
        }
    }

    /// Lets them finish what they are at.
    pub async fn finish(self) {
        self.directory.abort();
        let _ = self.stop.send(true);
        let _ = self.record.await;
    }
}

async fn refresh_directory(app: App) {
    loop {
        tokio::time::sleep(DIRECTORY).await;
        if let Err(error) = app.directory.refresh(&app.db).await {
            tracing::warn!(%error, "the registry cannot be read");
        }
    }
}
