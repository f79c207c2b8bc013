//! The issuer's keys: fetched at first need, kept for ten minutes, and for an hour where the issuer cannot be reached.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use chrono::{DateTime, Duration, Utc};
use jsonwebtoken::jwk::Jwk;
use serde_json::Value;
use tokio::sync::Mutex;

use super::fetch::{Fault, Way};
use crate::{
    auth::jose::Key,
    config::{IssuerUrl, Oidc},
    error::{Error, Result},
};

/// How long keys are good before they are fetched again.
const FRESH: Duration = Duration::minutes(10);
/// How long they are good where that fails.
const USABLE: Duration = Duration::hours(1);
/// How often an unknown key may have them fetched, for anybody can name one.
const LOOK_AGAIN: Duration = Duration::minutes(1);
/// How long to wait after a failure, doubled with each one more, and at most.
const REST: Duration = Duration::seconds(5);
const LONGEST_REST: Duration = Duration::minutes(5);
/// Keys that an issuer may have.
const MOST: usize = 50;

/// The issuer's keys.
pub(super) struct Keys {
    way: Way,
    present: RwLock<Option<Arc<Held>>>,
    /// Held while they are fetched: by one at a time.
    tried: Mutex<Tried>,
}

struct Held {
    keys: HashMap<String, Arc<Key>>,
    since: DateTime<Utc>,
}

#[derive(Default)]
struct Tried {
    failures: u32,
    not_before: Option<DateTime<Utc>>,
    unknown_at: Option<DateTime<Utc>>,
}

impl Keys {
    pub(super) fn of(issuer: IssuerUrl, settings: &Oidc) -> Result<Self> {
        Ok(Self {
            way: Way::of(issuer, settings)?,
            present: RwLock::new(None),
            tried: Mutex::default(),
        })
    }

    /// The key of that id.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the issuer has no such key; [`Error::Unavailable`] where it cannot be asked.
    pub(super) async fn key(&self, kid: &str, now: DateTime<Utc>) -> Result<Arc<Key>> {
        let Some(held) = self.usable(now) else {
            let mut tried = self.tried.lock().await;
            // Another may have fetched them meanwhile.
            if self.usable(now).is_none() {
                self.fetch(&mut tried, now).await?;
            }
            drop(tried);
            let held = self.usable(now).ok_or(Error::Unavailable)?;
            return held.keys.get(kid).cloned().ok_or(Error::Unauthenticated);
        };
        let known = held.keys.get(kid).cloned();
        if held.since + FRESH <= now {
            // One fetches, the others go on with what there is.
            if let Ok(mut tried) = self.tried.try_lock() {
                let _ = self.fetch(&mut tried, now).await;
            }
        } else if known.is_none() {
            let mut tried = self.tried.lock().await;
            let due = tried.unknown_at.is_none_or(|at| at + LOOK_AGAIN <= now);
            if due
                && self
                    .usable(now)
                    .is_some_and(|found| Arc::ptr_eq(&found, &held))
            {
                tried.unknown_at = Some(now);
                let _ = self.fetch(&mut tried, now).await;
            }
        }
        let held = self.usable(now).ok_or(Error::Unavailable)?;
        held.keys.get(kid).cloned().ok_or(Error::Unauthenticated)
    }

    fn usable(&self, now: DateTime<Utc>) -> Option<Arc<Held>> {
        let present = self.present.read().unwrap_or_else(PoisonError::into_inner);
        present.clone().filter(|held| now < held.since + USABLE)
    }

    async fn fetch(&self, tried: &mut Tried, now: DateTime<Utc>) -> Result<()> {
        if tried.not_before.is_some_and(|at| now < at) {
            return Err(Error::Unavailable);
        }
        match self.way.keys().await.map(|set| read(&set)) {
            Ok(keys) => {
                tried.failures = 0;
                tried.not_before = None;
                let held = Arc::new(Held { keys, since: now });
                *self.present.write().unwrap_or_else(PoisonError::into_inner) = Some(held);
                Ok(())
            }
            Err(fault) => {
                tried.note(fault, now);
                Err(Error::Unavailable)
            }
        }
    }
}

impl Tried {
    /// Notes a failure, after which the issuer is left alone for a while.
    fn note(&mut self, fault: Fault, now: DateTime<Utc>) {
        let rest = REST * 2_i32.pow(self.failures.min(10));
        self.failures = self.failures.saturating_add(1);
        self.not_before = Some(now + rest.min(LONGEST_REST));
        tracing::warn!(%fault, failures = self.failures, "the issuer's keys cannot be had");
    }
}

/// The keys of a set that can be used here, by their ids; one of several of the same id is as good as none.
fn read(set: &[Value]) -> HashMap<String, Arc<Key>> {
    let mut keys = HashMap::new();
    let mut ambiguous = Vec::new();
    for value in set.iter().take(MOST) {
        let Ok(jwk) = serde_json::from_value::<Jwk>(value.clone()) else {
            continue;
        };
        let Some((kid, key)) = jwk.common.key_id.clone().zip(Key::of(&jwk)) else {
            continue;
        };
        if keys.insert(kid.clone(), Arc::new(key)).is_some() {
            ambiguous.push(kid);
        }
    }
    keys.retain(|kid, _| !ambiguous.contains(kid));
    keys
}
