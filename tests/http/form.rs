//! What is refused for its form, before its document is looked at.

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::{assert_refused, post};
use crate::harness::both_empty;

const DOCUMENT: &str = r#"{ "query": "{ __typename }" }"#;

#[test]
fn a_good_request_is_answered() {
    both_empty(async |w| {
        let answer = post(&w.anonymous(), DOCUMENT).await.ok();
        assert_eq!(answer.text, r#"{"data":{"__typename":"Query"}}"#);
        assert_eq!(
            answer.header("content-type"),
            "application/json; charset=utf-8"
        );
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    });
}

#[test]
fn only_post_is_taken() {
    both_empty(async |w| {
        let client = w.anonymous();
        for method in [
            Method::GET,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
            Method::OPTIONS,
        ] {
            let path = "/graphql?query=mutation%7BsignOut%7D";
            let answer = client.send(client.request(method, path)).await;
            assert_refused(&answer, StatusCode::METHOD_NOT_ALLOWED, "INVALID_INPUT");
            assert_eq!(answer.header("allow"), "POST");
        }
    });
}

#[test]
fn only_json_is_read() {
    both_empty(async |w| {
        let client = w.anonymous();
        for media in [
            "text/plain",
            "application/graphql",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/json; charset=gbk",
        ] {
            let request = client
                .request(Method::POST, "/graphql")
                .header("content-type", media)
                .body(DOCUMENT);
            let answer = client.send(request).await;
            assert_refused(&answer, StatusCode::UNSUPPORTED_MEDIA_TYPE, "INVALID_INPUT");
        }
        let bare = client.request(Method::POST, "/graphql").body(DOCUMENT);
        let answer = client.send(bare).await;
        assert_refused(&answer, StatusCode::UNSUPPORTED_MEDIA_TYPE, "INVALID_INPUT");
    });
}

#[test]
fn answers_come_in_the_media_type_that_is_liked_best() {
    both_empty(async |w| {
        let graphql = "application/graphql-response+json";
        for (accept, expected) in [
            (graphql, "application/graphql-response+json; charset=utf-8"),
            ("application/json", "application/json; charset=utf-8"),
            ("*/*", "application/json; charset=utf-8"),
        ] {
            let client = w.anonymous().with_header("accept", accept);
            let answer = post(&client, DOCUMENT).await.ok();
            assert_eq!(answer.header("content-type"), expected);
        }
        let client = w.anonymous().with_header("accept", "text/html");
        let answer = post(&client, DOCUMENT).await;
        assert_refused(&answer, StatusCode::NOT_ACCEPTABLE, "INVALID_INPUT");
    });
}

#[test]
fn a_body_is_one_object() {
    both_empty(async |w| {
        let client = w.anonymous();
        for body in [
            "",
            "{",
            "null",
            "1",
            "\"{ __typename }\"",
            "[]",
            r#"[{ "query": "{ __typename }" }]"#,
            "{}",
            r#"{ "query": null }"#,
            r#"{ "query": 1 }"#,
            r#"{ "query": "{ __typename }", "variables": [] }"#,
            r#"{ "query": "{ __typename }", "variables": "x" }"#,
            r#"{ "query": "{ __typename }", "operationName": 1 }"#,
            r#"{ "query": "{ __typename }", "extensions": 1 }"#,
        ] {
            let answer = post(&client, body).await;
            assert_refused(&answer, StatusCode::BAD_REQUEST, "INVALID_INPUT");
        }
        let answer = post(&client, b"{ \"query\": \"\xff\" }".to_vec()).await;
        assert_refused(&answer, StatusCode::BAD_REQUEST, "INVALID_INPUT");
        let deep = format!(
            r#"{{ "query": "{{ __typename }}", "variables": {{ "x": {} }} }}"#,
            "[".repeat(100_000)
        );
        let answer = post(&client, deep).await;
        assert_refused(&answer, StatusCode::BAD_REQUEST, "INVALID_INPUT");
    });
}

#[test]
fn every_wrong_parameter_is_named() {
    both_empty(async |w| {
        let body = json!({ "query": 1, "operationName": [], "variables": 2, "extensions": 3 });
        let answer = post(&w.anonymous(), body.to_string()).await;
        assert_refused(&answer, StatusCode::BAD_REQUEST, "INVALID_INPUT");
        assert_eq!(
            answer.problems(),
            [
                ("query", "FORMAT"),
                ("operationName", "FORMAT"),
                ("variables", "FORMAT"),
                ("extensions", "FORMAT"),
            ]
        );
    });
}

#[test]
fn a_body_that_is_too_long_is_not_read() {
    both_empty(async |w| {
        let body =
            json!({ "query": "{ __typename }", "extensions": { "x": " ".repeat(1024 * 1024) } });
        let answer = post(&w.anonymous(), body.to_string()).await;
        assert_refused(&answer, StatusCode::PAYLOAD_TOO_LARGE, "COST_LIMIT");
    });
}

#[test]
fn an_idempotency_key_is_short_visible_ascii() {
    both_empty(async |w| {
        let longest = "k".repeat(200);
        for key in ["k", longest.as_str()] {
            let _ = post(&w.anonymous().with_key(key), DOCUMENT).await.ok();
        }
        let too_long = "k".repeat(201);
        for key in ["", "a b", "schlüssel", too_long.as_str()] {
            let answer = post(&w.anonymous().with_key(key), DOCUMENT).await;
            assert_refused(&answer, StatusCode::BAD_REQUEST, "INVALID_INPUT");
            assert_eq!(answer.problems(), [("Idempotency-Key", "FORMAT")]);
        }
    });
}

#[test]
fn a_bad_token_is_refused_and_no_token_is_nobody() {
    both_empty(async |w| {
        let client = w.anonymous();
        for credentials in [
            "Bearer x",
            "Bearer",
            "Bearer a.b.c",
            "Basic eDp5",
            "bearer  ",
        ] {
            let request = client
                .request(Method::POST, "/graphql")
                .header("authorization", credentials)
                .json(&json!({ "query": "{ __typename }" }));
            let answer = client.send(request).await;
            assert_refused(&answer, StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
        }
        let _ = post(&client, DOCUMENT).await.ok();
    });
}
