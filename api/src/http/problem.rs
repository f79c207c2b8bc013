//! Refusals outside GraphQL, as problem details (RFC 9457).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::refusal::Refusal;

/// A refusal with this status.
pub(super) fn response(status: StatusCode, detail: &str) -> Response {
    rendered(status, &details(status, detail))
}

/// A refusal with our code, the id of its request, and the fields that are wrong, named as GraphQL's refusals name them.
pub(super) fn refused(request: Uuid, refusal: &Refusal) -> Response {
    let message = refusal.errors.first().map_or("", |(message, _)| message);
    let mut body = details(refusal.status, message);
    body["code"] = refusal.code.name().into();
    body["retryable"] = refusal.code.retryable().into();
    body["requestId"] = request.to_string().into();
    let named = refusal.problems.iter().map(|problem| {
        json!({ "path": problem.path, "code": problem.code.name(), "message": problem.message })
    });
    body["problems"] = named.collect();
    rendered(refusal.status, &body)
}

fn details(status: StatusCode, detail: &str) -> Value {
    json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": detail,
    })
}

fn rendered(status: StatusCode, body: &Value) -> Response {
    let media = HeaderValue::from_static("application/problem+json");
    (status, [(header::CONTENT_TYPE, media)], body.to_string()).into_response()
}

/// There is nothing at this address.
pub(super) async fn not_found() -> Response {
    response(
        StatusCode::NOT_FOUND,
        "There is nothing at this address; the API is at /graphql.",
    )
}

/// The address does not take this method.
pub(super) async fn method_not_allowed() -> Response {
    response(
        StatusCode::METHOD_NOT_ALLOWED,
        "This address does not take this method.",
    )
}
