//! Refusals outside GraphQL, as problem details (RFC 9457).

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::json;

/// A refusal with this status.
pub(super) fn response(status: StatusCode, detail: &str) -> Response {
    let body = json!({
        "type": "about:blank",
        "title": status.canonical_reason(),
        "status": status.as_u16(),
        "detail": detail,
    });
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
