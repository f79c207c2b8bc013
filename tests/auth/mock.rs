//! An OpenID Connect issuer on this machine, good or bad as a test wants it.

use std::{
    collections::HashMap,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use rcgen::{KeyPair, PKCS_ED25519};
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A private key of no other use than this.
const RSA: &str = include_str!("issuer.pem");

/// The issuer.
pub struct Mock(Arc<Parts>);

struct Parts {
    address: SocketAddr,
    keys: HashMap<&'static str, EncodingKey>,
    published: Mutex<Vec<Value>>,
    document: Mutex<Value>,
    fetched: AtomicU32,
    evil: AtomicU32,
    fails: AtomicBool,
}

/// In the short form (RFC 8410, version 1), of which the public key can be told.
fn ed25519() -> EncodingKey {
    const HEAD: [u8; 16] = [
        0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20,
    ];
    let pair = KeyPair::generate_for(&PKCS_ED25519).expect("a key");
    let private = &pair.serialize_der()[HEAD.len()..][..32];
    EncodingKey::from_ed_der(&[&HEAD, private].concat())
}

fn jwk(key: &EncodingKey, algorithm: Algorithm, kid: &str) -> Value {
    let jwk = Jwk::from_encoding_key(key, algorithm).expect("a public key");
    let mut jwk = serde_json::to_value(jwk).expect("JSON");
    jwk["kid"] = kid.into();
    jwk["use"] = if kid == "enc" { "enc" } else { "sig" }.into();
    jwk
}

impl Mock {
    /// Starts it. It publishes keys of all kinds, `ed`, `es`, `rs`, `enc` (for encryption) and `hs` (a secret one, which no issuer
    /// should), and keeps `new` and `unknown` to itself.
    pub async fn start() -> Self {
        let es = KeyPair::generate().expect("a key");
        let keys = HashMap::from([
            ("ed", ed25519()),
            ("enc", ed25519()),
            ("new", ed25519()),
            ("unknown", ed25519()),
            ("es", EncodingKey::from_ec_der(&es.serialize_der())),
            (
                "rs",
                EncodingKey::from_rsa_pem(RSA.as_bytes()).expect("a key"),
            ),
        ]);
        let secret = data_encoding::BASE64URL_NOPAD.encode(b"0123456789abcdef0123456789abcdef");
        let published = vec![
            jwk(&keys["ed"], Algorithm::EdDSA, "ed"),
            jwk(&keys["es"], Algorithm::ES256, "es"),
            jwk(&keys["rs"], Algorithm::RS256, "rs"),
            jwk(&keys["enc"], Algorithm::EdDSA, "enc"),
            json!({ "kty": "oct", "k": secret, "kid": "hs", "alg": "HS256" }),
            json!({ "kty": "new in 2030", "kid": "later" }),
        ];
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .expect("a port");
        let parts = Arc::new(Parts {
            address: listener.local_addr().expect("an address"),
            keys,
            published: Mutex::new(published),
            document: Mutex::new(json!({})),
            fetched: AtomicU32::new(0),
            evil: AtomicU32::new(0),
            fails: AtomicBool::new(false),
        });
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(document))
            .route("/keys", get(keys_of))
            .route("/redirect", get(async || Redirect::temporary("/keys")))
            .route("/long", get(async || "x".repeat(1_000_000)))
            .route("/evil", get(evil))
            .with_state(parts.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self(parts)
    }

    /// Its name.
    pub fn url(&self) -> String {
        format!("http://{}", self.0.address)
    }

    /// How often its keys were fetched, or tried to be.
    pub fn fetched(&self) -> u32 {
        self.0.fetched.load(Ordering::Relaxed)
    }

    /// How often somebody followed what they should not.
    pub fn evil(&self) -> u32 {
        self.0.evil.load(Ordering::Relaxed)
    }

    /// Lets it fail, or answer again.
    pub fn fail(&self, fails: bool) {
        self.0.fails.store(fails, Ordering::Relaxed);
    }

    /// Publishes one key more.
    pub fn add(&self, kid: &'static str) {
        let jwk = jwk(&self.0.keys[kid], Algorithm::EdDSA, kid);
        let mut published = self
            .0
            .published
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        published.push(jwk);
    }

    /// Changes its document: these fields, or where its keys are said to be.
    pub fn say(&self, change: &Value) {
        let mut change = change.clone();
        if let Some(path) = change["path"].as_str() {
            change = json!({ "jwks_uri": format!("{}{path}", self.url()) });
        }
        *self
            .0
            .document
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = change;
    }

    /// A key as it is published.
    pub fn jwk(&self, kid: &'static str) -> Value {
        jwk(&self.0.keys[kid], Algorithm::EdDSA, kid)
    }

    /// A token.
    pub fn token(&self, claims: &Value) -> String {
        self.sign("ed", Algorithm::EdDSA, claims)
    }

    /// A token by that key.
    pub fn sign(&self, kid: &str, algorithm: Algorithm, claims: &Value) -> String {
        let mut header = Header::new(algorithm);
        header.kid = Some(kid.into());
        self.headed(kid, &header, claims)
    }

    /// A token by that key, with a header of one's own making.
    pub fn headed(&self, kid: &str, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.0.keys[kid]).expect("a token")
    }

    /// A token that names that key, by another.
    pub fn forged(&self, kid: &str, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(kid.into());
        self.headed("unknown", &header, claims)
    }
}

async fn document(State(parts): State<Arc<Parts>>) -> Response {
    if parts.fails.load(Ordering::Relaxed) {
        parts.fetched.fetch_add(1, Ordering::Relaxed);
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let url = format!("http://{}", parts.address);
    let mut document = json!({ "issuer": url, "jwks_uri": format!("{url}/keys") });
    let change = parts
        .document
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    for (name, value) in change.as_object().into_iter().flatten() {
        document[name] = value.clone();
    }
    Json(document).into_response()
}

async fn keys_of(State(parts): State<Arc<Parts>>) -> Response {
    parts.fetched.fetch_add(1, Ordering::Relaxed);
    let published = parts
        .published
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    Json(json!({ "keys": *published })).into_response()
}

async fn evil(State(parts): State<Arc<Parts>>) -> &'static str {
    parts.evil.fetch_add(1, Ordering::Relaxed);
    "{}"
}
