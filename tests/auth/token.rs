//! Access tokens that are not good: every one of them is answered 401.

use api::crypto::Use;
use data_encoding::BASE64URL_NOPAD;
use entity::{enums::Role, session, signing_key};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::{Value, json};

use super::VIEWER;
use crate::harness::{World, both};

/// A good token, taken apart.
struct Parts {
    header: Header,
    claims: Value,
    key: EncodingKey,
    public: Vec<u8>,
}

impl Parts {
    async fn of(w: &World, token: &str) -> Self {
        let row = signing_key::Entity::find()
            .one(w.app.db.reader())
            .await
            .expect("the table can be read")
            .expect("a token was signed");
        let keys = &w.app.keys;
        let private = keys.open(Use::Credential, row.id.as_bytes(), &row.private_cipher);
        let claims = token.split('.').nth(1).expect("a JWT has three parts");
        let claims = BASE64URL_NOPAD
            .decode(claims.as_bytes())
            .expect("base64url");
        Self {
            header: jsonwebtoken::decode_header(token).expect("a header"),
            claims: serde_json::from_slice(&claims).expect("JSON"),
            key: EncodingKey::from_ed_der(&private.expect("our own key")),
            public: row.public_key,
        }
    }

    fn signed(&self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.key).expect("a token")
    }

    /// With another claim; without it where the value is null.
    fn with(&self, name: &str, value: Value) -> String {
        let mut claims = self.claims.clone();
        let fields = claims.as_object_mut().expect("claims are an object");
        if value.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.to_owned(), value);
        }
        self.signed(&self.header, &claims)
    }

    fn headed(&self, change: impl FnOnce(&mut Header)) -> String {
        let mut header = self.header.clone();
        change(&mut header);
        self.signed(&header, &self.claims)
    }

    /// With a header and a signature of one's own making.
    fn raw(&self, header: &Value, signature: &str) -> String {
        let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        format!("{}.{}.{signature}", part(header), part(&self.claims))
    }
}

#[test]
fn a_token_that_is_not_good_is_refused() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().county).await;
        let token = client.token().expect("a token");
        let parts = Parts::of(&w, token).await;
        let kid = parts.header.kid.clone().expect("a kid");
        let now = w.now().timestamp();
        let other = w.person(Role::Clinician, &w.district().herbs).await;
        let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(json!({
            "kty": "OKP", "crv": "Ed25519", "x": BASE64URL_NOPAD.encode(&parts.public),
        }))
        .expect("a JWK");

        let good = parts.signed(&parts.header, &parts.claims);
        let answer = w.anonymous().with_token(&good).ask(VIEWER).await;
        assert_eq!(answer.status, 200, "the control: {}", answer.text);
        let tolerated = parts.with("exp", json!(now - 4));
        let answer = w.anonymous().with_token(tolerated).ask(VIEWER).await;
        assert_eq!(
            answer.status, 200,
            "clocks differ by five seconds: {}",
            answer.text
        );

        let hmac = EncodingKey::from_secret(&parts.public);
        let mut confused = Header::new(Algorithm::HS256);
        confused.kid = Some(kid.clone());
        let confused = encode(&confused, &parts.claims, &hmac).expect("a token");
        let mut tampered = good.clone();
        tampered.replace_range(good.len() - 8..good.len() - 6, "AB");
        let signature = good.rsplit('.').next().expect("a signature");
        let url = || Some("https://keys.example/set".to_owned());
        let bad = [
            (
                "alg none",
                parts.raw(&json!({ "alg": "none", "kid": kid }), ""),
            ),
            (
                "alg None",
                parts.raw(&json!({ "alg": "None", "kid": kid }), signature),
            ),
            ("HS256 with the public key", confused),
            (
                "RS256",
                parts.raw(&json!({ "alg": "RS256", "kid": kid }), signature),
            ),
            (
                "ES256",
                parts.raw(&json!({ "alg": "ES256", "kid": kid }), signature),
            ),
            ("expired", parts.with("exp", json!(now - 6))),
            ("not yet valid", parts.with("nbf", json!(now + 6))),
            ("wrong aud", parts.with("aud", json!("somebody"))),
            ("missing aud", parts.with("aud", Value::Null)),
            ("wrong iss", parts.with("iss", json!("somebody"))),
            ("missing iss", parts.with("iss", Value::Null)),
            ("missing exp", parts.with("exp", Value::Null)),
            ("missing nbf", parts.with("nbf", Value::Null)),
            ("missing sub", parts.with("sub", Value::Null)),
            ("missing session", parts.with("sid", Value::Null)),
            (
                "another session",
                parts.with("sid", json!(other.account.id)),
            ),
            (
                "another account",
                parts.with(
                    "sub",
                    json!(api::id::encode(api::id::Kind::Account, other.account.id)),
                ),
            ),
            ("another's grant", parts.with("gid", json!(other.grant.id))),
            (
                "unknown kid",
                parts.headed(|header| header.kid = Some(other.account.id.to_string())),
            ),
            ("missing kid", parts.headed(|header| header.kid = None)),
            ("jku", parts.headed(|header| header.jku = url())),
            ("x5u", parts.headed(|header| header.x5u = url())),
            ("jwk", parts.headed(|header| header.jwk = Some(jwk))),
            (
                "crit",
                parts.headed(|header| header.crit = Some(vec!["exp".into()])),
            ),
            ("tampered", tampered),
            ("cut off", good[..good.len() - 4].to_owned()),
            ("not a token", "abc".to_owned()),
            ("too long", "a".repeat(5_000)),
        ];
        for (what, token) in bad {
            let answer = w.anonymous().with_token(token).ask(VIEWER).await;
            assert_eq!(answer.status, 401, "{what}: {}", answer.text);
            assert_eq!(answer.code(""), "UNAUTHENTICATED", "{what}");
        }
    });
}

#[test]
fn a_session_ended_elsewhere_counts_five_seconds_at_most() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().county).await;
        let _ = client.ask(VIEWER).await.ok();
        let ended = w.app.db.write(async |txn| {
            session::Entity::update_many()
                .col_expr(session::Column::RevokedAt, Expr::value(w.now()))
                .filter(session::Column::AccountId.eq(client.account))
                .exec(&*txn)
                .await?;
            Ok(())
        });
        ended.await.expect("a session can be ended");
        let begun = std::time::Instant::now();
        while client.ask(VIEWER).await.status != 401 {
            assert!(begun.elapsed().as_secs() < 5, "it still counts");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    });
}
