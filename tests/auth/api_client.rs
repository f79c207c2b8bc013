//! API clients and their tokens (RFC 6749, client credentials).

use api::id::{self, Kind};
use chrono::Duration;
use entity::enums::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::{VIEWER, grant, keeper, version};
use crate::harness::{World, both, client::Answer};

const CREATE: &str = "mutation ($input: CreateApiClientInput!) { createApiClient(input: $input) {
    clientId clientSecret replayed account { id kind version }
} }";
const ROTATE: &str = "mutation ($input: RotateApiClientSecretInput!) { rotateApiClientSecret(input: $input) { clientId clientSecret } }";

/// Id and secret of a hospital system with these grants.
async fn system(w: &World, grants: &[Value]) -> (String, String) {
    let input = json!({ "displayName": "总医院 HIS", "grants": grants });
    let made = keeper(w)
        .await
        .call(CREATE, json!({ "input": input }))
        .await
        .ok();
    assert_eq!(made.data("createApiClient.account.kind"), "CLIENT");
    (
        made.text_at("createApiClient.clientId").to_owned(),
        made.text_at("createApiClient.clientSecret").to_owned(),
    )
}

async fn token(w: &World, form: &[(&str, &str)]) -> Answer {
    let client = w.anonymous();
    let body = form
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect::<Vec<_>>()
        .join("&");
    let request = client
        .request(Method::POST, "/oauth/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    client.send(request).await
}

#[test]
fn a_secret_fetches_a_token() {
    both(async |w| {
        let county = &w.district().county;
        let (id, secret) = system(&w, &[grant(Role::Integration, county)]).await;
        let kind = ("grant_type", "client_credentials");
        let form = [
            kind,
            ("client_id", id.as_str()),
            ("client_secret", secret.as_str()),
        ];
        let got = token(&w, &form).await;
        assert_eq!(got.status, 200, "{}", got.text);
        assert_eq!(got.header("cache-control"), "no-store");
        assert_eq!(got.body["token_type"], "Bearer");
        assert_eq!(got.body["expires_in"], 900);
        let access = got.body["access_token"]
            .as_str()
            .expect("a token")
            .to_owned();
        let client = w.anonymous().with_token(access);
        let viewer = client.ask(VIEWER).await.ok();
        assert_eq!(*viewer.data("viewer.roles"), json!(["INTEGRATION"]));
        assert_eq!(viewer.id_at("viewer.scope.institution.id"), county.id);
        w.wait(Duration::minutes(15) + Duration::seconds(5));
        assert_eq!(client.ask(VIEWER).await.status, 401);
    });
}

#[test]
fn client_and_secret_may_come_in_the_header() {
    both(async |w| {
        let (id, secret) = system(&w, &[grant(Role::Integration, &w.district().county)]).await;
        let client = w.anonymous();
        let request = client
            .request(Method::POST, "/oauth/token")
            .basic_auth(&id, Some(&secret))
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials");
        let got = client.send(request).await;
        assert_eq!(got.status, 200, "{}", got.text);
    });
}

#[test]
fn a_client_of_many_institutions_names_the_one() {
    both(async |w| {
        let (county, herbs) = (&w.district().county, &w.district().herbs);
        let grants = [
            grant(Role::Integration, county),
            grant(Role::Integration, herbs),
        ];
        let (client_id, secret) = system(&w, &grants).await;
        let named = id::encode(Kind::Institution, herbs.id);
        let foreign = id::encode(Kind::Institution, w.district().river.id);
        for (scope, place) in [
            (String::new(), Some(county)),
            (named, Some(herbs)),
            (foreign, None),
            ("whatever".into(), None),
        ] {
            let form = [
                ("grant_type", "client_credentials"),
                ("client_id", client_id.as_str()),
                ("client_secret", secret.as_str()),
                ("scope", scope.as_str()),
            ];
            let got = token(&w, &form).await;
            let Some(place) = place else {
                assert_eq!(
                    (got.status.as_u16(), &got.body["error"]),
                    (400, &json!("invalid_scope"))
                );
                continue;
            };
            let access = got.body["access_token"]
                .as_str()
                .expect("a token")
                .to_owned();
            let viewer = w.anonymous().with_token(access).ask(VIEWER).await.ok();
            assert_eq!(viewer.id_at("viewer.scope.institution.id"), place.id);
        }
    });
}

#[test]
fn refusals_are_those_of_the_standard() {
    both(async |w| {
        let (id, secret) = system(&w, &[grant(Role::Integration, &w.district().county)]).await;
        let kind = ("grant_type", "client_credentials");
        let (id, secret) = (
            ("client_id", id.as_str()),
            ("client_secret", secret.as_str()),
        );
        for (form, status, error) in [
            (vec![], 400, "invalid_request"),
            (vec![id, secret], 400, "invalid_request"),
            (vec![kind, kind, id, secret], 400, "invalid_request"),
            (
                vec![("grant_type", "password"), id, secret],
                400,
                "unsupported_grant_type",
            ),
            (vec![kind], 401, "invalid_client"),
            (vec![kind, id], 401, "invalid_client"),
            (
                vec![kind, id, ("client_secret", "wrong")],
                401,
                "invalid_client",
            ),
            (
                vec![kind, ("client_id", "nobody"), secret],
                401,
                "invalid_client",
            ),
        ] {
            let got = token(&w, &form).await;
            assert_eq!(
                (got.status.as_u16(), &got.body["error"]),
                (status, &json!(error)),
                "{form:?}"
            );
            assert_eq!(got.header("cache-control"), "no-store");
            assert_eq!(
                got.header("www-authenticate").starts_with("Basic"),
                status == 401
            );
        }
    });
}

#[test]
fn a_new_secret_replaces_the_old_and_its_tokens() {
    both(async |w| {
        let (id, secret) = system(&w, &[grant(Role::Integration, &w.district().county)]).await;
        let form = |secret: &str| {
            [
                ("grant_type", "client_credentials".to_owned()),
                ("client_id", id.clone()),
                ("client_secret", secret.to_owned()),
            ]
        };
        let fetch = async |secret: &str| {
            let form = form(secret);
            let form: Vec<_> = form
                .iter()
                .map(|(name, value)| (*name, value.as_str()))
                .collect();
            token(&w, &form).await
        };
        let got = fetch(&secret).await;
        let access = got.body["access_token"]
            .as_str()
            .expect("a token")
            .to_owned();
        let client = w.anonymous().with_token(access);
        let viewer = client.ask(VIEWER).await.ok();
        let account = viewer.text_at("viewer.account.id");
        let input = json!({ "account": account, "version": version(&w, &id).await });
        let rotated = keeper(&w)
            .await
            .call(ROTATE, json!({ "input": input }))
            .await
            .ok();
        assert_eq!(client.ask(VIEWER).await.status, 401);
        assert_eq!(fetch(&secret).await.status, 401);
        let fresh = rotated.text_at("rotateApiClientSecret.clientSecret");
        assert_eq!(fetch(fresh).await.status, 200);
    });
}

#[test]
fn machines_hold_the_roles_of_machines_only() {
    both(async |w| {
        let input = json!({ "displayName": "HIS", "grants": [grant(Role::Clinician, &w.district().county)] });
        let refused = keeper(&w)
            .await
            .call(CREATE, json!({ "input": input }))
            .await;
        assert_eq!(
            refused.problems(),
            [("input.grants[0].role", "NOT_ALLOWED")]
        );
        let none = json!({ "displayName": "HIS", "grants": [] });
        let refused = keeper(&w)
            .await
            .call(CREATE, json!({ "input": none }))
            .await;
        assert_eq!(refused.problems(), [("input.grants", "REQUIRED")]);
    });
}
