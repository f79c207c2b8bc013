//! `liandong registry`: the network from files.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::{
    app::App,
    auth::Actor,
    error::{ProblemCode, Problems, Result},
    network::import::{File, import},
};

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

/// Files to be imported.
#[derive(Args, Debug)]
pub struct Import {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Tell what would be done, and do nothing.
    #[arg(long)]
    dry_run: bool,
}

/// Does it, as the system's actor.
pub async fn run(app: &App, what: Registry) -> Result<()> {
    let Registry::Import(wanted) = what;
    let mut files = Vec::with_capacity(wanted.files.len());
    let mut problems = Problems::default();
    for path in wanted.files {
        let name = path.display().to_string();
        match tokio::fs::read(&path).await {
            Ok(bytes) => files.push(File { name, bytes }),
            Err(fault) => {
                let message = format!("The file cannot be read: {}.", fault.kind());
                problems.add(name, ProblemCode::UnknownId, message);
            }
        }
    }
    problems.finish()?;
    let actor = Actor::system("registry import");
    let report = import(app, &actor, &files, wanted.dry_run).await?;
    println!("{report}");
    Ok(())
}
