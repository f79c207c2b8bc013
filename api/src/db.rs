//! The database: SQLite embedded, or PostgreSQL; one way to write, and statement counts for each request.

use std::{
    future::Future,
    ops::Deref,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use migration::{Migrator, MigratorTrait};
use reqwest::Url;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseBackend, DatabaseConnection,
    DatabaseTransaction, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use uuid::Uuid;

use crate::error::{Error, Result};

mod pool;
mod snapshot;
mod standing;

pub use pool::Pool;
pub use standing::Standing;

/// How often a transaction that got in another's way is run again.
const TRIES: u32 = 5;

/// How long an operation waits for the one connection that writes to SQLite.
const WRITER_PATIENCE: Duration = Duration::from_secs(30);

/// How many statements a connection to SQLite keeps prepared: there are some hundred different ones.
const PREPARED: usize = 1_000;
/// Pages that the one writer of SQLite keeps in memory, in negative KiB: the inner pages of every index that a change touches.
const WRITER_CACHE: &str = "-32768";

/// Pages of the write-ahead log that are moved into the database at a time: what changes often is moved once.
const CHECKPOINT: &str = "4000";

/// The oldest SQLite that does not damage a write-ahead log.
const OLDEST_SQLITE: &str = "3.51.3";

/// Connections to the database: one way to read, one to write.
#[derive(Clone)]
pub struct Db {
    writer: DatabaseConnection,
    reader: DatabaseConnection,
    sent: Arc<Sent>,
}

/// Statements that were sent to the database.
#[derive(Debug, Default)]
struct Sent {
    done: AtomicU64,
    failed: AtomicU64,
}

/// A transaction that can be handed on freely; it commits when the closure given to [`Db::write`] succeeds.
#[derive(Clone)]
pub struct Txn(Arc<DatabaseTransaction>);

impl Deref for Txn {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.0
    }
}

/// How a database is reached.
#[derive(Clone, Debug)]
pub struct DbSettings {
    /// `postgres://…`, or none for SQLite in the data folder.
    pub url: Option<String>,
    /// Connections that read (SQLite) or do anything (PostgreSQL).
    pub connections: u32,
    /// How long an operation waits for a connection.
    pub connection_timeout: Duration,
    /// How long one statement may take on PostgreSQL.
    pub statement_timeout: Duration,
}

