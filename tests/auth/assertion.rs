//! API clients that sign in place of showing a secret (RFC 7523).

use api::auth::assertion::{keep, public_key};
use chrono::Duration;
use data_encoding::BASE64URL_NOPAD;
use entity::{
    audit,
    enums::{Action, AuditOutcome, Role},
};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use rcgen::{KeyPair, PKCS_ED25519, PublicKeyData as _};
use reqwest::Method;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use super::VIEWER;
use crate::harness::{
    World, both,
    client::{Answer, Client},
    people::Person,
};

const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A hospital system and its key.
struct Story {
    client: Person,
    key: EncodingKey,
    public: Jwk,
}

impl Story {
    async fn of(w: &World) -> Self {
        let pair = KeyPair::generate_for(&PKCS_ED25519).expect("a key");
        let client = w.person(Role::Integration, &w.district().county).await;
        let public = public_key(&pair.public_key_pem(), "key").expect("a public key");
        let kept = keep(&w.app, client.account.id, &public).await;
        kept.expect("a key can be kept");
        Self {
            client,
            key: EncodingKey::from_ed_der(&pair.serialize_der()),
            public,
        }
    }

    fn claims(&self, w: &World) -> Value {
        let (name, now) = (&self.client.account.name, w.now().timestamp());
        let id = w.app.new_id().to_string();
        json!({ "iss": name, "sub": name, "aud": "liandong", "iat": now, "exp": now + 60, "jti": id })
    }

    fn sign(&self, claims: &Value) -> String {
        encode(&Header::new(Algorithm::EdDSA), claims, &self.key).expect("a token")
    }
}

async fn fetch(w: &World, more: &[(&str, &str)]) -> Answer {
    fetch_by(&w.anonymous(), more).await
}

async fn fetch_by(client: &Client, more: &[(&str, &str)]) -> Answer {
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("client_assertion_type", KIND),
    ];
    form.extend(more);
    let form: Vec<_> = form
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let request = client
        .request(Method::POST, "/oauth/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.join("&"));
    client.send(request).await
}

#[test]
fn a_signature_fetches_a_token_once() {
    both(async |w| {
        let story = Story::of(&w).await;
        let assertion = story.sign(&story.claims(&w));
        let got = fetch(&w, &[("client_assertion", &assertion)]).await;
        assert_eq!(got.status, 200, "{}", got.text);
        let access = got.body["access_token"]
            .as_str()
            .expect("a token")
            .to_owned();
        let viewer = w.anonymous().with_token(access).ask(VIEWER).await.ok();
        assert_eq!(*viewer.data("viewer.roles"), json!(["INTEGRATION"]));
        let again = fetch(&w, &[("client_assertion", &assertion)]).await;
        assert_eq!(
            (again.status.as_u16(), &again.body["error"]),
            (401, &json!("invalid_client"))
        );
        let id = story.client.account.name.as_str();
        let next = story.sign(&story.claims(&w));
        let got = fetch(&w, &[("client_id", id), ("client_assertion", &next)]).await;
        assert_eq!(got.status, 200, "{}", got.text);
    });
}

