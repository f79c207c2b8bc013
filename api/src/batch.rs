//! Batched look-ups: the children of a page are read in one statement, which counts as the request's own.

use std::{
    sync::{Arc, atomic::AtomicU32},
    time::Duration,
};

use async_graphql::{dataloader::DataLoader, runtime::Timer};
use futures::{
    future::BoxFuture,
    task::{FutureObj, Spawn, SpawnError},
};

use crate::db;

/// A loader for one request; made while it is answered.
#[must_use]
pub fn loader<L: Send + Sync + 'static>(loader: L) -> DataLoader<L> {
    let count = db::present_count();
    DataLoader::new(loader, Counted { count }, Sleep)
}

/// Spawns what counts its statements for the request that asked.
struct Counted {
    count: Option<Arc<AtomicU32>>,
}

impl Spawn for Counted {
    fn spawn_obj(&self, work: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        match self.count.clone() {
            Some(count) => drop(tokio::spawn(db::counting(count, work))),
            None => drop(tokio::spawn(work)),
        }
        Ok(())
    }
}

/// Waits until the fields of a page have named what they look for.
struct Sleep;

impl Timer for Sleep {
    fn delay(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}
