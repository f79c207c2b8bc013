//! `liandong catalogue`: shared centres and what can be ordered there, from files.

use clap::Subcommand;

use super::import::Import;
use crate::{app::App, auth::Actor, centre::import::import, error::Result};

/// What to do with the catalogues.
#[derive(Debug, Subcommand)]
pub enum Catalogue {
    /// Import shared centres and the items of their catalogues from CSV files.
    ///
    /// The first line of a file names its columns, in English or Chinese, and thereby tells whether it lists centres or items. Files are
    /// UTF-8, with or without byte-order mark, or GB18030, and are read together, in any order. A centre of the same host and name, and an
    /// item of the same centre and code, is the same and is changed. Every problem is named by file and line; as long as there is one,
    /// nothing is written.
    Import(Import),
}

/// Does it, as the system's actor.
pub async fn run(app: &App, what: Catalogue) -> Result<()> {
    let Catalogue::Import(wanted) = what;
    let files = wanted.read().await?;
    let actor = Actor::system("catalogue import");
    let report = import(app, &actor, &files, wanted.dry_run).await?;
    println!("{report}");
    Ok(())
}
