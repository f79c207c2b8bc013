//! How the tailer of this process tells its followers, scope by scope, what was placed in the feed.
//!
//! What is told is that something happened, never what an object is like: whoever is told reads that as the service shows it to them.

use std::{
    collections::{BTreeSet, HashMap},
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::{Notify, broadcast};
use uuid::Uuid;

use super::changes::Change;

/// How many changes of its scope a follower may lag behind before it has to read the feed itself.
const QUEUE: usize = 256;

/// The followers of this process.
#[derive(Default)]
pub struct Bus {
    scopes: Mutex<HashMap<Uuid, broadcast::Sender<Arc<Change>>>>,
    placed: Notify,
}

impl Bus {
    /// Hears of every change that the tailer comes upon from now on in that scope.
    #[must_use]
    pub fn listen(&self, scope: Uuid) -> broadcast::Receiver<Arc<Change>> {
        let mut scopes = self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        let channel = scopes
            .entry(scope)
            .or_insert_with(|| broadcast::channel(QUEUE).0);
        channel.subscribe()
    }

    /// Tells the followers of these scopes.
    pub(super) fn tell(&self, change: &Arc<Change>, scopes: impl IntoIterator<Item = Uuid>) {
        let mut channels = self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        for scope in scopes.into_iter().collect::<BTreeSet<_>>() {
            let Some(channel) = channels.get(&scope) else {
                continue;
            };
            // Nobody follows the scope any more.
            if channel.send(change.clone()).is_err() {
                channels.remove(&scope);
            }
        }
    }

    /// Says that the relay of this process has placed something, so that the tailer need not wait.
    pub(super) fn wake(&self) {
        self.placed.notify_one();
    }

    /// Comes when the relay of this process has placed something.
    pub(super) async fn woken(&self) {
        self.placed.notified().await;
    }
}

impl fmt::Debug for Bus {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Bus").finish_non_exhaustive()
    }
}
