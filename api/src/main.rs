//! The command line; what it can do is in [`api::cli`].

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    api::cli::run().await
}
