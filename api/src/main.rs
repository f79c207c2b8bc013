//! The command line; what it can do is in [`api::cli`].

use std::process::ExitCode;

/// Requests allocate much and shortly, on many threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let runtime = api::cli::runtime();
    runtime.block_on(api::cli::run())
}
