//! A fresh database for every test, copied from a template that is migrated once a run.

use std::{
    fmt, fs,
    path::PathBuf,
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use api::db::DbSettings;
use migration::migrate;
use sea_orm::{ConnectOptions, ConnectionTrait as _, DatabaseConnection};

use super::{postgres, scratch};

/// Connections of one test: many tests share one server.
const CONNECTIONS: u32 = 4;
const TEMPLATE: &str = "template_migrated";

/// The databases that Liandong runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Embedded.
    Sqlite,
    /// The server of this run.
    Postgres,
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        })
    }
}

/// The databases that this run can test; `LIANDONG_TEST_ONLY=sqlite` leaves the server out while one is writing a test.
pub fn available() -> Vec<Kind> {
    if std::env::var("LIANDONG_TEST_ONLY").is_ok_and(|only| only == "sqlite") {
        assert!(
            !postgres::is_required(),
            "LIANDONG_TEST_ONLY=sqlite leaves out what LIANDONG_REQUIRE_POSTGRES=1 asks for"
        );
        return vec![Kind::Sqlite];
    }
    match postgres::server() {
        Some(_) => vec![Kind::Sqlite, Kind::Postgres],
        None => vec![Kind::Sqlite],
    }
}

/// The database of one test.
pub struct Database {
    /// Which it is.
    pub kind: Kind,
    /// A folder of the test's own; SQLite's file is in it.
    pub folder: PathBuf,
    name: String,
}

impl Database {
    /// A copy of the migrated template.
    pub async fn create(kind: Kind) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = scratch::folder().join(&name);
        fs::create_dir(&folder).expect("the test's folder can be made");
        match kind {
            Kind::Sqlite => {
                fs::copy(
                    scratch::folder().join(format!("{TEMPLATE}.sqlite")),
                    folder.join("liandong.sqlite"),
                )
                .expect("the template can be copied");
            }
            Kind::Postgres => {
                administer(&format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}")).await;
            }
        }
        Self { kind, folder, name }
    }

    /// How the service reaches it.
    pub fn settings(&self) -> DbSettings {
        DbSettings {
            url: match self.kind {
                Kind::Sqlite => None,
                Kind::Postgres => Some(postgres_url(&self.name)),
            },
            connections: CONNECTIONS,
            // A machine that compiles beside the tests is slow, not broken.
            connection_timeout: Duration::from_secs(20),
            statement_timeout: Duration::from_secs(30),
        }
    }

    /// Its address, for a process of its own.
    pub fn url(&self) -> String {
        self.settings().url.unwrap_or_else(|| {
            let file = self.folder.join("liandong.sqlite");
            format!("sqlite://{}", file.display())
        })
    }

    /// A connection beside the service's own, which may do anything.
    pub async fn connect(&self) -> DatabaseConnection {
        connect(&self.url()).await
    }

    /// Drops it.
    pub async fn remove(&self) {
        if self.kind == Kind::Postgres {
            administer(&format!("DROP DATABASE {} WITH (FORCE)", self.name)).await;
        }
        // What a connection still holds on to goes with the folder of the run.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Makes the template of that kind, once a run.
pub fn prepare(kind: Kind) {
    static SQLITE: OnceLock<()> = OnceLock::new();
    static POSTGRES: OnceLock<()> = OnceLock::new();
    api::crypto::install_tls_provider();
    let made = match kind {
        Kind::Sqlite => &SQLITE,
        Kind::Postgres => &POSTGRES,
    };
    made.get_or_init(|| {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime can be built")
            .block_on(make_template(kind));
    });
}

async fn make_template(kind: Kind) {
    let url = match kind {
        Kind::Sqlite => {
            let file = scratch::folder().join(format!("{TEMPLATE}.sqlite"));
            format!("sqlite://{}?mode=rwc", file.display())
        }
        Kind::Postgres => {
            administer(&format!("CREATE DATABASE {TEMPLATE}")).await;
            postgres_url(TEMPLATE)
        }
    };
    let connection = connect(&url).await;
    migrate(&connection)
        .await
        .expect("the migrations run on an empty database");
    connection
        .close()
        .await
        .expect("the template can be closed");
}

fn postgres_url(database: &str) -> String {
    postgres::server()
        .expect("a test runs on PostgreSQL only where its server runs")
        .url(database)
}

async fn administer(statement: &str) {
    let connection = connect(&postgres_url("postgres")).await;
    connection
        .execute_unprepared(statement)
        .await
        .unwrap_or_else(|fault| panic!("{statement}: {fault}"));
    connection
        .close()
        .await
        .expect("a connection can be closed");
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options)
        .await
        .expect("the database can be reached")
}
