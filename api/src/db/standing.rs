//! Whether the database has the schema that this program was built for.

use std::fmt;

use migration::{Migrator, MigratorTrait};
use sea_orm::DbErr;

use super::Db;
use crate::error::Result;

/// How the database's schema stands to this program's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The same.
    Present,
    /// Changes are missing.
    Older,
    /// It has changes that this program does not know.
    Newer,
}

impl fmt::Display for Standing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Present => "The schema of the database is up to date.",
            Self::Older => {
                "The schema of the database is older than this program: run `liandong migrate`."
            }
            Self::Newer => {
                "The schema of the database is newer than this program: install the newer release, \
                 which brought it up to date by `liandong migrate`."
            }
        })
    }
}

impl Db {
    /// Compares the schema with this program's; changes nothing.
    pub async fn standing(&self) -> Result<Standing> {
        match Migrator::get_pending_migrations_read_only(&self.reader).await {
            Ok(pending) if pending.is_empty() => Ok(Standing::Present),
            Ok(_) => Ok(Standing::Older),
            // An applied change whose file is not in this program.
            Err(DbErr::Custom(_)) => Ok(Standing::Newer),
            Err(fault) => Err(fault.into()),
        }
    }
}
