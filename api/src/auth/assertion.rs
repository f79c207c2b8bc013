//! API clients that show a signature in place of a secret (`private_key_jwt`, RFC 7523): the client signs that it is itself, for us, now,
//! and we keep its public key alone. Each of its assertions serves once.

use chrono::{DateTime, Duration, Utc};
use data_encoding::HEXLOWER;
use entity::{assertion, client_key};
use jsonwebtoken::{Algorithm, DecodingKey, dangerous::insecure_decode_claims, jwk::Jwk};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    app::App,
    auth::jose::{self, Audience, Key},
    crypto::digest,
    db::Txn,
    error::{Error, ProblemCode, Result},
};

/// What an assertion is called in a token request.
pub(super) const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Seconds for which an assertion may be good.
const LONGEST_LIFE: i64 = 300;
/// By how many seconds clocks may differ.
const LEEWAY: i64 = 5;
/// Longest `jti`.
const LONGEST_ID: usize = 200;
/// Keys of one client that are tried.
const MOST_KEYS: u64 = 5;

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Audience,
    exp: i64,
    nbf: Option<i64>,
    iat: Option<i64>,
    jti: String,
}

impl Claims {
    /// Whether it says what it has to, whoever signed it: by the client, of itself, to us, and for now.
    fn is_good(&self, app: &App) -> bool {
        let now = app.now().timestamp();
        let begun = |at: Option<i64>| at.is_none_or(|at| at - LEEWAY <= now);
        self.iss == self.sub
            && is_for_us(&self.aud, app)
            && (1..=LONGEST_ID).contains(&self.jti.len())
            && now < self.exp + LEEWAY
            && self.exp <= now + LONGEST_LIFE + LEEWAY
            && begun(self.nbf)
            && begun(self.iat)
    }
}

fn is_for_us(audience: &Audience, app: &App) -> bool {
    let url = app.settings.serving.public_url.as_deref();
    audience.names(&app.settings.issuer)
        || url.is_some_and(|url| {
            let url = url.trim_end_matches('/');
            audience.names(url) || audience.names(&format!("{url}/oauth/token"))
        })
}

/// An assertion that says what it has to; who signed it is not known yet.
pub(super) struct Claimed<'t> {
    text: &'t str,
    key_id: Option<String>,
    claims: Claims,
}

/// Reads what an assertion claims. It costs no statement.
///
/// # Errors
/// [`Error::SignInRefused`] where it does not say what it has to, or names another client than the request does.
pub(super) fn read<'t>(app: &App, text: &'t str, client_id: Option<&str>) -> Result<Claimed<'t>> {
    let header = jose::header(text).map_err(|_| Error::SignInRefused)?;
    let claims: Claims = insecure_decode_claims(text).map_err(|_| Error::SignInRefused)?;
    if !claims.is_good(app) || client_id.is_some_and(|id| id != claims.sub) {
        return Err(Error::SignInRefused);
    }
    Ok(Claimed {
        text,
        key_id: header.kid,
        claims,
    })
}

/// An assertion that its client has signed.
pub(super) struct Shown {
    hash: String,
    until: DateTime<Utc>,
}

impl Claimed<'_> {
    /// The client that it names.
    pub(super) fn client(&self) -> &str {
        &self.claims.sub
    }

    /// Holds it against the client's public keys.
    ///
    /// # Errors
    /// [`Error::SignInRefused`] where none of them fits.
    pub(super) async fn verify(&self, app: &App, client: Uuid) -> Result<Shown> {
        let keys = client_key::Entity::find()
            .filter(client_key::Column::AccountId.eq(client))
            .order_by_desc(client_key::Column::Id)
            .limit(MOST_KEYS)
            .all(app.db.reader())
            .await?;
        let signed = keys
            .iter()
            .filter_map(|row| serde_json::from_str::<Jwk>(&row.jwk).ok())
            .any(|jwk| self.is_signed_by(&jwk));
        let until = DateTime::from_timestamp(self.claims.exp + LEEWAY, 0);
        let until = until.filter(|_| signed).ok_or(Error::SignInRefused)?;
        let hash = digest(&[client.as_bytes(), self.claims.jti.as_bytes()]);
        Ok(Shown {
            hash: HEXLOWER.encode(&hash),
            until,
        })
    }

    fn is_signed_by(&self, jwk: &Jwk) -> bool {
        let named = self.key_id.as_ref().zip(jwk.common.key_id.as_ref());
        named.is_none_or(|(one, other)| one == other)
            && Key::of(jwk).is_some_and(|key| key.verify::<Claims>(self.text).is_ok())
    }
}

