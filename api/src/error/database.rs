//! What went wrong in the database, as far as anybody outside is told.

use std::{borrow::Cow, fmt};

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

/// A fault of the database. It shows its kind and SQLSTATE only: the driver's text carries values.
pub struct DatabaseError(DbErr);

impl From<DbErr> for DatabaseError {
    fn from(fault: DbErr) -> Self {
        Self(fault)
    }
}

impl DatabaseError {
    /// Whether a unique key refused the row, and which (as far as the database says).
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self.0.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
    }

    /// Whether a unique key whose name or columns contain `part` refused the row.
    #[must_use]
    pub fn violates(&self, part: &str) -> bool {
        matches!(self.0.sql_err(), Some(SqlErr::UniqueConstraintViolation(text)) if text.contains(part))
    }

    /// Whether two transactions got in each other's way, so that the loser may simply run again.
    #[must_use]
    pub fn is_contention(&self) -> bool {
        // 40001 and 40P01 are PostgreSQL's; 5, 517 (busy snapshot), 6 and 262 are SQLite's busy and locked.
        self.sqlstate().is_some_and(|code| {
            matches!(code.as_str(), "40001" | "40P01" | "5" | "517" | "6" | "262")
        })
    }

    /// Whether the database cannot be reached or is overloaded, so that it may work later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        // 53xxx: out of resources (disk full among them), 57xxx: cancelled or shut down, 13: SQLite's disk full.
        matches!(self.0, DbErr::Conn(_) | DbErr::ConnectionAcquire(_))
            || self.is_contention()
            || self.sqlstate().is_some_and(|code| {
                code.starts_with("53")
                    || code.starts_with("57")
                    || code.starts_with("08")
                    || code == "13"
            })
            || matches!(
                self.runtime(),
                Some(sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed)
            )
    }

    fn runtime(&self) -> Option<&sqlx::Error> {
        match &self.0 {
            DbErr::Conn(RuntimeErr::SqlxError(fault))
            | DbErr::Exec(RuntimeErr::SqlxError(fault))
            | DbErr::Query(RuntimeErr::SqlxError(fault)) => Some(fault),
            _ => None,
        }
    }

    fn sqlstate(&self) -> Option<String> {
        match self.runtime()? {
            sqlx::Error::Database(fault) => fault.code().map(Cow::into_owned),
            _ => None,
        }
    }

    fn kind(&self) -> &'static str {
        match &self.0 {
            DbErr::Conn(_) | DbErr::ConnectionAcquire(_) => "connection",
            DbErr::Exec(_) | DbErr::Query(_) => "statement",
            DbErr::Migration(_) => "migration",
            DbErr::RecordNotFound(_) | DbErr::RecordNotInserted | DbErr::RecordNotUpdated => {
                "record"
            }
            DbErr::Type(_) | DbErr::Json(_) | DbErr::TryIntoErr { .. } => "type",
            _ => "other",
        }
    }
}

impl fmt::Debug for DatabaseError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "database fault ({}, {})",
            self.kind(),
            self.sqlstate().as_deref().unwrap_or("no code")
        )
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, out)
    }
}

impl std::error::Error for DatabaseError {}
