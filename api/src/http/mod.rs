//! The front of the service: the GraphQL endpoint and its limits, over HTTP and over WebSocket, files, throughput and indicators as tables, the addresses of
//! authentication, health, a plain page and the explorer; and, on a listener of its own, what monitors are told.
//!
//! The endpoint is ours, over the executor alone: status codes, media types and limits follow GraphQL over HTTP, every refusal carries
//! one of our codes, and whatever fails for a reason of ours says nothing but its request id.

use std::{any::Any, sync::Arc};

use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{Html, IntoResponse as _, Response},
    routing::{any, get},
};
use tokio::sync::watch;
use tower_http::catch_panic::CatchPanicLayer;
use uuid::Uuid;

use crate::{app::App, metrics::Route, schema::Schema};

mod account;
mod answer;
pub mod background;
mod body;
mod cost;
mod document;
mod endpoint;
mod explorer;
mod file;
mod form;
mod graphql;
mod health;
mod indicator;
mod negotiate;
mod persisted;
mod problem;
mod refusal;
mod scan;
pub(crate) mod serve;
mod shape;
mod shown;
mod socket;
mod stream;
mod tally;
mod throughput;
mod variables;

pub use persisted::{List as DocumentList, OnlyFor};
pub use serve::{Listeners, serve};
pub use shape::MOST_LEVELS;

/// Every address of the service. Connections and sockets end when `stop` turns true, and each holds a receiver of it until it has.
fn router(app: App, schema: Schema, stop: Arc<watch::Sender<bool>>) -> Router {
    let explorer = app.settings.explorer;
    let open = app.settings.anonymous_introspection;
    let endpoint = endpoint::Endpoint::new(app.clone(), schema, stop);
    let router = Router::new()
        .route("/graphql", any(graphql::take))
        .route("/graphql/ws", any(socket::open))
        .with_state(Arc::new(endpoint))
        .merge(
            crate::auth::http::router()
                .merge(file::router())
                .merge(throughput::router())
                .merge(indicator::router())
                .route("/healthz", get(health::live))
                .route("/readyz", get(health::ready))
                .with_state(app.clone()),
        )
        .route("/", get(move || page(explorer)))
        .merge(if explorer {
            explorer::router(open)
        } else {
            Router::new()
        })
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(CatchPanicLayer::custom(panicked));
    let router = match serve::cors::layer(&app.settings.serving) {
        Some(cors) => router.layer(cors),
        None => router,
    };
    router
        .layer(middleware::map_response_with_state(app.clone(), secured))
        .layer(middleware::from_fn_with_state(app, counted))
}

/// Tells monitors of a request.
async fn counted(State(app): State<App>, request: Request, next: Next) -> Response {
    let _in_flight = app.metrics.request();
    let route = Route::of(request.uri().path());
    let response = next.run(request).await;
    app.metrics.answered(route, response.status());
    response
}

/// A page that says what this is and which queries to try first; it loads nothing from anywhere.
async fn page(explorer: bool) -> Response {
    const POLICY: HeaderValue = HeaderValue::from_static(
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    const EXPLORER: &str = r#"<p>Try it in the <a href="explorer/">explorer</a>.</p>"#;
    let link = if explorer { EXPLORER } else { "" };
    let page = include_str!("page.html").replace("{{explorer}}", link);
    let mut response = Html(page).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    response
}

/// Answers name their request, are read as what they say they are and kept by nobody, unless they say otherwise; where TLS is spoken,
/// browsers are told to insist on it.
async fn secured(State(app): State<App>, mut response: Response) -> Response {
    let headers = response.headers_mut();
    if !headers.contains_key(REQUEST_ID) {
        name_request(headers, app.new_id());
    }
    if app.settings.serving.is_secure() {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers.insert(
        header::REFERRER_POLICY,
        HeaderValue::from_static("no-referrer"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

fn panicked(_: Box<dyn Any + Send + 'static>) -> Response {
    problem::response(StatusCode::INTERNAL_SERVER_ERROR, answer::MASKED)
}

/// The header that names a request in its answer. One that a request brings along is not taken over: the id stands in the audit trail,
/// where no two may be alike.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names the request in its answer.
fn name_request(headers: &mut HeaderMap, id: Uuid) {
    let id = HeaderValue::from_str(&id.to_string()).expect("an id is visible ASCII");
    headers.insert(REQUEST_ID, id);
}