#[test]
fn an_assertion_that_is_not_good_is_refused() {
    both(async |w| {
        let story = Story::of(&w).await;
        let (claims, now) = (story.claims(&w), w.now().timestamp());
        let but = |name: &str, value: Value| {
            let mut claims = story.claims(&w);
            let fields = claims.as_object_mut().expect("claims are an object");
            if value.is_null() {
                fields.remove(name);
            } else {
                fields.insert(name.to_owned(), value);
            }
            story.sign(&claims)
        };
        let headed = |change: &dyn Fn(&mut Header)| {
            let mut header = Header::new(Algorithm::EdDSA);
            change(&mut header);
            encode(&header, &claims, &story.key).expect("a token")
        };
        let other = Story::of(&w).await;
        let jwk = &story.public;
        let hmac = EncodingKey::from_secret(serde_json::to_string(jwk).expect("JSON").as_bytes());
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let none = format!("{}.{}.", part(&json!({ "alg": "none" })), part(&claims));
        let url = || Some("https://keys.example/set".to_owned());
        let bad = [
            ("alg none", none),
            (
                "HS256 with the public key",
                encode(&Header::new(Algorithm::HS256), &claims, &hmac).expect("a token"),
            ),
            ("another's key", other.sign(&claims)),
            ("jku", headed(&|header| header.jku = url())),
            ("x5u", headed(&|header| header.x5u = url())),
            ("jwk", headed(&|header| header.jwk = Some(jwk.clone()))),
            ("expired", but("exp", json!(now - 6))),
            ("good for too long", but("exp", json!(now + 306))),
            ("missing exp", but("exp", Value::Null)),
            ("not yet valid", but("nbf", json!(now + 6))),
            ("issued in the future", but("iat", json!(now + 6))),
            ("wrong aud", but("aud", json!("somebody"))),
            ("missing aud", but("aud", Value::Null)),
            ("wrong iss", but("iss", json!("somebody"))),
            ("missing iss", but("iss", Value::Null)),
            ("wrong sub", but("sub", json!(other.client.account.name))),
            ("missing sub", but("sub", Value::Null)),
            ("missing jti", but("jti", Value::Null)),
            ("empty jti", but("jti", json!(""))),
            ("no token", "abc".into()),
        ];
        for (what, assertion) in bad {
            let got = fetch(&w, &[("client_assertion", &assertion)]).await;
            let found = (got.status.as_u16(), &got.body["error"]);
            assert_eq!(found, (401, &json!("invalid_client")), "{what}");
        }
        let good = story.sign(&story.claims(&w));
        let got = fetch(&w, &[("client_id", "another"), ("client_assertion", &good)]).await;
        assert_eq!(got.body["error"], "invalid_client", "{}", got.text);
        let got = fetch(&w, &[("client_secret", "x"), ("client_assertion", &good)]).await;
        assert_eq!(got.body["error"], "invalid_request", "{}", got.text);
        w.wait(Duration::minutes(10));
        let got = fetch(&w, &[("client_assertion", &good)]).await;
        assert_eq!(got.status, 401);
    });
}

#[test]
fn a_client_is_tried_so_often_in_a_minute_and_wrong_signatures_are_on_record() {
    both(async |w| {
        let (story, other) = (Story::of(&w).await, Story::of(&w).await);
        let beside = w.beside(|settings| settings.rates.sign_ins = 3).await;
        let caller = beside.anonymous();
        for _ in 0..3 {
            let forged = other.sign(&story.claims(&w));
            let refused = fetch_by(&caller, &[("client_assertion", &forged)]).await;
            assert_eq!(refused.status, 401, "{}", refused.text);
        }
        let good = story.sign(&story.claims(&w));
        let refused = fetch_by(&caller, &[("client_assertion", &good)]).await;
        assert_eq!(refused.status, 429, "{}", refused.text);
        let denials = audit::Entity::find()
            .filter(audit::Column::Action.eq(Action::SignIn))
            .filter(audit::Column::Outcome.eq(AuditOutcome::Denied))
            .count(w.app.db.reader())
            .await;
        assert_eq!(denials.expect("the audit can be read"), 3);
        // Another's tries are its own.
        let another = other.sign(&other.claims(&w));
        let got = fetch_by(&caller, &[("client_assertion", &another)]).await;
        assert_eq!(got.status, 200, "{}", got.text);
    });
}

#[test]
fn a_public_key_is_one_that_is_strong_enough_and_no_private_one() {
    let pair = KeyPair::generate().expect("a key");
    assert!(
        public_key(&pair.public_key_pem(), "key").is_ok(),
        "P-256 in PEM"
    );
    let ed = KeyPair::generate_for(&PKCS_ED25519).expect("a key");
    let jwk =
        json!({ "kty": "OKP", "crv": "Ed25519", "x": BASE64URL_NOPAD.encode(ed.der_bytes()) });
    assert!(
        public_key(&jwk.to_string(), "key").is_ok(),
        "Ed25519 as a JWK"
    );
    for bad in [
        pair.serialize_pem(),
        "nonsense".into(),
        json!({ "kty": "oct", "k": "c2VjcmV0" }).to_string(),
        json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA", "d": "AA" }).to_string(),
    ] {
        assert!(public_key(&bad, "key").is_err());
    }
}
