//! What a serving process does beside answering.

use tokio::{sync::watch, task::JoinHandle};

use crate::{app::App, network, record};

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
            directory: tokio::spawn(network::follow::follow(app.clone())),
        }
    }

    /// Lets them finish what they are at.
    pub async fn finish(self) {
        self.directory.abort();
        let _ = self.stop.send(true);
        let _ = self.record.await;
    }
}
