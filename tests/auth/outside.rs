//! Bearers of an OpenID Connect issuer: who is let in by its word, and who is not.

use std::time::Duration;

use chrono::Duration as Span;
use entity::{account, enums::Role};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode, jwk::Jwk};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, sea_query::Expr};
use serde_json::{Value, json};

use super::{VIEWER, mock::Mock};
use crate::harness::{
    World,
    beside::Beside,
    both,
    client::Answer,
    people::{Person, Place},
};

const AUDIENCE: &str = "liandong-api";

/// A process that believes the issuer, and a clinician of the county hospital whom both know.
struct Story {
    issuer: Mock,
    beside: Beside,
    person: Person,
}

impl Story {
    async fn of(w: &World) -> Self {
        let issuer = Mock::start().await;
        let url = issuer.url();
        let beside = w.beside(|settings| {
            settings.oidc.issuer = Some(url.parse().expect("an issuer"));
            settings.oidc.audience = Some(AUDIENCE.into());
            settings.oidc.grants_claim = Some("grant".into());
        });
        Self {
            issuer,
            beside: beside.await,
            person: w.person(Role::Clinician, &w.district().county).await,
        }
    }

    fn claims(&self, w: &World) -> Value {
        let now = w.now().timestamp();
        json!({
            "iss": self.issuer.url(), "aud": [AUDIENCE, "account"], "sub": self.person.account.name,
            "iat": now, "exp": now + 300, "typ": "Bearer",
        })
    }

    async fn ask(&self, token: impl Into<String>) -> Answer {
        self.beside.anonymous().with_token(token).ask(VIEWER).await
    }
}

/// The same with another claim; without it where the value is null.
fn with(mut claims: Value, name: &str, value: Value) -> Value {
    let fields = claims.as_object_mut().expect("claims are an object");
    if value.is_null() {
        fields.remove(name);
    } else {
        fields.insert(name.to_owned(), value);
    }
    claims
}

#[test]
fn the_issuer_says_who_and_we_say_what_they_may() {
    both(async |w| {
        let story = Story::of(&w).await;
        let claims = story.claims(&w);
        for (kid, algorithm) in [
            ("ed", Algorithm::EdDSA),
            ("es", Algorithm::ES256),
            ("rs", Algorithm::RS256),
        ] {
            let answer = story
                .ask(story.issuer.sign(kid, algorithm, &claims))
                .await
                .ok();
            assert_eq!(*answer.data("viewer.roles"), json!(["CLINICIAN"]), "{kid}");
            let county = w.district().county.id;
            assert_eq!(answer.id_at("viewer.scope.institution.id"), county);
        }
        let grant = api::id::encode(api::id::Kind::Grant, story.person.grant.id);
        let named = with(claims.clone(), "grant", json!([grant]));
        let _ = story.ask(story.issuer.token(&named)).await.ok();
        let other = w.person(Role::Clinician, &w.district().herbs).await;
        let foreign = api::id::encode(api::id::Kind::Grant, other.grant.id);
        let foreign = with(claims, "grant", json!(foreign));
        let answer = story.ask(story.issuer.token(&foreign)).await;
        assert_eq!(answer.status, 401, "{}", answer.text);
        assert_eq!(story.issuer.fetched(), 1, "the keys are kept");
        // Who believes no issuer believes none of its tokens.
        let token = story.issuer.token(&story.claims(&w));
        assert_eq!(
            w.anonymous().with_token(token).ask(VIEWER).await.status,
            401
        );
    });
}

