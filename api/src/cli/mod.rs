//! The command line: what an operator can do beside what the API offers.
//!
//! A command that needs the data flattens [`Place`] into its options and [opens](Place::open) the process; whatever it changes goes
//! through the same services as the API, as the system's actor.

use std::{io::IsTerminal as _, process::ExitCode};

use clap::{Args, Parser, Subcommand, ValueEnum};
use data_encoding::BASE64;

use crate::{
    app::App,
    clock::Clock,
    config::{DatabaseOptions, SecretOptions, Settings, Unusable},
    crypto::{self, Keys},
    db::{Db, Standing},
    error::Error,
};

mod admin;
mod audit;
mod catalogue;
mod check;
mod client;
mod demo;
mod import;
mod registry;
mod serve;

/// Liandong 联动: the referral backend of a medical community (医共体).
///
/// Every option can also be set in the environment, under the name given beside it.
#[derive(Debug, Parser)]
#[command(name = "liandong", version, max_term_width = 120)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    log: LogOptions,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API.
    Serve(Box<serve::Serve>),
    /// Serve a fictional district to try the API with: no other set-up, on this machine only.
    Demo(Box<demo::Demo>),
    /// Bring the database to the present schema.
    Migrate(DatabaseOptions),
    /// Print the GraphQL schema.
    Schema,
    /// Open and list the accounts of administrators.
    Admin {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        what: admin::Admin,
    },
    /// Create and list API clients, for hospital systems and monitoring tools.
    Client {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        what: client::Client,
    },
    /// Import the network's registry from files.
    Registry {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        what: registry::Registry,
    },
    /// Import shared centres and their catalogues from files.
    Catalogue {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        what: catalogue::Catalogue,
    },
    /// Check the audit trail.
    Audit {
        #[command(flatten)]
        place: Place,
        #[command(subcommand)]
        what: audit::Audit,
    },
    /// Print a new master secret, to be kept in a file that only the service can read.
    Key,
}

/// What goes to standard error, and how.
#[derive(Args, Debug)]
#[command(next_help_heading = "Log")]
struct LogOptions {
    /// Form of the log's lines.
    #[arg(
        long,
        env = "LIANDONG_LOG_FORMAT",
        default_value = "human",
        global = true,
        value_name = "FORM"
    )]
    log_format: LogFormat,
    /// What is logged: a level, or levels by module (`info`, `warn,api=debug`).
    #[arg(
        long,
        env = "LIANDONG_LOG",
        default_value = "info,sea_orm_migration=warn",
        global = true,
        value_name = "FILTER"
    )]
    log: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// Why a command ended without doing what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A setting is missing or cannot be used.
    #[error(transparent)]
    Settings(#[from] Unusable),
    /// The service refused.
    #[error("{}", explain(.0))]
    Refused(#[from] Error),
    /// The machine refused.
    #[error("{0}")]
    Machine(#[from] std::io::Error),
    /// Something was looked at and is not as it should be; the findings were printed.
    #[error("{0}")]
    Found(String),
}

impl Failure {
    /// 2 where the call was wrong, 1 where what it wanted failed.
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Settings(_) => ExitCode::from(2),
            Self::Refused(_) | Self::Machine(_) | Self::Found(_) => ExitCode::FAILURE,
        }
    }
}

/// A refusal with its problems, one a line.
fn explain(error: &Error) -> String {
    let problems = error.problems().iter().map(|problem| {
        let (path, message) = (&problem.path, &problem.message);
        format!("\n  {path}: {message} ({})", problem.code.name())
    });
    error.to_string() + &problems.collect::<String>()
}

/// Stack of a worker thread. Resolvers nest deeply, and an unoptimised build keeps every step of that on the stack.
pub const STACK_BYTES: usize = 16 * 1024 * 1024;

