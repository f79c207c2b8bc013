//! Settings of the operator, from the command line, the environment, or files for whatever is secret.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use crate::db::DbSettings;

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
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            data_dir: PathBuf::from("liandong-data"),
            database: DbSettings {
                url: None,
                connections: 8,
                statement_timeout: Duration::from_secs(30),
            },
            issuer: "liandong".into(),
            access_token_life: Duration::from_secs(15 * 60),
            session_life: Duration::from_secs(12 * 60 * 60),
            anonymous_introspection: false,
        }
    }
}
