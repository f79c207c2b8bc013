//! Who somebody is by the word of an `OpenID` Connect issuer that the operator has named.
//!
//! Its access token says who; what that account may do is decided here, by its grants, as for everybody else. Accounts are never made by
//! a token: one opens an account whose user name is what the issuer's claim says, and locks it to keep somebody out. There is no session
//! of ours, so a token counts until it ends, its account is locked, or its grants are gone.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use moka::sync::Cache;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use self::keys::Keys;
use crate::{
    app::App,
    auth::{
        Actor, Request,
        jose::{self, Audience},
    },
    config::Oidc,
    error::{Error, Result},
};

mod fetch;
mod keys;

/// How long a verified token is remembered.
const KEPT: Duration = Duration::from_secs(3);
/// How many are.
const CAPACITY: u64 = 20_000;
/// By how many seconds the issuer's clock may differ from ours.
const LEEWAY: i64 = 30;
/// Longest name in a claim.
const LONGEST_NAME: usize = 255;

/// The issuer.
pub struct Issuer {
    settings: Oidc,
    name: String,
    audience: String,
    keys: Keys,
    tokens: Cache<[u8; 32], Arc<Claims>>,
}

/// What a token says, as far as it matters here.
#[derive(Deserialize)]
pub(super) struct Claims {
    iss: String,
    aud: Audience,
    sub: String,
    iat: i64,
    exp: i64,
    nbf: Option<i64>,
    #[serde(flatten)]
    others: Map<String, Value>,
}

impl Claims {
    /// Whether the token counts at that moment. Some issuers leave `nbf` out: then it counts from when it was issued.
    fn is_current(&self, now: DateTime<Utc>) -> bool {
        let now = now.timestamp();
        self.iat - LEEWAY <= now
            && self.nbf.unwrap_or(self.iat) - LEEWAY <= now
            && now < self.exp + LEEWAY
    }

    /// The texts of a claim: one, several or none.
    fn texts(&self, claim: &str) -> Vec<&str> {
        if claim == "sub" {
            return vec![&self.sub];
        }
        match self.others.get(claim) {
            Some(Value::String(text)) => vec![text],
            Some(Value::Array(texts)) => texts.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        }
    }
}

impl Issuer {
    /// The issuer of the settings, if they name one.
    pub fn of(settings: &Oidc, ours: &str) -> Result<Option<Self>> {
        let (Some(issuer), Some(audience)) = (&settings.issuer, &settings.audience) else {
            return Ok(None);
        };
        if issuer.name() == ours {
            let message = "--oidc-issuer and --issuer name the same";
            return Err(Error::Internal(message.into()));
        }
        Ok(Some(Self {
            keys: Keys::of(issuer.clone(), settings)?,
            name: issuer.name().to_owned(),
            audience: audience.clone(),
            settings: settings.clone(),
            tokens: Cache::builder()
                .max_capacity(CAPACITY)
                .time_to_live(KEPT)
                .build(),
        }))
    }

    /// Whether the token says that it comes from this issuer; whether it does is another question.
    pub(super) fn is_named_by(&self, token: &str) -> bool {
        #[derive(Deserialize)]
        struct Named {
            iss: String,
        }
        jose::header(token).is_ok()
            && jsonwebtoken::dangerous::insecure_decode_claims::<Named>(token)
                .is_ok_and(|named| named.iss == self.name)
    }

    /// Who the bearer of this token is.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] where the token is not good, or no account here is meant by it; [`Error::Unavailable`] where the
    /// issuer's keys cannot be had.
    pub(super) async fn actor(
        &self,
        app: &App,
        token: &str,
        request: Arc<Request>,
    ) -> Result<Actor> {
        let claims = self.claims(app, token).await?;
        let meant = claims.texts(&self.settings.account_claim);
        let name = match meant.as_slice() {
            [name] if (1..=LONGEST_NAME).contains(&name.len()) => *name,
            _ => return Err(Error::Unauthenticated),
        };
        let grants = self.settings.grants_claim.as_ref();
        let named = grants.map_or_else(Vec::new, |claim| claims.texts(claim));
        let proved = claims.texts("amr").contains(&"mfa");
        let known = app.sessions.account(app, name).await?;
        known
            .and_then(|known| known.actor_by_grant(&named, proved, app.now(), request))
            .ok_or(Error::Unauthenticated)
    }

    /// What a token says, its signature checked at most once in a while.
    async fn claims(&self, app: &App, token: &str) -> Result<Arc<Claims>> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        let now = app.now();
        if let Some(claims) = self.tokens.get(&hash) {
            return if claims.is_current(now) {
                Ok(claims)
            } else {
                Err(Error::Unauthenticated)
            };
        }
        let kid = jose::header(token)?.kid.ok_or(Error::Unauthenticated)?;
        let key = self.keys.key(&kid, now).await?;
        let claims: Claims = key.verify(token)?;
        let good = claims.iss == self.name
            && claims.aud.names(&self.audience)
            && !claims.sub.is_empty()
            && claims.is_current(now);
        if !good {
            return Err(Error::Unauthenticated);
        }
        let claims = Arc::new(claims);
        self.tokens.insert(hash, claims.clone());
        Ok(claims)
    }
}
