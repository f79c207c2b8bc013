//! Tokens, sessions and keys as last read: three seconds at most, so that a revocation takes effect within five.

use std::{
    fmt,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use moka::sync::Cache;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{
        identity::Known,
        key::{self, Ring},
        token::{self, Claims},
    },
    error::{Error, Result},
};

/// How long something read is good.
const KEPT: Duration = Duration::from_secs(3);
/// How soon after reading the keys an unknown one is looked for again: another process may have made it.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// How many sessions and tokens are kept.
const CAPACITY: u64 = 20_000;

/// Sessions, grants and keys as last read, so that a request costs no statement for them.
pub struct SessionCache {
    tokens: Cache<[u8; 32], Arc<Claims>>,
    sessions: Cache<Uuid, Arc<Known>>,
    accounts: Cache<String, Arc<Known>>,
    ring: RwLock<Option<Arc<Ring>>>,
}

impl SessionCache {
    /// An empty cache.
    #[must_use]
    pub fn new() -> Self {
        Self {
            tokens: Cache::builder()
                .max_capacity(CAPACITY)
                .time_to_live(KEPT)
                .build(),
            sessions: Cache::builder()
                .max_capacity(CAPACITY)
                .time_to_live(KEPT)
                .build(),
            accounts: Cache::builder()
                .max_capacity(CAPACITY)
                .time_to_live(KEPT)
                .build(),
            ring: RwLock::new(None),
        }
    }

    /// Forgets everything: an account, a grant or a key has changed.
    pub fn forget(&self) {
        self.tokens.invalidate_all();
        self.sessions.invalidate_all();
        self.accounts.invalidate_all();
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Forgets one session.
    pub(super) fn forget_session(&self, session: Uuid) {
        self.sessions.invalidate(&session);
    }

    /// What a token says, its signature checked at most once in a while.
    pub(super) async fn claims(&self, app: &App, token: &str) -> Result<Arc<Claims>> {
        let name: [u8; 32] = Sha256::digest(token).into();
        if let Some(claims) = self.tokens.get(&name) {
            return if claims.is_current(app.now()) {
                Ok(claims)
            } else {
                Err(Error::Unauthenticated)
            };
        }
        let kid = token::kid(token)?;
        let mut ring = self.ring(app).await?;
        if ring.accepted(&kid, app.now()).is_none() && ring.read_at.elapsed() > LOOK_AGAIN {
            ring = self.read_ring(app).await?;
        }
        let claims = Arc::new(token::verify(app, &ring, &kid, token)?);
        self.tokens.insert(name, claims.clone());
        Ok(claims)
    }

    /// The session of that id with its account and grants; none where there is no such session.
    pub(super) async fn session(&self, app: &App, session: Uuid) -> Result<Option<Arc<Known>>> {
        // A row that was long in coming is as old as the question, not as the answer.
        if let Some(known) = self.sessions.get(&session)
            && known.read_at.elapsed() < KEPT
        {
            return Ok(Some(known));
        }
        let Some(known) = Known::read(app, session).await?.map(Arc::new) else {
            return Ok(None);
        };
        self.sessions.insert(session, known.clone());
        Ok(Some(known))
    }

    /// The person's account of that user name with its grants; none where there is no such account.
    pub(super) async fn account(&self, app: &App, name: &str) -> Result<Option<Arc<Known>>> {
        if let Some(known) = self.accounts.get(name)
            && known.read_at.elapsed() < KEPT
        {
            return Ok(Some(known));
        }
        let Some(known) = Known::read_account(app, name).await?.map(Arc::new) else {
            return Ok(None);
        };
        self.accounts.insert(name.to_owned(), known.clone());
        Ok(Some(known))
    }

    /// The signing keys.
    pub(super) async fn ring(&self, app: &App) -> Result<Arc<Ring>> {
        let kept = self
            .ring
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        match kept.filter(|ring| ring.read_at.elapsed() < KEPT) {
            Some(ring) => Ok(ring),
            None => self.read_ring(app).await,
        }
    }

    async fn read_ring(&self, app: &App) -> Result<Arc<Ring>> {
        let ring = Arc::new(key::read(app).await?);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Some(ring.clone());
        Ok(ring)
    }
}

impl Default for SessionCache {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SessionCache {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nothing of what it holds belongs in a log.
        out.debug_struct("SessionCache").finish_non_exhaustive()
    }
}
