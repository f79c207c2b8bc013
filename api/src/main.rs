//! The command line; what it can do is in [`api::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    let runtime = api::cli::runtime();
    runtime.block_on(api::cli::run())
}
