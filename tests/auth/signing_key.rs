//! The keys that sign access tokens.

use chrono::Duration;
use entity::enums::Role;
use reqwest::Method;
use serde_json::Value;

use super::{VIEWER, keeper};
use crate::harness::{World, both};

const ROTATE: &str = "mutation { rotateSigningKey }";

async fn kids(w: &World) -> Vec<String> {
    let client = w.anonymous();
    let request = client.request(Method::GET, "/.well-known/jwks.json");
    let set = client.send(request).await;
    assert_eq!(set.status, 200);
    let keys = set.body["keys"].as_array().cloned().unwrap_or_default();
    let text = |key: &Value, name: &str| key[name].as_str().unwrap_or_default().to_owned();
    for key in &keys {
        assert_eq!(
            (text(key, "kty"), text(key, "crv"), text(key, "alg")),
            ("OKP".into(), "Ed25519".into(), "EdDSA".into())
        );
        assert!(key.get("d").is_none(), "the private half stays here");
    }
    keys.iter().map(|key| text(key, "kid")).collect()
}

#[test]
fn a_new_key_signs_and_the_old_one_is_accepted_until_its_tokens_end() {
    both(async |w| {
        let before = w.client(Role::Clinician, &w.district().county).await;
        let first = kids(&w).await;
        assert_eq!(first.len(), 1);
        let _ = keeper(&w).await.ask(ROTATE).await.ok();
        let second = kids(&w).await;
        assert_eq!(second.len(), 2);
        let _ = before.ask(VIEWER).await.ok();
        let after = w.client(Role::Clinician, &w.district().county).await;
        let _ = after.ask(VIEWER).await.ok();
        let header = |client: &crate::harness::client::Client| {
            let token = client.token().expect("a token");
            jsonwebtoken::decode_header(token).expect("a JWT").kid
        };
        assert_ne!(header(&before), header(&after));
        w.wait(Duration::days(1));
        w.app.sessions.forget();
        let last = kids(&w).await;
        assert_eq!(last.len(), 1);
        assert_ne!(first, last);
    });
}

#[test]
fn only_the_security_administrator_makes_keys() {
    both(async |w| {
        let client = w.client(Role::InstitutionAdmin, &w.district().county).await;
        let refused = client.ask(ROTATE).await;
        assert_eq!(refused.code("rotateSigningKey"), "FORBIDDEN");
    });
}
