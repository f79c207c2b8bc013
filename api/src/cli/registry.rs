//! `liandong registry`: the network from files.

use clap::Subcommand;

use super::import::Import;
use crate::{app::App, auth::Actor, error::Result, network::import::import};

/// What to do with the registry.
#[derive(Debug, Subcommand)]
pub enum Registry {
    /// Import communities, institutions, departments and practitioners from CSV files.
    ///
    /// The first line of a file names its columns, in English or Chinese, and thereby tells what it lists. Files are UTF-8, with or
    /// without byte-order mark, or GB18030, and are read together, in any order. What has the same code is the same and is
    /// changed. Every problem is named by file and line; as long as there is one, nothing is written.
    Import(Import),
}

/// Does it, as the system's actor.
pub async fn run(app: &App, what: Registry) -> Result<()> {
    let Registry::Import(wanted) = what;
    let files = wanted.read().await?;
    let actor = Actor::system("registry import");
    let report = import(app, &actor, &files, wanted.dry_run).await?;
    println!("{report}");
    Ok(())
}
