//! What this process knows of its way to the database, without asking it.

use prometheus::Registry;

use super::figure::{counters, gauges};
use crate::db::Db;

/// Connections and statements, as they are now.
pub(super) fn read(db: &Db) -> Registry {
    let registry = Registry::new();
    let connections = gauges(
        &registry,
        "liandong_database_connections",
        "Connections to the database; SQLite has a pool that writes and one that reads, PostgreSQL one that does both.",
        &["pool", "state"],
    );
    let most = gauges(
        &registry,
        "liandong_database_connections_max",
        "Connections to the database that there may be.",
        &["pool"],
    );
    for pool in db.pools() {
        let state = |state| connections.with_label_values(&[pool.name, state]);
        state("idle").set(pool.idle.into());
        state("in_use").set(pool.in_use.into());
        most.with_label_values(&[pool.name]).set(pool.most.into());
    }
    let statements = counters(
        &registry,
        "liandong_database_statements_total",
        "Statements sent to the database, the beginnings and ends of transactions aside.",
        &["outcome"],
    );
    let (done, failed) = db.statements();
    statements.with_label_values(&["done"]).inc_by(done);
    statements.with_label_values(&["failed"]).inc_by(failed);
    registry
}