/// Uses the assertion up.
///
/// # Errors
/// [`Error::SignInRefused`] where that has been done.
pub(super) async fn use_up(txn: &Txn, shown: &Shown) -> Result<()> {
    let row = assertion::Model {
        hash: shown.hash.clone(),
        expires_at: shown.until,
    };
    let inserted = assertion::Entity::insert(row.into_active_model())
        .exec_without_returning(&**txn)
        .await
        .map_err(Error::from);
    match inserted {
        Err(Error::Database(fault)) if fault.is_unique_violation() => Err(Error::SignInRefused),
        inserted => inserted.map(|_| ()),
    }
}

/// Removes what has run out by itself.
pub(super) async fn sweep(txn: &Txn, app: &App) -> Result<()> {
    assertion::Entity::delete_many()
        .filter(assertion::Column::ExpiresAt.lt(app.now() - Duration::minutes(1)))
        .exec(&**txn)
        .await?;
    Ok(())
}

/// Keeps a public key of a client.
pub async fn keep(app: &App, client: Uuid, key: &Jwk) -> Result<()> {
    let jwk = serde_json::to_string(key)
        .map_err(|_| Error::Internal("a public key cannot be written".into()))?;
    let row = client_key::Model {
        id: app.new_id(),
        account_id: client,
        jwk,
        created_at: app.now(),
    };
    app.db
        .write(async |txn| {
            client_key::Entity::insert(row.clone().into_active_model())
                .exec_without_returning(&*txn)
                .await?;
            Ok(())
        })
        .await
}

/// Forgets the public keys of a client.
pub(super) async fn forget(txn: &Txn, client: Uuid) -> Result<()> {
    client_key::Entity::delete_many()
        .filter(client_key::Column::AccountId.eq(client))
        .exec(&**txn)
        .await?;
    Ok(())
}

/// Reads a public key, a JSON Web Key or PEM.
///
/// # Errors
/// [`Error::InvalidInput`] where it is neither, or a key that is not taken.
pub fn public_key(text: &str, path: &str) -> Result<Jwk> {
    let bad = || {
        let message = "A public key is a JSON Web Key or PEM (PUBLIC KEY): Ed25519, P-256, or RSA of 2,048 bits or more.";
        Error::invalid(path, ProblemCode::Format, message)
    };
    if text.contains("PRIVATE") || text.contains("\"d\"") {
        let message = "This is a private key, which stays with the client; name the public one.";
        return Err(Error::invalid(path, ProblemCode::NotAllowed, message));
    }
    let jwk = serde_json::from_str(text)
        .ok()
        .or_else(|| of_pem(text.as_bytes()));
    jwk.filter(|jwk| Key::of(jwk).is_some()).ok_or_else(bad)
}

fn of_pem(pem: &[u8]) -> Option<Jwk> {
    let read = [
        (DecodingKey::from_ed_pem(pem), Algorithm::EdDSA),
        (DecodingKey::from_ec_pem(pem), Algorithm::ES256),
        (DecodingKey::from_rsa_pem(pem), Algorithm::RS256),
    ];
    read.into_iter().find_map(|(key, algorithm)| {
        // An RSA key may sign by RS256 or by PS256: which, its JWK would say.
        Jwk::from_decoding_key(&key.ok()?, Some(algorithm)).ok()
    })
}
