//! Access tokens: JWT signed with Ed25519, checked against our own clock and nothing but our own keys.

use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{jose, key::Ring},
    error::{Error, Result},
    id::{self, Kind},
};

/// Longer texts are no tokens of ours.
const LONGEST: usize = 2_000;
/// By how many seconds clocks may differ.
const LEEWAY: i64 = 5;

/// What an access token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    iss: String,
    aud: String,
    /// Public id of the account.
    sub: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    /// The session.
    pub(super) sid: Uuid,
    /// The grant in whose scope it acts.
    pub(super) gid: Uuid,
}

impl Claims {
    /// What a token of this account and session says.
    pub(super) fn new(
        app: &App,
        account: Uuid,
        session: Uuid,
        grant: Uuid,
        until: DateTime<Utc>,
    ) -> Self {
        let now = app.now().timestamp();
        Self {
            iss: app.settings.issuer.clone(),
            aud: app.settings.issuer.clone(),
            sub: id::encode(Kind::Account, account),
            iat: now,
            nbf: now,
            exp: until.timestamp(),
            sid: session,
            gid: grant,
        }
    }

    /// The account.
    pub(super) fn account(&self) -> Result<Uuid> {
        id::decode(Kind::Account, &self.sub, "sub").map_err(|_| Error::Unauthenticated)
    }

    /// Whether the token counts at that moment.
    pub(super) fn is_current(&self, now: DateTime<Utc>) -> bool {
        let now = now.timestamp();
        self.nbf - LEEWAY <= now && now < self.exp + LEEWAY
    }
}

/// Signs a token.
pub(super) fn sign(ring: &Ring, claims: &Claims) -> Result<String> {
    let (kid, key) = ring.signing()?;
    let header = Header {
        kid: Some(kid.to_owned()),
        ..Header::new(Algorithm::EdDSA)
    };
    encode(&header, claims, key)
        .map_err(|_| Error::Internal("an access token cannot be signed".into()))
}

/// The id of the key that a token claims to be signed with. A header that brings or points to a key of its own is refused.
pub(super) fn kid(token: &str) -> Result<String> {
    if token.len() > LONGEST {
        return Err(Error::Unauthenticated);
    }
    let header = jose::header(token)?;
    if header.alg != Algorithm::EdDSA {
        return Err(Error::Unauthenticated);
    }
    header.kid.ok_or(Error::Unauthenticated)
}

/// Checks signature, issuer, audience and that every claim is there. The library would ask the machine for the time; we ask our clock.
pub(super) fn verify(app: &App, ring: &Ring, kid: &str, token: &str) -> Result<Claims> {
    let now = app.now();
    let key = ring.accepted(kid, now).ok_or(Error::Unauthenticated)?;
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_issuer(&[&app.settings.issuer]);
    validation.set_audience(&[&app.settings.issuer]);
    validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    let claims = decode::<Claims>(token, key, &validation)
        .map_err(|_| Error::Unauthenticated)?
        .claims;
    if claims.is_current(now) {
        Ok(claims)
    } else {
        Err(Error::Unauthenticated)
    }
}
