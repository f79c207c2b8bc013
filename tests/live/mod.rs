//! What can be followed as it happens: the protocol, the subscriptions, and how they end.

mod end;
mod follow;
mod limit;
mod protocol;
mod share;

use api::record::background;
use tokio::{sync::watch, task::JoinHandle};

use crate::harness::World;

/// Relay and tailer at work, until dropped.
pub struct Live {
    _stop: watch::Sender<bool>,
    _running: JoinHandle<()>,
}

/// Starts relay and tailer, as a serving process does.
pub fn live(w: &World) -> Live {
    let (stop, told) = watch::channel(false);
    Live {
        _stop: stop,
        _running: background::spawn(w.app.clone(), told),
    }
}

/// Until whoever has subscribed is listening.
pub async fn listening() {
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
}
