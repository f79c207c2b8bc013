//! The two addresses of authentication that are not GraphQL: `POST /oauth/token` and `GET /.well-known/jwks.json`.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Form, Json, Router,
    extract::{ConnectInfo, DefaultBodyLimit, FromRequestParts, State, rejection::FormRejection},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use data_encoding::BASE64;
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{AUTHORIZATION, CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE},
    request::Parts,
};
use serde_json::json;

use crate::{
    app::App,
    auth::{Request, Token, asserted_token, assertion, client_token, jwks},
    error::{Error, ErrorCode},
    id::{self, Kind},
};

/// More than any token request needs.
const BODY_LIMIT: usize = 8 * 1024;
/// For how long clients may keep the public keys, in seconds.
const KEYS_KEPT: &str = "public, max-age=60";

/// The routes of this module.
pub fn router() -> Router<App> {
    Router::new()
        .route("/oauth/token", post(token))
        .route("/.well-known/jwks.json", get(keys))
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
}

async fn token(
    State(app): State<App>,
    Caller(request): Caller,
    headers: HeaderMap,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Response {
    let Ok(Form(form)) = form else {
        return Refusal::InvalidRequest.into_response();
    };
    match answer(&app, request, &headers, &form).await {
        Ok(token) => {
            let seconds = (token.expires_at - app.now()).num_seconds();
            no_store(Json(json!({
                "access_token": token.access_token,
                "token_type": "Bearer",
                "expires_in": seconds,
                "scope": id::encode(Kind::Grant, token.grant),
            })))
        }
        Err(refusal) => refusal.into_response(),
    }
}

async fn answer(
    app: &App,
    request: Arc<Request>,
    headers: &HeaderMap,
    form: &[(String, String)],
) -> Result<Token, Refusal> {
    let kind = parameter(form, "grant_type")?.ok_or(Refusal::InvalidRequest)?;
    if kind != "client_credentials" {
        return Err(Refusal::UnsupportedGrantType);
    }
    let scope = parameter(form, "scope")?;
    if let Some(assertion) = asserted(headers, form)? {
        let client = parameter(form, "client_id")?;
        return asserted_token(app, assertion, client, scope, request)
            .await
            .map_err(refusal);
    }
    let (id, secret) = credentials(headers, form)?;
    client_token(app, &id, &secret, scope, request)
        .await
        .map_err(refusal)
}

/// Why no token is given, in the standard's words.
fn refusal(error: Error) -> Refusal {
    match error {
        Error::SignInRefused => Refusal::InvalidClient,
        Error::InvalidInput(_) => Refusal::InvalidScope,
        Error::RateLimited { retry_after } => Refusal::TooMany(retry_after),
        other if other.code() == ErrorCode::Unavailable => Refusal::Unavailable,
        other => {
            tracing::error!(error = %other, "a client got no token");
            Refusal::Fault
        }
    }
}

/// The client's assertion (RFC 7523), where it shows one; then it shows nothing else.
fn asserted<'f>(
    headers: &HeaderMap,
    form: &'f [(String, String)],
) -> Result<Option<&'f str>, Refusal> {
    let (kind, text) = (
        parameter(form, "client_assertion_type")?,
        parameter(form, "client_assertion")?,
    );
    if kind.is_none() && text.is_none() {
        return Ok(None);
    }
    if headers.contains_key(AUTHORIZATION) || parameter(form, "client_secret")?.is_some() {
        return Err(Refusal::InvalidRequest);
    }
    match (kind, text) {
        (Some(assertion::KIND), Some(text)) => Ok(Some(text)),
        (Some(_), Some(_)) => Err(Refusal::InvalidClient),
        _ => Err(Refusal::InvalidRequest),
    }
}

/// Client and secret from the `Authorization` header or from the form, never from both.
fn credentials(
    headers: &HeaderMap,
    form: &[(String, String)],
) -> Result<(String, String), Refusal> {
    let (id, secret) = (
        parameter(form, "client_id")?,
        parameter(form, "client_secret")?,
    );
    let Some(header) = headers.get(AUTHORIZATION) else {
        return match (id, secret) {
            (Some(id), Some(secret)) => Ok((id.to_owned(), secret.to_owned())),
            _ => Err(Refusal::InvalidClient),
        };
    };
    if secret.is_some() {
        return Err(Refusal::InvalidRequest);
    }
    let basic = header.to_str().ok().and_then(basic);
    let (name, secret) = basic.ok_or(Refusal::InvalidClient)?;
    if id.is_some_and(|id| id != name) {
        return Err(Refusal::InvalidRequest);
    }
    Ok((name, secret))
}

