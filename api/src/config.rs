//! Settings of the operator, from the command line, the environment, or files for whatever is secret.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::Args;
use data_encoding::BASE64;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    crypto::Keys,
    db::DbSettings,
    http::{DocumentList, OnlyFor},
};

pub use self::{
    outside::{IssuerUrl, Oidc, is_loopback},
    serving::{AdminAddress, Origin, Serving, Sockets},
};

mod outside;
mod serving;

/// Everything that an operator can set.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// Folder of the embedded database and other files.
    pub data_dir: PathBuf,
    /// How to reach the database.
    pub database: DbSettings,
    /// Name of this service in its tokens (`iss`) and their audience (`aud`).
    pub issuer: String,
    /// How long an access token is good.
    pub access_token_life: Duration,
    /// How long a session is good without use.
    pub session_life: Duration,
    /// Whether callers without a token may read the schema (introspection).
    pub anonymous_introspection: bool,
    /// Whether the explorer is served at `/explorer/`.
    pub explorer: bool,
    /// Bytes of a file.
    pub max_file: u64,
    /// How many patients one account may open by break-glass within an hour.
    pub break_glass_per_hour: u32,
    /// Days for which a closed referral still opens what stands beside it, its follow-ups.
    pub beside_days: i64,
    /// What a GraphQL document may ask for.
    pub limits: Limits,
    /// How much a client may ask for in a time.
    pub rates: Rates,
    /// The documents that the operator has listed.
    pub listed: Listed,
    /// How connections are taken.
    pub serving: Serving,
    /// What one account may hold open.
    pub sockets: Sockets,
    /// An issuer whose tokens are taken beside ours.
    pub oidc: Oidc,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data_dir: PathBuf::from("liandong-data"),
            database: DbSettings {
                url: None,
                connections: 8,
                connection_timeout: Duration::from_secs(5),
                statement_timeout: Duration::from_secs(30),
            },
            issuer: "liandong".into(),
            access_token_life: Duration::from_mins(15),
            session_life: Duration::from_hours(12),
            anonymous_introspection: false,
            explorer: true,
            max_file: 20 * 1024 * 1024,
            break_glass_per_hour: 5,
            beside_days: 90,
            limits: Limits::default(),
            rates: Rates::default(),
            listed: Listed::default(),
            serving: Serving::default(),
            sockets: Sockets::default(),
            oidc: Oidc::default(),
        }
    }
}

/// What a GraphQL document may ask for; whatever is beyond is refused before any of it is executed.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Limits of a GraphQL document")]
pub struct Limits {
    /// Bytes of a request body.
    #[arg(long = "max-body", env = "LIANDONG_MAX_BODY", default_value_t = Self::default().body, value_name = "BYTES")]
    pub body: usize,
    /// Bytes of a document.
    #[arg(long = "max-document", env = "LIANDONG_MAX_DOCUMENT", default_value_t = Self::default().document, value_name = "BYTES")]
    pub document: usize,
    /// Tokens of a document.
    #[arg(long = "max-tokens", env = "LIANDONG_MAX_TOKENS", default_value_t = Self::default().tokens, value_name = "COUNT")]
    pub tokens: usize,
    /// How deep fields may nest, fragments followed.
    #[arg(long = "max-depth", env = "LIANDONG_MAX_DEPTH", default_value_t = Self::default().depth, value_name = "COUNT")]
    pub depth: usize,
    /// Aliases of an operation, fragments followed.
    #[arg(long = "max-aliases", env = "LIANDONG_MAX_ALIASES", default_value_t = Self::default().aliases, value_name = "COUNT")]
    pub aliases: usize,
    /// Directives of an operation, fragments followed.
    #[arg(long = "max-directives", env = "LIANDONG_MAX_DIRECTIVES", default_value_t = Self::default().directives, value_name = "COUNT")]
    pub directives: usize,
    /// Root fields of an operation.
    #[arg(long = "max-root-fields", env = "LIANDONG_MAX_ROOT_FIELDS", default_value_t = Self::default().root_fields, value_name = "COUNT")]
    pub root_fields: usize,
    /// Fields of an operation, fragments followed.
    #[arg(long = "max-fields", env = "LIANDONG_MAX_FIELDS", default_value_t = Self::default().fields, value_name = "COUNT")]
    pub fields: usize,
    /// Calculated cost of an operation: an object costs 1, a page as much as its rows, a mutation 10, a total count 50.
    #[arg(long = "max-cost", env = "LIANDONG_MAX_COST", default_value_t = Self::default().cost, value_name = "COST")]
    pub cost: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // A hundred letters, each with some 10,000 characters of Chinese text.
            body: 4 * 1024 * 1024,
            document: 64 * 1024,
            tokens: 8_000,
            depth: 20,
            aliases: 100,
            directives: 100,
            root_fields: 20,
            fields: 4_000,
            cost: 50_000,
        }
    }
}