/// The runtime that the service works in.
///
/// # Panics
/// Where the operating system lets the process start no threads.
#[must_use]
pub fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .thread_stack_size(STACK_BYTES)
        .enable_all()
        .build()
        .expect("a process can start its threads")
}

/// Runs what the command line asks for.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    let _ = jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER.install_default();
    crypto::install_tls_provider();
    std::panic::set_hook(Box::new(tell_panic));
    if let Err(failure) = start_log(&cli.log) {
        eprintln!("liandong: {failure}");
        return failure.exit_code();
    }
    match cli.command.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("liandong: {failure}");
            failure.exit_code()
        }
    }
}

impl Command {
    async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Serve(serve) => serve.run().await,
            Self::Demo(demo) => demo.run().await,
            Self::Migrate(options) => migrate(&options).await,
            Self::Schema => {
                print!("{}", crate::schema::sdl());
                Ok(())
            }
            Self::Admin { place, what } => Ok(admin::run(&place.open().await?, what).await?),
            Self::Client { place, what } => Ok(client::run(&place.open().await?, what).await?),
            Self::Registry { place, what } => Ok(registry::run(&place.open().await?, what).await?),
            Self::Catalogue { place, what } => {
                Ok(catalogue::run(&place.open().await?, what).await?)
            }
            Self::Audit { place, what } => audit::run(&place.open().await?, &what).await,
            Self::Key => {
                println!("{}", BASE64.encode(&Keys::random_master()));
                Ok(())
            }
        }
    }
}

async fn migrate(options: &DatabaseOptions) -> Result<(), Failure> {
    let db = open(options).await?;
    let pending = db.pending_migrations().await?;
    db.migrate().await?;
    for name in &pending {
        println!("{name}");
    }
    println!("{} applied; the schema is up to date.", pending.len());
    Ok(())
}

/// What a command needs to reach the data and read what is encrypted in them.
#[derive(Args, Clone, Debug)]
pub struct Place {
    #[command(flatten)]
    database: DatabaseOptions,
    #[command(flatten)]
    secrets: SecretOptions,
}

impl Place {
    /// The process on that database. SQLite is migrated on the way; on PostgreSQL the schema must be the present one.
    pub async fn open(&self) -> Result<App, Failure> {
        let keys = self.secrets.keys()?;
        let settings = Settings {
            data_dir: self.database.data_dir.clone(),
            database: self.database.settings()?,
            ..Settings::default()
        };
        let db = open(&self.database).await?;
        bring_up_to_date(&db).await?;
        Ok(App::start(settings, db, keys, Clock::system()).await?)
    }
}

async fn open(options: &DatabaseOptions) -> Result<Db, Failure> {
    let settings = options.settings()?;
    // Beside the embedded database, the head of the audit chain is kept there.
    std::fs::create_dir_all(&options.data_dir)?;
    Ok(Db::open(&settings, &options.data_dir).await?)
}

/// SQLite belongs to this process and is migrated; PostgreSQL may serve others, so that an operator migrates it.
async fn bring_up_to_date(db: &Db) -> Result<(), Failure> {
    match db.standing().await? {
        Standing::Present => Ok(()),
        Standing::Older if db.backend() == sea_orm::DatabaseBackend::Sqlite => {
            Ok(db.migrate().await?)
        }
        standing => Err(Failure::Found(standing.to_string())),
    }
}

/// Says where a panic was, and not its message, which may hold data.
fn tell_panic(panic: &std::panic::PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string);
    tracing::error!(place, "panicked");
}

fn start_log(options: &LogOptions) -> Result<(), Failure> {
    use tracing_subscriber::{EnvFilter, fmt};

    let filter = EnvFilter::try_new(&options.log)
        .map_err(|_| Unusable("--log: not a filter; `info` and `warn,api=debug` are.".into()))?;
    let subscriber = fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    match options.log_format {
        LogFormat::Human => subscriber.init(),
        LogFormat::Json => subscriber.json().flatten_event(true).init(),
    }
    Ok(())
}