/// Reads `Basic …`. Ids and secrets of ours consist of letters that form encoding leaves as they are.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let plain = String::from_utf8(BASE64.decode(encoded.trim().as_bytes()).ok()?).ok()?;
    let (id, secret) = plain.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}

/// A parameter of the form; given twice it is refused (RFC 6749, 3.2).
fn parameter<'f>(form: &'f [(String, String)], name: &str) -> Result<Option<&'f str>, Refusal> {
    let mut values = form
        .iter()
        .filter(|(found, _)| found == name)
        .map(|(_, value)| value.as_str());
    let value = values.next();
    match values.next() {
        Some(_) => Err(Refusal::InvalidRequest),
        None => Ok(value.filter(|value| !value.is_empty())),
    }
}

async fn keys(State(app): State<App>) -> Response {
    match jwks(&app).await {
        Ok(keys) => ([(CACHE_CONTROL, KEYS_KEPT)], Json(keys)).into_response(),
        Err(error) => {
            tracing::error!(%error, "the public keys cannot be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

/// Why no token is given, in the words of RFC 6749, 5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refusal {
    InvalidRequest,
    InvalidClient,
    InvalidScope,
    UnsupportedGrantType,
    /// Tried too often; seconds to wait.
    TooMany(u64),
    Unavailable,
    Fault,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code) = match self {
            Self::InvalidRequest => (StatusCode::BAD_REQUEST, "invalid_request"),
            Self::InvalidClient => (StatusCode::UNAUTHORIZED, "invalid_client"),
            Self::InvalidScope => (StatusCode::BAD_REQUEST, "invalid_scope"),
            Self::UnsupportedGrantType => (StatusCode::BAD_REQUEST, "unsupported_grant_type"),
            Self::TooMany(_) => (StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
            Self::Fault => (StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
        };
        let mut response = no_store((status, Json(json!({ "error": code }))));
        if self == Self::InvalidClient {
            response.headers_mut().insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Basic realm=\"liandong\", charset=\"UTF-8\""),
            );
        }
        if let Self::TooMany(seconds) = self {
            response.headers_mut().insert(RETRY_AFTER, seconds.into());
        }
        response
    }
}

fn no_store(answer: impl IntoResponse) -> Response {
    let headers = [(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")];
    (headers, answer).into_response()
}

/// The request as the HTTP layer has made it, else a new one.
struct Caller(Arc<Request>);

impl FromRequestParts<App> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        if let Some(request) = parts.extensions.get::<Arc<Request>>() {
            return Ok(Self(request.clone()));
        }
        let address = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|caller| caller.0.ip());
        Ok(Self(Arc::new(Request::new(
            app.new_id(),
            address,
            Some("token".into()),
            None,
        ))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_read() {
        assert_eq!(
            basic("Basic YTpiOmM="),
            Some(("a".into(), "b:c".into())),
            "the first colon divides"
        );
        for bad in ["Bearer YTpi", "Basic", "Basic !!", "Basic YWI="] {
            assert_eq!(basic(bad), None, "{bad}");
        }
    }

    #[test]
    fn credentials_come_one_way_only() {
        let form = |pairs: &[(&str, &str)]| {
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect::<Vec<_>>()
        };
        let mut header = HeaderMap::new();
        header.insert(AUTHORIZATION, HeaderValue::from_static("Basic YTpi"));
        let none = HeaderMap::new();
        let both = form(&[("client_id", "a"), ("client_secret", "b")]);
        let good = Ok(("a".to_owned(), "b".to_owned()));
        assert_eq!(credentials(&none, &both), good);
        assert_eq!(credentials(&header, &[]), good);
        assert_eq!(credentials(&header, &form(&[("client_id", "a")])), good);
        let refused = [
            (&header, both, Refusal::InvalidRequest),
            (
                &header,
                form(&[("client_id", "c")]),
                Refusal::InvalidRequest,
            ),
            (&none, form(&[("client_id", "a")]), Refusal::InvalidClient),
            (&none, form(&[]), Refusal::InvalidClient),
            (
                &none,
                form(&[("client_id", "a"), ("client_id", "a")]),
                Refusal::InvalidRequest,
            ),
        ];
        for (headers, form, refusal) in refused {
            assert_eq!(credentials(headers, &form), Err(refusal));
        }
    }
}