/// How much a client may ask for in a time. 0 lifts a limit.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "What a client may spend (0: no limit)")]
pub struct Rates {
    /// Points of calculated cost that an account, or an address that calls without a token, may spend at once; as much comes back in a
    /// minute.
    #[arg(long = "points-per-minute", env = "LIANDONG_POINTS_PER_MINUTE", default_value_t = Self::default().points, value_name = "POINTS", value_parser = clap::value_parser!(u32).range(0..=2_000_000_000))]
    pub points: u32,
    /// Attempts to sign in, or to fetch a token, with one user name or client id in a minute.
    #[arg(long = "sign-ins-per-minute", env = "LIANDONG_SIGN_INS_PER_MINUTE", default_value_t = Self::default().sign_ins, value_name = "COUNT")]
    pub sign_ins: u32,
    /// Failed sign-ins from one address (IPv6: one /64 network) in a minute; ten times as many at once. Successes do not count.
    #[arg(long = "sign-in-failures-per-minute", env = "LIANDONG_SIGN_IN_FAILURES_PER_MINUTE", default_value_t = Self::default().sign_in_failures, value_name = "COUNT")]
    pub sign_in_failures: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            // Four of the dearest operations, 400 rich pages of referrals, or some 10,000 letters.
            points: 200_000,
            sign_ins: 60,
            // A tenth of two thousand people mistype their password within the hour, and nobody waits.
            sign_in_failures: 20,
        }
    }
}

/// The documents that the operator has listed.
#[derive(Clone, Debug, Default)]
pub struct Listed {
    /// The list.
    pub list: Arc<DocumentList>,
    /// For whom it is all there is.
    pub only_for: Option<OnlyFor>,
}

/// Documents that clients may name instead of sending them.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Persisted documents")]
pub struct DocumentOptions {
    /// File of documents: Apollo's persisted query manifest, or a JSON object of ids and documents.
    #[arg(long, env = "LIANDONG_DOCUMENTS", value_name = "FILE")]
    pub documents: Option<PathBuf>,
    /// Whose only documents these are.
    #[arg(
        long = "only-documents",
        env = "LIANDONG_ONLY_DOCUMENTS",
        value_name = "WHO",
        requires = "documents"
    )]
    pub only_for: Option<OnlyFor>,
}

impl DocumentOptions {
    /// The list, every document of which could be run.
    pub fn listed(&self, limits: Limits) -> Result<Listed, Unusable> {
        let list = match &self.documents {
            Some(file) => DocumentList::read(file, limits)
                .map_err(|faults| Unusable(format!("--documents: {}", faults.join("\n  "))))?,
            None => DocumentList::default(),
        };
        Ok(Listed {
            list: Arc::new(list),
            only_for: self.only_for,
        })
    }
}

/// Where the data are.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Database")]
pub struct DatabaseOptions {
    /// Folder of the embedded database.
    #[arg(
        long,
        global = true,
        env = "LIANDONG_DATA_DIR",
        default_value = "liandong-data",
        value_name = "FOLDER"
    )]
    pub data_dir: PathBuf,
    /// Address of a PostgreSQL database (postgres://…); without one the embedded SQLite is used.
    #[arg(
        long,
        global = true,
        env = "DATABASE_URL",
        hide_env_values = true,
        value_name = "URL"
    )]
    pub database_url: Option<SecretString>,
    /// File that holds the address of the database, where it carries a password.
    #[arg(
        long,
        global = true,
        env = "LIANDONG_DATABASE_URL_FILE",
        value_name = "FILE",
        conflicts_with = "database_url"
    )]
    pub database_url_file: Option<PathBuf>,
    /// Connections to the database.
    #[arg(long, global = true, env = "LIANDONG_CONNECTIONS", default_value_t = 8, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=500))]
    pub connections: u32,
    /// Seconds that an operation waits for a free connection before it is refused as UNAVAILABLE.
    #[arg(long, global = true, env = "LIANDONG_CONNECTION_TIMEOUT", default_value_t = 5, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=600))]
    pub connection_timeout: u64,
    /// Seconds that one statement may take (PostgreSQL).
    #[arg(long, global = true, env = "LIANDONG_STATEMENT_TIMEOUT", default_value_t = 30, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub statement_timeout: u64,
}

/// The master secret, from which all keys are derived and which never enters the database.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Secrets")]
pub struct SecretOptions {
    /// File that holds the master secret in base64 (32 bytes or more); the environment may hold the secret itself, in `LIANDONG_MASTER_KEY`.
    #[arg(
        long,
        global = true,
        env = "LIANDONG_MASTER_KEY_FILE",
        value_name = "FILE"
    )]
    pub master_key_file: Option<PathBuf>,
    /// The master secret itself, from the environment only: a command line can be read by others.
    #[arg(
        long = "master-key-from-environment",
        global = true,
        env = "LIANDONG_MASTER_KEY",
        hide_env_values = true,
        hide = true,
        value_name = "BASE64"
    )]
    pub master_key: Option<SecretString>,
}

