//! When a request's loaders load: as soon as its operation can go no further without them.
//!
//! A loader collects keys and has to guess when no more will come. Here it need not: the operation and its loaders are one task, and the
//! loaders have their turn whenever the operation waits. So a page costs the same few statements on every machine, none of them delayed,
//! and they count for the request.

use std::{
    future::{Future, poll_fn},
    mem,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    task::Poll,
    time::Duration,
};

use async_graphql::runtime::Timer;
use futures::{
    future::{BoxFuture, FutureExt as _},
    stream::{FuturesUnordered, StreamExt as _},
    task::{FutureObj, Spawn, SpawnError},
};

/// What the loaders of a request have to do; cheap to clone.
#[derive(Clone, Default)]
pub struct Batches(Arc<Mutex<Vec<FutureObj<'static, ()>>>>);

impl Spawn for Batches {
    fn spawn_obj(&self, batch: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.waiting().push(batch);
        Ok(())
    }
}

impl Timer for Batches {
    /// There is nothing to wait for: a batch begins when the operation has asked for all it can.
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        std::future::ready(()).boxed()
    }
}

impl Batches {
    /// Runs an operation, and its loaders whenever it waits.
    pub async fn run<T>(&self, operation: impl Future<Output = T>) -> T {
        let mut operation = pin!(operation);
        let mut running = FuturesUnordered::new();
        poll_fn(|context| {
            loop {
                if let Poll::Ready(answer) = operation.as_mut().poll(context) {
                    return Poll::Ready(answer);
                }
                running.extend(mem::take(&mut *self.waiting()));
                // A batch that is done may let the operation go on; otherwise whatever it waits for will wake it.
                match running.poll_next_unpin(context) {
                    Poll::Ready(Some(())) => {}
                    Poll::Ready(None) | Poll::Pending => return Poll::Pending,
                }
            }
        })
        .await
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Vec<FutureObj<'static, ()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::HashMap,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use async_graphql::dataloader::{DataLoader, Loader};

    use super::*;

    struct Doubles(Arc<AtomicUsize>);

    impl Loader<u32> for Doubles {
        type Value = u32;
        type Error = ();

        async fn load(&self, keys: &[u32]) -> Result<HashMap<u32, u32>, ()> {
            self.0.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok(keys.iter().map(|key| (*key, key * 2)).collect())
        }
    }

    #[tokio::test]
    async fn all_that_can_be_asked_for_is_loaded_at_once() {
        let (batches, loads) = (Batches::default(), Arc::new(AtomicUsize::new(0)));
        let loader = DataLoader::new(Doubles(loads.clone()), batches.clone(), batches.clone());
        let two_levels = async |key: u32| {
            let double = loader
                .load_one(key)
                .await
                .expect("it loads")
                .expect("it is there");
            loader.load_one(double + 1_000).await.expect("it loads")
        };
        let asked = futures::future::join_all((1..=100).map(two_levels));
        let answers = batches.run(asked).await;
        assert_eq!(answers.last(), Some(&Some(2_400)));
        assert_eq!(loads.load(Ordering::SeqCst), 2);
    }
}
