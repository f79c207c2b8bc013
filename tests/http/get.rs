//! Queries by GET: read-only, and kept by nobody.

use entity::enums::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::assert_refused;
use crate::harness::{
    both, both_empty,
    client::{Answer, Client},
};

const NAME: &str = "query Name($name: String!) { __type(name: $name) { name } }";

/// Asks by GET with these parameters.
async fn get(client: &Client, parameters: &[(&str, &str)]) -> Answer {
    client
        .send(client.request(Method::GET, &address(parameters)))
        .await
}

/// The address that asks with these parameters.
fn address(parameters: &[(&str, &str)]) -> String {
    let url = reqwest::Url::parse_with_params("http://any", parameters).expect("an address");
    format!("/graphql?{}", url.query().unwrap_or_default())
}

#[test]
fn a_query_is_answered_and_kept_by_nobody() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let answer = get(&client, &[("query", "{ viewer { roles } }")])
            .await
            .ok();
        assert_eq!(*answer.data("viewer.roles"), json!(["CLINICIAN"]));
        assert_eq!(answer.header("cache-control"), "no-store");
        let variables = json!({ "name": "Referral" }).to_string();
        let parameters = [
            ("query", NAME),
            ("variables", &variables),
            ("operationName", "Name"),
            ("extensions", "{}"),
            ("unknown", "x"),
        ];
        let answer = get(&client, &parameters).await.ok();
        assert_eq!(answer.text_at("__type.name"), "Referral");
        let bare = [
            ("query", "{ viewer { roles } }"),
            ("operationName", ""),
            ("variables", ""),
        ];
        let _ = get(&client, &bare).await.ok();

        let head = client.request(Method::HEAD, &address(&bare));
        let answer = client.send(head).await;
        assert_eq!((answer.status, answer.text.as_str()), (StatusCode::OK, ""));
    });
}

#[test]
fn nothing_is_changed_by_get() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let document = "query Ask { viewer { roles } } mutation Change { signOut }";
        for parameters in [
            &[("query", "mutation { signOut }")][..],
            &[("query", document), ("operationName", "Change")],
        ] {
            let answer = get(&client, parameters).await;
            assert_refused(&answer, StatusCode::METHOD_NOT_ALLOWED, "INVALID_INPUT");
            assert_eq!(answer.header("allow"), "POST");
        }
        let ask = [("query", document), ("operationName", "Ask")];
        let _ = get(&client, &ask).await.ok();
    });
}

#[test]
fn what_is_shown_by_get_is_on_record_and_costs_what_it_costs() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().river).await;
        let variables = json!({ "input": crate::harness::canary::Patient::nth(1).input() });
        let register = "mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }";
        let registered = client.call(register, variables).await.ok();
        let variables = json!({ "id": registered.text_at("registerPatient.patient.id") });
        let ask = "query ($id: ID!) { patient(id: $id) { name } }";
        let by_post = client.measure(ask, variables.clone()).await;
        let by_get = get(
            &client,
            &[("query", ask), ("variables", &variables.to_string())],
        )
        .await;
        let by_get = by_get.ok();
        assert_eq!(by_get.data("patient"), by_post.data("patient"));
        assert_eq!(by_get.statements(), by_post.statements());
    });
}

#[test]
fn wrong_parameters_are_named() {
    both_empty(async |w| {
        let client = w.anonymous();
        for (parameters, problem) in [
            (&[][..], ("query", "REQUIRED")),
            (
                &[("query", "{ __typename }"), ("query", "{ __typename }")],
                ("query", "NOT_ALLOWED"),
            ),
            (
                &[("query", "{ __typename }"), ("variables", "{")],
                ("variables", "FORMAT"),
            ),
            (
                &[("query", "{ __typename }"), ("extensions", "[]")],
                ("extensions", "FORMAT"),
            ),
        ] {
            let answer = get(&client, parameters).await;
            assert_refused(&answer, StatusCode::BAD_REQUEST, "INVALID_INPUT");
            assert_eq!(answer.problems(), [problem]);
        }
        let answer = get(&client, &[("query", "{ nothing }")]).await;
        assert_refused(
            &answer,
            StatusCode::BAD_REQUEST,
            "GRAPHQL_VALIDATION_FAILED",
        );
        assert_eq!(answer.body.get("data"), None::<&Value>);
    });
}
