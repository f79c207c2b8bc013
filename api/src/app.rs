//! What the process has: everything an operation needs beside its actor and its input.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    auth::Throttle,
    budget::{Budgets, Client},
    clock::Clock,
    config::Settings,
    crypto::Keys,
    db::Db,
    error::Result,
    metrics::{Limit, Metrics},
    network::directory::DirectoryCache,
    record::{audit::AuditWriter, bus::Bus},
};

/// The process: cheap to clone, the same for every request.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts of an [`App`].
pub struct Parts {
    /// The database.
    pub db: Db,
    /// Encryption and keyed hashes.
    pub keys: Keys,
    /// The time.
    pub clock: Clock,
    /// The institutions, for display.
    pub directory: DirectoryCache,
    /// The way to the audit trail for whatever only reads.
    pub audit: AuditWriter,
    /// The way to whoever follows the feed.
    pub bus: Bus,
    /// Sessions, grants and keys, as last read.
    pub sessions: crate::auth::SessionCache,
    /// What each client may spend on operations, where that is limited.
    pub budgets: Option<Budgets<Client>>,
    /// How often somebody may try to sign in.
    pub throttle: Throttle,
    /// The issuer outside whose tokens are taken beside ours, where there is one.
    pub issuer: Option<crate::auth::Issuer>,
    /// What monitors are told of this process.
    pub metrics: Metrics,
    /// Settings of the operator.
    pub settings: Settings,
    /// Name of this process among others on the same database.
    pub process: String,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Puts the process together on a migrated database.
    pub async fn start(settings: Settings, db: Db, keys: Keys, clock: Clock) -> Result<Self> {
        let directory = DirectoryCache::load(&db).await?;
        let issuer = crate::auth::Issuer::of(&settings.oidc, &settings.issuer)?;
        let metrics = Metrics::new(clock.now());
        let app = Self(Arc::new(Parts {
            issuer,
            audit: AuditWriter::new(db.clone()),
            budgets: Budgets::new(settings.rates.points, settings.rates.points),
            throttle: Throttle::new(&settings.rates, metrics.limited(Limit::SignIns)),
            sessions: crate::auth::SessionCache::new(),
            bus: Bus::default(),
            metrics,
            directory,
            process: Uuid::from_bytes(crate::crypto::random()).to_string(),
            db,
            keys,
            clock,
            settings,
        }));
        Ok(app)
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A new id.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        crate::id::new(self.now())
    }
}
