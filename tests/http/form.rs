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
        let cost = r#"{"requested":1,"limit":200000,"remaining":199999}"#;
        let expected =
            format!(r#"{{"data":{{"__typename":"Query"}},"extensions":{{"cost":{cost}}}}}"#);
        assert_eq!(answer.text, expected);
        assert_eq!(
            answer.header("content-type"),
            "application/graphql-response+json; charset=utf-8"
        );
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    });
}

#[test]
fn no_other_method_is_taken() {
    both_empty(async |w| {
        let client = w.anonymous();
        for method in [Method::PUT, Method::PATCH, Method::DELETE] {
            let path = "/graphql?query=%7B__typename%7D";
            let answer = client.send(client.request(method, path)).await;
            assert_refused(&answer, StatusCode::METHOD_NOT_ALLOWED, "INVALID_INPUT");
            assert_eq!(answer.header("allow"), "GET, HEAD, POST, OPTIONS");
        }
        let answer = client
            .send(client.request(Method::OPTIONS, "/graphql"))
            .await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT);
        assert_eq!(answer.header("allow"), "GET, HEAD, POST, OPTIONS");
    });
}

#[test]
fn the_page_of_another_site_does_not_ask_as_for_an_image() {
    both_empty(async |w| {
        let from = |site: &str, mode: &str| {
            w.anonymous()
                .with_header("sec-fetch-site", site)
                .with_header("sec-fetch-mode", mode)
        };
        for mode in ["no-cors", "navigate"] {
            let client = from("cross-site", mode);
            let answer = post(&client, DOCUMENT).await;
            assert_refused(&answer, StatusCode::FORBIDDEN, "FORBIDDEN");
            let ask = client.request(Method::GET, "/graphql?query=%7B__typename%7D");
            let answer = client.send(ask).await;
            assert_refused(&answer, StatusCode::FORBIDDEN, "FORBIDDEN");
        }
        for (site, mode) in [
            ("same-origin", "cors"),
            ("cross-site", "cors"),
            ("none", "navigate"),
        ] {
            let _ = post(&from(site, mode), DOCUMENT).await.ok();
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
        let squeezed = client
            .request(Method::POST, "/graphql")
            .header("content-type", "application/json")
            .header("content-encoding", "gzip");
        let answer = client.send(squeezed.body(DOCUMENT)).await;
        assert_refused(&answer, StatusCode::UNSUPPORTED_MEDIA_TYPE, "INVALID_INPUT");
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
        for (body, code) in [
            (r#"{ "query": "{" }"#, "GRAPHQL_PARSE_FAILED"),
            (r#"{ "query": "{ nothing }" }"#, "GRAPHQL_VALIDATION_FAILED"),
            (
                r#"{ "query": "query A { __typename }", "operationName": "B" }"#,
                "INVALID_INPUT",
            ),
            (
                r#"{ "query": "query ($n: Int!) { referrals(first: $n) { totalCount } }" }"#,
                "INVALID_INPUT",
            ),
        ] {
            // Whoever knows the newer type is told by the status too.
            let client = w.anonymous().with_header("accept", graphql);
            assert_refused(&post(&client, body).await, StatusCode::BAD_REQUEST, code);
            let client = w.anonymous().with_header("accept", "application/json");
            assert_refused(&post(&client, body).await, StatusCode::OK, code);
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
            r#"{ "query": "{ __typename }", "extensions": [] }"#,
        ] {
            let answer = post(&client, body).await;
            assert_refused(&answer, StatusCode::BAD_REQUEST, "INVALID_INPUT");
        }
        let answer = post(&client, b"{ \"query\": \"\xff\" }".to_vec()).await;
        assert_refused(&answer, StatusCode::BAD_REQUEST, "INVALID_INPUT");
        let deep = format!(
            r#"{{ "query": "{{ __typename }}", "variables": {{ "x": {} }} }}"#,
            "[".repeat(90_000)
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
        for megabytes in [4, 10] {
            let long = " ".repeat(megabytes * 1024 * 1024);
            let body = json!({ "query": "{ __typename }", "extensions": { "x": long } });
            let answer = post(&w.anonymous(), body.to_string()).await;
            assert_refused(&answer, StatusCode::PAYLOAD_TOO_LARGE, "COST_LIMIT");
        }
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
