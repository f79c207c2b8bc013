//! A thread that keeps to one core.

use std::{future::Future, io, panic, thread};

use tokio::runtime;

use crate::cli::STACK_BYTES;

/// Runs `work` to its end in a thread of its own that keeps to one core, as do the threads that it starts.
///
/// Whoever works with SQLite takes turns with SQLite's thread for each statement. To wake a core that has gone idle takes longer than most
/// statements do, on virtual machines several times as long.
///
/// # Errors
/// Where the operating system gives no thread.
pub fn run<T, F>(work: impl FnOnce() -> F + Send) -> io::Result<T>
where
    T: Send,
    F: Future<Output = T>,
{
    let runtime = runtime::Builder::new_current_thread()
        .thread_stack_size(STACK_BYTES)
        .enable_all()
        .build()?;
    thread::scope(|scope| {
        let apart = thread::Builder::new().stack_size(STACK_BYTES);
        let apart = apart.spawn_scoped(scope, move || {
            stay();
            runtime.block_on(work())
        })?;
        Ok(apart
            .join()
            .unwrap_or_else(|fault| panic::resume_unwind(fault)))
    })
}

/// Keeps this thread on the core where it is. Where that is refused, everything only takes longer.
fn stay() {
    #[cfg(target_os = "linux")]
    {
        use rustix::thread::{CpuSet, sched_getcpu, sched_setaffinity};
        let mut here = CpuSet::new();
        here.set(sched_getcpu());
        let _ = sched_setaffinity(None, &here);
    }
}