impl Db {
    /// Opens PostgreSQL at the settings' address, or SQLite in `folder`.
    pub async fn open(settings: &DbSettings, folder: &Path) -> Result<Self> {
        match &settings.url {
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Self::open_postgres(url, settings).await
            }
            Some(url) => {
                Self::open_sqlite(
                    Path::new(
                        url.trim_start_matches("sqlite://")
                            .trim_start_matches("sqlite:"),
                    ),
                    settings,
                )
                .await
            }
            None => Self::open_sqlite(&in_folder(folder), settings).await,
        }
    }

    async fn open_postgres(url: &str, settings: &DbSettings) -> Result<Self> {
        let mut options = quiet(ConnectOptions::new(url));
        options
            .max_connections(settings.connections)
            .statement_timeout(settings.statement_timeout)
            .acquire_timeout(settings.connection_timeout)
            .set_application_name("liandong");
        let sent = Arc::default();
        let connection = counted(Database::connect(options).await?, &sent);
        Ok(Self {
            writer: connection.clone(),
            reader: connection,
            sent,
        })
    }

    /// Makes a database in memory, which is [saved](Self::save) when it is full: ten thousand transactions that each went to a file would
    /// take longer than everything else.
    ///
    /// # Errors
    /// Where SQLite refuses.
    pub async fn in_memory() -> Result<Self> {
        // Its connections share one cache: what another writes is read at once, and waits for nobody.
        let url = format!("sqlite:file:{}?mode=memory&cache=shared", Uuid::new_v4());
        let sent = Arc::default();
        let writer = sqlite(&url, 1, WRITER_PATIENCE, &sent, |options| {
            options.foreign_keys(true)
        })
        .await?;
        let reader = sqlite(&url, 2, WRITER_PATIENCE, &sent, |options| {
            options.pragma("read_uncommitted", "1")
        });
        Ok(Self {
            writer,
            reader: reader.await?,
            sent,
        })
    }

    /// Writes all of it to a new file in `folder`, where [`open`](Self::open) finds it.
    ///
    /// # Errors
    /// Where there is a database already, or the disk is full.
    pub async fn save(&self, folder: &Path) -> Result<()> {
        let file = std::path::absolute(in_folder(folder)).ok();
        let file = file.and_then(|file| Url::from_file_path(file).ok());
        let mut file =
            file.ok_or_else(|| Error::Internal("the folder has no absolute path".into()))?;
        // Said, because it would be in memory as well.
        file.set_query(Some("mode=rwc&cache=private"));
        let file = file.to_string().into();
        let save = Statement::from_sql_and_values(self.backend(), "VACUUM INTO ?", [file]);
        self.writer.execute_raw(save).await?;
        Ok(())
    }

    /// Ends every connection; SQLite then moves what its write-ahead log holds into the database.
    ///
    /// # Errors
    /// Where the connections do not end in order.
    pub async fn close(self) -> Result<()> {
        self.reader.close_by_ref().await?;
        Ok(self.writer.close_by_ref().await?)
    }

    /// SQLite has one writer and, on a write-ahead log, any number of readers. The writer opens first and creates the file.
    async fn open_sqlite(file: &Path, settings: &DbSettings) -> Result<Self> {
        let url = format!("sqlite://{}?mode=rwc", file.display());
        let sent = Arc::default();
        let writer = sqlite(&url, 1, WRITER_PATIENCE, &sent, |options| {
            options
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .foreign_keys(true)
                .pragma("cache_size", WRITER_CACHE)
                .pragma("wal_autocheckpoint", CHECKPOINT)
        })
        .await?;
        Self::assert_sqlite(&writer).await?;
        let (most, patience) = (settings.connections, settings.connection_timeout);
        let reader = sqlite(&url, most, patience, &sent, |options| {
            options.pragma("query_only", "1")
        });
        Ok(Self {
            writer,
            reader: reader.await?,
            sent,
        })
    }

    async fn assert_sqlite(connection: &DatabaseConnection) -> Result<()> {
        let row = connection
            .query_one_raw(Statement::from_string(
                DatabaseBackend::Sqlite,
                "SELECT sqlite_version() AS version",
            ))
            .await?;
        let version: String = row
            .ok_or_else(|| Error::Internal("SQLite did not tell its version".into()))?
            .try_get("", "version")?;
        let number = |text: &str| {
            text.split('.')
                .map(|part| part.parse().unwrap_or(0))
                .collect::<Vec<u32>>()
        };
        if number(&version) < number(OLDEST_SQLITE) {
            return Err(Error::Internal(format!(
                "SQLite {version} is too old; {OLDEST_SQLITE} or newer is needed"
            )));
        }
        Ok(())
    }

    /// For statements outside a transaction that change nothing.
    #[must_use]
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// Which database it is.
    #[must_use]
    pub fn backend(&self) -> DatabaseBackend {
        self.writer.get_database_backend()
    }

    /// Brings the schema up to date.
    pub async fn migrate(&self) -> Result<()> {
        let pending = self.pending_migrations().await?;
        migration::migrate(&self.writer).await?;
        if let Some(last) = pending.last() {
            tracing::info!(applied = pending.len(), last, "the schema is up to date");
        }
        Ok(())
    }

    /// Names of migrations that are not applied yet.
    pub async fn pending_migrations(&self) -> Result<Vec<String>> {
        let pending = Migrator::get_pending_migrations(&self.writer).await?;
        Ok(pending
            .iter()
            .map(|migration| migration.name().to_owned())
            .collect())
    }

    /// Runs `work` in one transaction, again when another transaction got in its way, and commits if it succeeds.
    ///
    /// Another one also got in its way where a unique key refuses a row that `work` had looked for in vain: two callers did the same at
    /// once. Run again, the loser finds the winner's row. So `work` looks for a row before it inserts, and needs no special case for a twin; where
    /// a taken key is the caller's fault, it says so itself, with an error of its own.
    ///
    /// `work` must not do anything that cannot be done twice: no message sent, no state outside the database changed.
    pub async fn write<T, F, Fut>(&self, work: F) -> Result<T>
    where
        F: Fn(Txn) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        self.write_with(TransactionOptions::default, work).await
    }

    async fn write_with<T, F, Fut>(
        &self,
        options: impl Fn() -> TransactionOptions,
        work: F,
    ) -> Result<T>
    where
        F: Fn(Txn) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        let mut tried = 0;
        loop {
            tried += 1;
            match self.write_once(options(), &work).await {
                Err(Error::Database(fault))
                    if tried < TRIES && (fault.is_contention() || fault.is_unique_violation()) =>
                {
                    pause(tried).await;
                }
                Err(Error::Overtaken) if tried < TRIES => {}
                outcome => return outcome,
            }
        }
    }

    async fn write_once<T, F, Fut>(&self, options: TransactionOptions, work: &F) -> Result<T>
    where
        F: Fn(Txn) -> Fut,
        Fut: Future<Output = Result<T>>,
    {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..options
        };
        let txn = Txn(Arc::new(self.writer.begin_with_options(options).await?));
        // Boxed: what a use case keeps between its statements would otherwise lie on the stack of every caller above.
        let outcome = Box::pin(work(txn.clone())).await;
        let txn = Arc::try_unwrap(txn.0)
            .map_err(|_| Error::Internal("a transaction was kept beyond its closure".into()))?;
        match outcome {
            Ok(value) => {
                txn.commit().await?;
                Ok(value)
            }
            Err(error) => {
                txn.rollback().await?;
                Err(error)
            }
        }
    }
}

