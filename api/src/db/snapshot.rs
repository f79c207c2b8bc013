//! Several statements that see the database as it was at one moment.

use std::sync::Arc;

use sea_orm::{
    AccessMode, DatabaseBackend, IsolationLevel, SqliteTransactionMode, TransactionOptions,
    TransactionTrait as _,
};

use super::{Db, Txn};
use crate::error::{Error, Result};

impl Db {
    /// Runs `work`, which only reads: all of its statements see what was committed before the first of them, and nothing later.
    pub async fn snapshot<T, F, Fut>(&self, work: F) -> Result<T>
    where
        F: FnOnce(Txn) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        let options = TransactionOptions {
            access_mode: self.on_postgres(AccessMode::ReadOnly),
            sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
            ..self.frozen()
        };
        let txn = Txn(Arc::new(self.reader.begin_with_options(options).await?));
        let outcome = Box::pin(work(txn.clone())).await;
        let txn = Arc::try_unwrap(txn.0)
            .map_err(|_| Error::Internal("a snapshot was kept beyond its closure".into()))?;
        txn.rollback().await?;
        outcome
    }

    /// As [`write`](Self::write); what `work` reads is as it was at its first statement, but for what it writes itself. On SQLite every
    /// transaction is like that.
    pub async fn write_frozen<T, F, Fut>(&self, work: F) -> Result<T>
    where
        F: Fn(Txn) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        self.write_with(|| self.frozen(), work).await
    }

    fn frozen(&self) -> TransactionOptions {
        TransactionOptions {
            isolation_level: self.on_postgres(IsolationLevel::RepeatableRead),
            ..TransactionOptions::default()
        }
    }

    /// SQLite knows neither; there is nothing to ask for.
    fn on_postgres<T>(&self, wish: T) -> Option<T> {
        (self.backend() == DatabaseBackend::Postgres).then_some(wish)
    }
}