/// How the service answers.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Service")]
pub struct ServiceOptions {
    /// Address and port to listen on; port 0 picks a free one.
    #[arg(
        long,
        env = "LIANDONG_LISTEN",
        default_value = "127.0.0.1:8080",
        value_name = "ADDRESS"
    )]
    pub listen: SocketAddr,
    /// Name of this service in its tokens: their issuer and audience.
    #[arg(
        long,
        env = "LIANDONG_ISSUER",
        default_value = "liandong",
        value_name = "NAME"
    )]
    pub issuer: String,
    /// Seconds that an access token is good.
    #[arg(long, env = "LIANDONG_ACCESS_TOKEN_LIFE", default_value_t = 15 * 60, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(30..=86_400))]
    pub access_token_life: u64,
    /// Seconds that a session is good without use.
    #[arg(long, env = "LIANDONG_SESSION_LIFE", default_value_t = 12 * 60 * 60, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(60..=2_592_000))]
    pub session_life: u64,
    /// Days for which a closed referral still opens its follow-ups to its sender and receiver.
    #[arg(long, env = "LIANDONG_BESIDE_DAYS", default_value_t = 90, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(0..=3_650))]
    pub beside_days: i64,
    /// Let callers without a token read the schema (introspection).
    #[arg(long, env = "LIANDONG_ANONYMOUS_INTROSPECTION")]
    pub anonymous_introspection: bool,
    /// Do not serve the explorer (GraphiQL) at /explorer/.
    #[arg(long, env = "LIANDONG_NO_EXPLORER")]
    pub no_explorer: bool,
    /// Bytes of a file (POST /files).
    #[arg(long, env = "LIANDONG_MAX_FILE", default_value_t = 20 * 1024 * 1024, value_name = "BYTES", value_parser = clap::value_parser!(u64).range(1..=1_073_741_824))]
    pub max_file: u64,
    /// How many patients one account may open by break-glass within an hour.
    #[arg(long, env = "LIANDONG_BREAK_GLASS_PER_HOUR", default_value_t = 5, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub break_glass_per_hour: u32,
}

/// A setting that cannot be used; says which, never its value.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Unusable(pub String);

impl DatabaseOptions {
    /// How the database is reached.
    pub fn settings(&self) -> Result<DbSettings, Unusable> {
        let url = match (&self.database_url, &self.database_url_file) {
            (Some(url), _) => Some(url.expose_secret().to_owned()),
            (None, Some(file)) => Some(read_secret(file, "--database-url-file")?),
            (None, None) => None,
        };
        Ok(DbSettings {
            url: url.filter(|url| !url.is_empty()),
            connections: self.connections,
            connection_timeout: Duration::from_secs(self.connection_timeout),
            statement_timeout: Duration::from_secs(self.statement_timeout),
        })
    }
}

impl SecretOptions {
    /// The keys that the master secret gives.
    pub fn keys(&self) -> Result<Keys, Unusable> {
        let text = match (&self.master_key_file, &self.master_key) {
            (Some(file), _) => read_secret(file, "--master-key-file")?,
            (None, Some(text)) => text.expose_secret().to_owned(),
            (None, None) => {
                return Err(Unusable(
                    "The master secret is missing: name its file by --master-key-file or LIANDONG_MASTER_KEY_FILE, \
                     or give it in LIANDONG_MASTER_KEY. `liandong key` prints a new one; keep it, for without it \
                     the data do not open."
                        .into(),
                ));
            }
        };
        BASE64
            .decode(text.trim().as_bytes())
            .ok()
            .and_then(|master| Keys::new(master).ok())
            .ok_or_else(|| {
                Unusable("The master secret is not base64 of at least 32 bytes; `liandong key` prints a good one.".into())
            })
    }
}

impl ServiceOptions {
    /// All settings, of the service and of the rest.
    pub fn settings(
        &self,
        database: &DatabaseOptions,
        limits: Limits,
    ) -> Result<Settings, Unusable> {
        Ok(Settings {
            listen: self.listen,
            data_dir: database.data_dir.clone(),
            database: database.settings()?,
            issuer: self.issuer.clone(),
            access_token_life: Duration::from_secs(self.access_token_life),
            session_life: Duration::from_secs(self.session_life),
            anonymous_introspection: self.anonymous_introspection,
            explorer: !self.no_explorer,
            max_file: self.max_file,
            break_glass_per_hour: self.break_glass_per_hour,
            beside_days: self.beside_days,
            limits,
            ..Settings::default()
        })
    }
}

fn read_secret(file: &Path, option: &str) -> Result<String, Unusable> {
    std::fs::read_to_string(file)
        .map(|text| text.trim().to_owned())
        .map_err(|fault| {
            Unusable(format!(
                "{option}: {} cannot be read ({}).",
                file.display(),
                fault.kind()
            ))
        })
}
