//! The connections that this process has to its database.

use std::sync::atomic::Ordering;

use sea_orm::{
    DatabaseBackend, DatabaseConnection,
    sqlx::{Database, Pool as Connections},
};

use super::Db;

/// Connections that are used in turn, as they are now.
#[derive(Clone, Copy, Debug)]
pub struct Pool {
    /// What they are for.
    pub name: &'static str,
    /// How many nobody uses.
    pub idle: u32,
    /// How many somebody uses.
    pub in_use: u32,
    /// How many there may be.
    pub most: u32,
}

impl Db {
    /// Its pools: SQLite has one that writes and one that reads, PostgreSQL one that does both.
    #[must_use]
    pub fn pools(&self) -> Vec<Pool> {
        let sqlite = DatabaseConnection::get_sqlite_connection_pool;
        match self.backend() {
            DatabaseBackend::Postgres => {
                vec![pool("shared", self.writer.get_postgres_connection_pool())]
            }
            _ => vec![
                pool("writer", sqlite(&self.writer)),
                pool("reader", sqlite(&self.reader)),
            ],
        }
    }

    /// How many statements were done and how many failed, since the process started (BEGIN and COMMIT aside).
    #[must_use]
    pub fn statements(&self) -> (u64, u64) {
        let (done, failed) = (&self.sent.done, &self.sent.failed);
        (done.load(Ordering::Relaxed), failed.load(Ordering::Relaxed))
    }
}

fn pool<D: Database>(name: &'static str, connections: &Connections<D>) -> Pool {
    let size = connections.size();
    // The two are not told at the same moment.
    let idle = u32::try_from(connections.num_idle()).map_or(size, |idle| idle.min(size));
    Pool {
        name,
        idle,
        in_use: size - idle,
        most: connections.options().get_max_connections(),
    }
}
