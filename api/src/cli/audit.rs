//! `liandong audit`: whether the audit trail is what it was when it was written.

use clap::Subcommand;

use super::Failure;
use crate::{app::App, record::verify::verify};

/// What to do with the audit trail.
#[derive(Debug, Subcommand)]
pub(super) enum Audit {
    /// Check every sealed entry against the chain; whatever was changed, removed, cut off or reordered is named.
    Verify,
}

/// Does it.
pub(super) async fn run(app: &App, what: &Audit) -> Result<(), Failure> {
    match what {
        Audit::Verify => {
            let findings = verify(app).await?;
            for finding in &findings.listed {
                println!("{finding}");
            }
            if findings.more > 0 {
                println!("… and {} more", findings.more);
            }
            let summary = format!(
                "{} entries checked, the last at position {}.",
                findings.checked, findings.last
            );
            if !findings.head_file {
                println!(
                    "There is no file with the head of the chain: what was cut off at its end may go unnoticed."
                );
            }
            if findings.is_sound() {
                println!("{summary} The trail is sound.");
                Ok(())
            } else {
                Err(Failure::Found(format!("{summary} The trail is not sound.")))
            }
        }
    }
}
