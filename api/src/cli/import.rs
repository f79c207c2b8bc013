//! Files that a command imports.

use std::path::PathBuf;

use clap::Args;

use crate::{
    error::{ProblemCode, Problems, Result},
    sheet::File,
};

/// Files to be imported.
#[derive(Args, Debug)]
pub struct Import {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Tell what would be done, and do nothing.
    #[arg(long)]
    pub dry_run: bool,
}

impl Import {
    /// Reads the files; every one that cannot be read is named.
    pub async fn read(&self) -> Result<Vec<File>> {
        let mut files = Vec::with_capacity(self.files.len());
        let mut problems = Problems::default();
        for path in &self.files {
            let name = path.display().to_string();
            match tokio::fs::read(path).await {
                Ok(bytes) => files.push(File { name, bytes }),
                Err(fault) => {
                    let message = format!("The file cannot be read: {}.", fault.kind());
                    problems.add(name, ProblemCode::UnknownId, message);
                }
            }
        }
        problems.finish()?;
        Ok(files)
    }
}
