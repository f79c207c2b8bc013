//! What every test stands on: the service on a fresh database, on SQLite and on PostgreSQL.
//!
//! ```text
//! #[test]
//! fn accept_works() {
//!     both(async |world| { … });
//! }
//! ```
//!
//! The test runs once on each database, with a [`World`] of its own: the service at nine o'clock on a Monday in a small
//! [district](fixtures), reached over HTTP by a [`Client`](client::Client) for any role at any place.

#![expect(
    dead_code,
    reason = "a test takes what it needs; what none needs at the moment stays for the next"
)]

pub mod beside;
pub mod canary;
pub mod client;
pub mod database;
pub mod event;
mod explain;
pub mod figures;
pub mod fixtures;
pub mod log;
pub mod people;
pub mod postgres;
mod scratch;
mod snapshot;
pub mod socket;
mod tests;
pub mod world;

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Arc, Condvar, Mutex, PoisonError},
    time::Duration,
};

use database::{Database, Kind};
use tokio::runtime::Runtime;

pub use snapshot::snapshot;
pub use world::World;

/// How many tests run at a time, however many cores there are: each has its connections to one server.
const AT_A_TIME: u32 = 8;
/// How long the tasks of a test may take to stop.
const SHUTDOWN: Duration = Duration::from_secs(5);

/// Runs a test in the district, on each database.
#[track_caller]
pub fn both(test: impl AsyncFn(World)) {
    on_each(&database::available(), true, &test);
}

/// Runs a test in the district on the embedded database: for what is the same on each.
#[track_caller]
pub fn embedded(test: impl AsyncFn(World)) {
    on_each(&[Kind::Sqlite], true, &test);
}

/// Runs a test on an empty, migrated database of each kind.
#[track_caller]
pub fn both_empty(test: impl AsyncFn(World)) {
    on_each(&database::available(), false, &test);
}

#[track_caller]
fn on_each(kinds: &[Kind], with_district: bool, test: &impl AsyncFn(World)) {
    log::collect();
    let mut failed = Vec::new();
    for &kind in kinds {
        let _turn = Turn::wait();
        if catch_unwind(AssertUnwindSafe(|| on(kind, with_district, test))).is_err() {
            eprintln!("the panic above happened on {kind}");
            failed.push(kind.to_string());
        }
    }
    assert!(failed.is_empty(), "failed on {}", failed.join(" and on "));
}

fn on(kind: Kind, with_district: bool, test: &impl AsyncFn(World)) {
    database::prepare(kind);
    let service = runtime();
    let database = service.block_on(async { Arc::new(Database::create(kind).await) });
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        service.block_on(async {
            test(World::start(database.clone(), with_district).await).await;
        });
        log::assert_tells_no_patient();
    }));
    // Nothing writes any more once the service's runtime is gone.
    service.shutdown_timeout(SHUTDOWN);
    runtime().block_on(database.remove());
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_stack_size(api::cli::STACK_BYTES)
        .enable_all()
        .build()
        .expect("a runtime can be built")
}

static RUNNING: (Mutex<u32>, Condvar) = (Mutex::new(0), Condvar::new());

/// A test's turn; it ends when dropped.
struct Turn;

impl Turn {
    fn wait() -> Self {
        let running = RUNNING.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut running = RUNNING
            .1
            .wait_while(running, |running| *running >= AT_A_TIME)
            .unwrap_or_else(PoisonError::into_inner);
        *running += 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *RUNNING.0.lock().unwrap_or_else(PoisonError::into_inner) -= 1;
        RUNNING.1.notify_one();
    }
}
