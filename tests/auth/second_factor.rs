//! The second factor of the three administrators.

use chrono::Duration;
use data_encoding::BASE32_NOPAD;
use entity::enums::Role;
use serde_json::json;
use totp_rs::Builder;

use super::{PASSWORD, SIGN_IN, VIEWER, bearer, installation, person, sign_in};
use crate::harness::{World, both, client::Answer};

const ENROL: &str = "mutation { enrolSecondFactor { secret uri } }";
const CONFIRM: &str = "mutation ($code: String!) { confirmSecondFactor(code: $code) }";

/// The code that an authenticator with this secret shows now.
fn code(w: &World, secret: &str) -> String {
    let secret = BASE32_NOPAD
        .decode(secret.as_bytes())
        .expect("a base32 secret");
    let totp = Builder::new().with_secret(secret).with_account_name("x");
    let totp = totp.build().expect("a good secret");
    let seconds = u64::try_from(w.now().timestamp()).expect("after 1970");
    totp.generate(seconds).to_string()
}

async fn sign_in_with(w: &World, code: &str) -> Answer {
    let input = json!({ "username": "auditor", "password": PASSWORD, "code": code });
    w.anonymous().call(SIGN_IN, json!({ "input": input })).await
}

#[test]
fn an_administrator_sets_one_up_before_anything_else() {
    both(async |w| {
        person(&w, "auditor", &[installation(Role::Auditor)]).await;
        let session = sign_in(&w, "auditor", PASSWORD).await.ok();
        assert_eq!(session.data("signIn.mustEnrolSecondFactor"), true);
        assert_eq!(*session.data("signIn.viewer.roles"), json!([]));
        let client = bearer(&w, &session, "signIn");
        let refused = client
            .ask("{ institutions(first: 1) { edges { node { id } } } }")
            .await;
        assert_eq!(refused.code("institutions"), "FORBIDDEN");

        let enrolled = client.ask(ENROL).await.ok();
        let uri = enrolled.text_at("enrolSecondFactor.uri");
        assert!(uri.starts_with("otpauth://totp/"), "{uri}");
        let secret = enrolled.text_at("enrolSecondFactor.secret").to_owned();
        let wrong = client.call(CONFIRM, json!({ "code": "000000" })).await;
        assert_eq!(wrong.problems(), [("code", "INCONSISTENT")]);
        let confirmed = client
            .call(CONFIRM, json!({ "code": code(&w, &secret) }))
            .await
            .ok();
        assert_eq!(confirmed.data("confirmSecondFactor"), true);
        let viewer = client.ask(VIEWER).await.ok();
        assert_eq!(*viewer.data("viewer.roles"), json!(["AUDITOR"]));

        let wanted = sign_in(&w, "auditor", PASSWORD).await;
        assert_eq!(wanted.problems(), [("input.code", "REQUIRED")]);
        let used = sign_in_with(&w, &code(&w, &secret)).await;
        assert_eq!(used.code("signIn"), "UNAUTHENTICATED", "a code serves once");
        w.wait(Duration::seconds(30));
        let fresh = code(&w, &secret);
        let session = sign_in_with(&w, &fresh).await.ok();
        assert_eq!(*session.data("signIn.viewer.roles"), json!(["AUDITOR"]));
        let again = sign_in_with(&w, &fresh).await;
        assert_eq!(
            again.code("signIn"),
            "UNAUTHENTICATED",
            "a code serves once"
        );
        let again = client.ask(ENROL).await;
        assert_eq!(again.code("enrolSecondFactor"), "CONFLICT");
    });
}

#[test]
fn wrong_codes_lock_like_wrong_passwords() {
    both(async |w| {
        person(&w, "auditor", &[installation(Role::Auditor)]).await;
        let session = sign_in(&w, "auditor", PASSWORD).await.ok();
        let client = bearer(&w, &session, "signIn");
        let enrolled = client.ask(ENROL).await.ok();
        let secret = enrolled.text_at("enrolSecondFactor.secret");
        let first = json!({ "code": code(&w, secret) });
        let _ = client.call(CONFIRM, first).await.ok();
        w.wait(Duration::minutes(1));
        for _ in 0..5 {
            let refused = sign_in_with(&w, "123").await;
            assert_eq!(refused.code("signIn"), "UNAUTHENTICATED");
        }
        let locked = sign_in_with(&w, &code(&w, secret)).await;
        assert_eq!(locked.code("signIn"), "UNAUTHENTICATED");
    });
}
