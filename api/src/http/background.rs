//! What a serving process does beside answering.

use tokio::{sync::watch, task::JoinHandle};

use crate::{
    app::App, critical_value, dispatch, family_doctor, file, indicator, network, record, referral,
    throughput,
};

/// The running tasks.
#[derive(Debug)]
pub struct Background {
    stop: watch::Sender<bool>,
    record: JoinHandle<()>,
    files: JoinHandle<()>,
    clock: JoinHandle<()>,
    critical: JoinHandle<()>,
    contracts: JoinHandle<()>,
    dispatch: JoinHandle<()>,
    throughput: JoinHandle<()>,
    indicators: JoinHandle<()>,
    directory: JoinHandle<()>,
}

impl Background {
    /// Starts them.
    #[must_use]
    pub fn start(app: &App) -> Self {
        let (stop, told) = watch::channel(false);
        Self {
            stop,
            clock: referral::background::spawn(app.clone(), told.clone()),
            critical: critical_value::background::spawn(app.clone(), told.clone()),
            contracts: family_doctor::background::spawn(app.clone(), told.clone()),
            dispatch: dispatch::background::spawn(app.clone(), told.clone()),
            throughput: throughput::background::spawn(app.clone(), told.clone()),
            indicators: indicator::background::spawn(app.clone(), told.clone()),
            record: record::background::spawn(app.clone(), told.clone()),
            files: file::sweep::spawn(app.clone(), told),
            directory: tokio::spawn(network::follow::follow(app.clone())),
        }
    }

    /// Lets them finish what they are at.
    pub async fn finish(self) {
        self.directory.abort();
        let _ = self.stop.send(true);
        let _ = self.clock.await;
        let _ = self.critical.await;
        let _ = self.contracts.await;
        let _ = self.dispatch.await;
        let _ = self.throughput.await;
        let _ = self.indicators.await;
        let _ = self.record.await;
        let _ = self.files.await;
    }
}