#[test]
fn a_token_that_is_not_good_is_refused() {
    both(async |w| {
        let story = Story::of(&w).await;
        let (issuer, claims, now) = (&story.issuer, story.claims(&w), w.now().timestamp());
        let _ = story.ask(issuer.token(&claims)).await.ok();
        let spoiled = |change: &dyn Fn(&mut Header)| {
            let mut header = Header::new(Algorithm::EdDSA);
            header.kid = Some("ed".into());
            change(&mut header);
            issuer.headed("ed", &header, &claims)
        };
        let url = || Some(format!("{}/evil", issuer.url()));
        let jwk: Jwk = serde_json::from_value(issuer.jwk("ed")).expect("a JWK");
        let public = issuer.jwk("ed").to_string();
        let hmac = |kid: &str, secret: &[u8]| {
            let mut header = Header::new(Algorithm::HS256);
            header.kid = Some(kid.into());
            encode(&header, &claims, &EncodingKey::from_secret(secret)).expect("a token")
        };
        let raw = |header: &Value| {
            let part =
                |value: &Value| data_encoding::BASE64URL_NOPAD.encode(value.to_string().as_bytes());
            format!("{}.{}.", part(header), part(&claims))
        };
        let but = |name: &str, value: Value| issuer.token(&with(claims.clone(), name, value));
        let bad = [
            ("alg none", raw(&json!({ "alg": "none", "kid": "ed" }))),
            ("HS256 with a public key", hmac("rs", public.as_bytes())),
            (
                "HS256 with a key of the set",
                hmac("hs", b"0123456789abcdef0123456789abcdef"),
            ),
            (
                "PS256 by a key for RS256",
                issuer.sign("rs", Algorithm::PS256, &claims),
            ),
            (
                "a key for encryption",
                issuer.sign("enc", Algorithm::EdDSA, &claims),
            ),
            (
                "another's key",
                issuer.sign("unknown", Algorithm::EdDSA, &claims),
            ),
            (
                "another's key by a known name",
                issuer.forged("ed", &claims),
            ),
            ("missing kid", spoiled(&|header| header.kid = None)),
            ("jku", spoiled(&|header| header.jku = url())),
            ("x5u", spoiled(&|header| header.x5u = url())),
            ("jwk", spoiled(&|header| header.jwk = Some(jwk.clone()))),
            (
                "crit",
                spoiled(&|header| header.crit = Some(vec!["exp".into()])),
            ),
            ("expired", but("exp", json!(now - 31))),
            ("not yet valid", but("nbf", json!(now + 31))),
            ("issued in the future", but("iat", json!(now + 31))),
            ("missing exp", but("exp", Value::Null)),
            ("missing iat", but("iat", Value::Null)),
            ("wrong aud", but("aud", json!("account"))),
            ("missing aud", but("aud", Value::Null)),
            ("wrong iss", but("iss", json!("https://login.example"))),
            (
                "an iss with a slash",
                but("iss", json!(format!("{}/", issuer.url()))),
            ),
            ("missing iss", but("iss", Value::Null)),
            ("missing sub", but("sub", Value::Null)),
            ("nobody's sub", but("sub", json!("nobody"))),
            ("empty sub", but("sub", json!(""))),
            (
                "a sub in capitals",
                but("sub", json!(story.person.account.name.to_uppercase())),
            ),
        ];
        for (what, token) in bad {
            let answer = story.ask(token).await;
            assert_eq!(answer.status, 401, "{what}: {}", answer.text);
            assert_eq!(answer.code(""), "UNAUTHENTICATED", "{what}");
        }
        assert_eq!(issuer.evil(), 0, "nothing in a token is followed");
    });
}

