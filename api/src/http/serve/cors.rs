//! Which pages of other origins may call the API from a browser: those that the operator names, and by default none.
//!
//! No cookie is ever set or read, so nothing is sent along that a page has not put there itself; that is why a WebSocket opened by a foreign
//! page could not do anything in its visitor's name either. It is refused all the same.

use std::time::Duration;

use axum::http::{
    HeaderMap, HeaderName, Method, Uri,
    header::{
        ACCEPT, AUTHORIZATION, CONTENT_DISPOSITION, CONTENT_TYPE, HOST, LOCATION, ORIGIN,
        RETRY_AFTER,
    },
};
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::config::{Origin, Serving};

/// For how long a browser may remember what it is allowed.
const REMEMBERED: Duration = Duration::from_mins(10);

/// Tells browsers which pages may call; nothing where none may.
pub(in crate::http) fn layer(serving: &Serving) -> Option<CorsLayer> {
    if serving.cors_origins.is_empty() {
        return None;
    }
    let origins = serving.cors_origins.iter().map(Origin::value).cloned();
    let layer = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            ACCEPT,
            AUTHORIZATION,
            CONTENT_TYPE,
            CONTENT_DISPOSITION,
            HeaderName::from_static("idempotency-key"),
        ])
        .expose_headers([
            HeaderName::from_static("x-request-id"),
            RETRY_AFTER,
            LOCATION,
            CONTENT_DISPOSITION,
        ])
        .max_age(REMEMBERED);
    Some(layer)
}

/// Whether a page of the origin that the request names may open a socket: one of this service's own, or of the list. What names none is no
/// page.
pub(in crate::http) fn is_welcome(headers: &HeaderMap, serving: &Serving) -> bool {
    let Some(origin) = headers.get(ORIGIN) else {
        return true;
    };
    if serving
        .cors_origins
        .iter()
        .any(|known| known.value() == origin)
    {
        return true;
    }
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let origin = origin
        .to_str()
        .ok()
        .and_then(|text| text.parse::<Uri>().ok());
    let authority = origin.as_ref().and_then(Uri::authority);
    authority.is_some_and(|page| host.is_some_and(|host| host.eq_ignore_ascii_case(page.as_str())))
}
