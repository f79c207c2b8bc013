//! The HTTP endpoint: status codes, limits, errors, replays.

mod answer;
mod budget;
mod connection;
mod cors;
mod document;
mod event;
mod form;
mod get;
mod introspection;
mod metrics;
mod node;
mod persisted;
mod refused;
mod server;
mod tls;

use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::harness::client::{Answer, Client};

/// Sends a body as it is.
async fn post(client: &Client, body: impl Into<reqwest::Body>) -> Answer {
    let request = client
        .request(Method::POST, "/graphql")
        .header("content-type", "application/json");
    client.send(request.body(body)).await
}

/// Makes sure that the request was refused as a whole: with that status and that code in every error, without data, before any
/// statement.
#[track_caller]
fn assert_refused(answer: &Answer, status: StatusCode, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert!(answer.body.get("data").is_none(), "{}", answer.text);
    assert!(!answer.errors().is_empty(), "{}", answer.text);
    for error in answer.errors() {
        let extensions = &error["extensions"];
        assert_eq!(extensions["code"], code, "{}", answer.text);
        assert_eq!(extensions["retryable"], false, "{}", answer.text);
        assert_eq!(extensions["requestId"], answer.header("x-request-id"));
        assert!(extensions["problems"].is_array(), "{}", answer.text);
        assert!(!error["message"].as_str().unwrap_or_default().is_empty());
        assert_ne!(error.get("path"), Some(&Value::Null));
    }
    assert_eq!(answer.statements(), 0, "{}", answer.text);
}