/// A short wait of growing, random length, so that two that collided do not collide again.
async fn pause(tried: u32) {
    let mut byte = [0u8; 1];
    let _ = getrandom::fill(&mut byte);
    tokio::time::sleep(Duration::from_millis(
        u64::from(tried * 4) + u64::from(byte[0] % 16),
    ))
    .await;
}

/// Connections to SQLite at that address, `most` of them, set up as said.
async fn sqlite(
    url: &str,
    most: u32,
    patience: Duration,
    sent: &Arc<Sent>,
    set_up: fn(SqliteConnectOptions) -> SqliteConnectOptions,
) -> Result<DatabaseConnection> {
    let mut options = quiet(ConnectOptions::new(url));
    options
        .max_connections(most)
        .acquire_timeout(patience)
        .map_sqlx_sqlite_opts(move |options| {
            set_up(options)
                .statement_cache_capacity(PREPARED)
                .pragma("temp_store", "MEMORY")
                .busy_timeout(Duration::from_secs(10))
        });
    Ok(counted(Database::connect(options).await?, sent))
}

fn in_folder(folder: &Path) -> PathBuf {
    folder.join("liandong.sqlite")
}

/// Statement text holds data: it goes neither to the log nor into spans.
fn quiet(mut options: ConnectOptions) -> ConnectOptions {
    options.sqlx_logging(false).record_stmt_in_spans(false);
    options
}

tokio::task_local! {
    static STATEMENTS: Arc<AtomicU32>;
}

fn counted(mut connection: DatabaseConnection, sent: &Arc<Sent>) -> DatabaseConnection {
    let sent = sent.clone();
    connection.set_metric_callback(move |statement| {
        let count = if statement.failed {
            &sent.failed
        } else {
            &sent.done
        };
        count.fetch_add(1, Ordering::Relaxed);
        let _ = STATEMENTS.try_with(|count| count.fetch_add(1, Ordering::Relaxed));
    });
    connection
}

/// Runs `work` and counts the statements that it sends to the database (BEGIN and COMMIT aside).
pub async fn counting<T>(count: Arc<AtomicU32>, work: impl Future<Output = T>) -> T {
    STATEMENTS.scope(count, work).await
}

/// Counts `statements` that another task sent on behalf of this one.
pub fn count_elsewhere(statements: u32) {
    let _ = STATEMENTS.try_with(|count| count.fetch_add(statements, Ordering::Relaxed));
}
