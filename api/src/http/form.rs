//! The form of a request, which is looked at before anything else of it: its method, its headers, and where it comes from.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::{ConnectInfo, Request as HttpRequest},
    http::{HeaderMap, Method, StatusCode, header},
};

use super::{negotiate, refusal::Refusal};
use crate::error::{Error, ErrorCode, ProblemCode};

/// What the endpoint takes.
pub(super) const METHODS: &str = "GET, HEAD, POST, OPTIONS";
/// Longest `Idempotency-Key`.
const LONGEST_KEY: usize = 200;

/// Whether the request asks in its address instead of its body; then it may only read.
pub(super) fn asks_by_address(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// Looks at method and headers; `acceptable` says whether the request takes any of our media types.
pub(super) fn check(method: &Method, headers: &HeaderMap, acceptable: bool) -> Result<(), Refusal> {
    let refuse =
        |status, message: &str| Err(Refusal::new(status, ErrorCode::InvalidInput, message));
    if !asks_by_address(method) && method != Method::POST {
        return refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            "Operations are posted; queries are taken by GET too.",
        );
    }
    if is_foreign_page(headers) {
        return Err(Refusal::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "A page of another site may not ask in this way.",
        ));
    }
    if !acceptable {
        return refuse(
            StatusCode::NOT_ACCEPTABLE,
            "Answers are application/graphql-response+json or application/json; of a subscription, text/event-stream.",
        );
    }
    if method == Method::POST && !negotiate::is_json(headers) {
        return refuse(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body must be application/json in UTF-8.",
        );
    }
    if headers.contains_key(header::CONTENT_ENCODING) {
        return refuse(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body must not be compressed.",
        );
    }
    Ok(())
}

/// Whether a browser says that the page of another site makes it ask as for an image or by a link, which no list of origins governs.
fn is_foreign_page(headers: &HeaderMap) -> bool {
    let says = |name: &str, values: &[&[u8]]| {
        headers
            .get(name)
            .is_some_and(|value| values.contains(&value.as_bytes()))
    };
    says("sec-fetch-site", &[b"cross-site", b"same-site"])
        && says("sec-fetch-mode", &[b"no-cors", b"navigate"])
}

/// The bearer's token; none where the request carries no credentials.
pub(super) fn bearer(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    value
        .to_str()
        .ok()
        .filter(|_| values.next().is_none())
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| Some(token.trim().to_owned()))
        .ok_or_else(|| Refusal::of(&Error::Unauthenticated))
}

/// The `Idempotency-Key`, if there is one.
pub(super) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut values = headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    value
        .to_str()
        .ok()
        .filter(|_| values.next().is_none())
        .filter(|key| (1..=LONGEST_KEY).contains(&key.len()))
        .filter(|key| key.bytes().all(|byte| byte.is_ascii_graphic()))
        .map(|key| Some(key.to_owned()))
        .ok_or_else(|| {
            Refusal::parameter(
                "Idempotency-Key",
                ProblemCode::Format,
                "An Idempotency-Key is given once and has 1 to 200 visible ASCII characters.",
            )
        })
}

/// Where the connection comes from.
pub(super) fn address(request: &HttpRequest) -> Option<IpAddr> {
    request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|caller| caller.0.ip())
}