#[test]
fn a_locked_account_is_out_within_five_seconds_and_a_machine_never_in() {
    both(async |w| {
        let story = Story::of(&w).await;
        let token = story.issuer.token(&story.claims(&w));
        let _ = story.ask(&token).await.ok();
        let locked = w.app.db.write(async |txn| {
            account::Entity::update_many()
                .col_expr(account::Column::Active, Expr::value(false))
                .filter(account::Column::Id.eq(story.person.account.id))
                .exec(&*txn)
                .await?;
            Ok(())
        });
        locked.await.expect("an account can be locked");
        let begun = std::time::Instant::now();
        while story.ask(&token).await.status != 401 {
            assert!(begun.elapsed().as_secs() < 5, "it still counts");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let machine = w.person(Role::Integration, &w.district().county).await;
        let claims = with(story.claims(&w), "sub", json!(machine.account.name));
        assert_eq!(story.ask(story.issuer.token(&claims)).await.status, 401);
    });
}

#[test]
fn a_role_that_needs_a_second_factor_needs_one_shown_to_the_issuer() {
    both(async |w| {
        let story = Story::of(&w).await;
        let admin = w.person(Role::Auditor, Place::INSTALLATION).await;
        w.app
            .db
            .write(async |txn| {
                account::Entity::update_many()
                    .col_expr(account::Column::TotpConfirmed, Expr::value(false))
                    .filter(account::Column::Id.eq(admin.account.id))
                    .exec(&*txn)
                    .await?;
                Ok(())
            })
            .await
            .expect("a factor can be taken away");
        let claims = with(story.claims(&w), "sub", json!(admin.account.name));
        let answer = story.ask(story.issuer.token(&claims)).await.ok();
        assert_eq!(*answer.data("viewer.roles"), json!([]));
        // Some issuers write one method without a list.
        for amr in [json!(["pwd", "mfa"]), json!("mfa")] {
            let proved = with(claims.clone(), "amr", amr);
            let answer = story.ask(story.issuer.token(&proved)).await.ok();
            assert_eq!(*answer.data("viewer.roles"), json!(["AUDITOR"]));
        }
    });
}

#[test]
fn keys_are_fetched_seldom_kept_for_a_while_and_not_for_ever() {
    both(async |w| {
        let story = Story::of(&w).await;
        let issuer = &story.issuer;
        let _ = story.ask(issuer.token(&story.claims(&w))).await.ok();
        assert_eq!(issuer.fetched(), 1);
        // A new key is found at once, and unknown ones are looked for once a minute.
        issuer.add("new");
        let token = issuer.sign("new", Algorithm::EdDSA, &story.claims(&w));
        let _ = story.ask(token).await.ok();
        assert_eq!(issuer.fetched(), 2);
        for number in 0..10 {
            let claims = with(story.claims(&w), "jti", json!(number));
            let token = issuer.sign("unknown", Algorithm::EdDSA, &claims);
            assert_eq!(story.ask(token).await.status, 401);
        }
        assert_eq!(issuer.fetched(), 2);
        // It falls silent: what is known is good for an hour, and it is not asked each time.
        issuer.fail(true);
        w.wait(Span::minutes(30));
        for number in 0..5 {
            let claims = with(story.claims(&w), "jti", json!(number));
            let _ = story.ask(issuer.token(&claims)).await.ok();
        }
        assert_eq!(issuer.fetched(), 3);
        w.wait(Span::minutes(31));
        for number in 0..5 {
            let claims = with(story.claims(&w), "jti", json!(number));
            let answer = story.ask(issuer.token(&claims)).await;
            assert_eq!(answer.status, 503, "{}", answer.text);
            assert_eq!(answer.code(""), "UNAVAILABLE");
        }
        assert_eq!(issuer.fetched(), 4, "a failure is followed by a rest");
        issuer.fail(false);
        w.wait(Span::minutes(6));
        let _ = story.ask(issuer.token(&story.claims(&w))).await.ok();
    });
}

#[test]
fn the_issuer_sends_us_nowhere() {
    both(async |w| {
        for (what, document) in [
            (
                "another port",
                json!({ "jwks_uri": "http://127.0.0.1:1/keys" }),
            ),
            (
                "another host",
                json!({ "jwks_uri": "http://169.254.169.254/keys" }),
            ),
            ("a file", json!({ "jwks_uri": "file:///etc/passwd" })),
            (
                "another issuer",
                json!({ "issuer": "https://login.example" }),
            ),
            ("a redirect", json!({ "path": "/redirect" })),
            ("too much", json!({ "path": "/long" })),
            ("a page", json!({ "path": "/evil" })),
        ] {
            let story = Story::of(&w).await;
            story.issuer.say(&document);
            let answer = story.ask(story.issuer.token(&story.claims(&w))).await;
            assert_eq!(answer.status, 503, "{what}: {}", answer.text);
            assert_eq!(answer.code(""), "UNAVAILABLE", "{what}");
            assert_eq!(story.issuer.fetched(), 0, "{what}");
        }
    });
}
