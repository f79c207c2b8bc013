//! The front of the service: the GraphQL endpoint and its limits, the addresses of authentication, health, and a plain page.
//!
//! The endpoint is ours, over the executor alone: status codes, media types and limits follow GraphQL over HTTP, every refusal carries
//! one of our codes, and whatever fails for a reason of ours says nothing but its request id.

use std::{any::Any, future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::ConnectInfo,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    middleware,
    response::{Html, IntoResponse as _, Response},
    routing::{any, get},
};
use hyper::server::conn::http1;
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::net::{TcpListener, TcpStream};
use tower_http::catch_panic::CatchPanicLayer;
use uuid::Uuid;

use crate::{app::App, schema::Schema};

mod answer;
pub mod background;
mod body;
mod cost;
mod document;
mod graphql;
mod health;
mod negotiate;
mod problem;
mod refusal;
mod scan;
mod shape;
mod shown;
mod variables;

pub use shape::MOST_LEVELS;

/// How long the head of a request may take to arrive, and how long a connection may idle between requests.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// How long running requests may take once the service is told to stop.
const DRAIN_TIME: Duration = Duration::from_secs(10);
/// How long the service rests when it can take no further connection.
const ACCEPT_REST: Duration = Duration::from_millis(50);

/// Every address of the service.
pub fn router(app: App, schema: Schema) -> Router {
    let endpoint = graphql::Endpoint::new(app.clone(), schema);
    Router::new()
        .route("/graphql", any(graphql::post))
        .with_state(Arc::new(endpoint))
        .merge(
            crate::auth::http::router()
                .route("/healthz", get(health::live))
                .route("/readyz", get(health::ready))
                .with_state(app),
        )
        .route("/", get(page))
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::map_response(secured))
}

/// A page that says what this is and which queries to try first; it loads nothing from anywhere.
async fn page() -> Response {
    const POLICY: HeaderValue = HeaderValue::from_static(
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    let mut response = Html(include_str!("page.html")).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    response
}

/// Answers are read as what they say they are and kept by nobody, unless they say otherwise.
async fn secured(mut response: Response) -> Response {
    let headers = response.headers_mut();
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

/// Names the request in its answer.
fn name_request(headers: &mut HeaderMap, id: Uuid) {
    const NAME: HeaderName = HeaderName::from_static("x-request-id");
    let id = HeaderValue::from_str(&id.to_string()).expect("an id is visible ASCII");
    headers.insert(NAME, id);
}

/// Serves until `stop` comes, and then until running requests are answered, though not for long.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let router = router(app.clone(), crate::schema::schema(app));
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, caller)) => connect(&router, &connections, stream, caller),
                // Out of file descriptors, or the caller has gone: either passes.
                Err(fault) => {
                    tracing::warn!(kind = %fault.kind(), "a connection was not accepted");
                    tokio::time::sleep(ACCEPT_REST).await;
                }
            },
            () = &mut stop => break,
        }
    }
    drop(listener);
    tracing::info!("stopping: running requests are answered first");
    if tokio::time::timeout(DRAIN_TIME, connections.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests were still running");
    }
    Ok(())
}

fn connect(router: &Router, connections: &GracefulShutdown, stream: TcpStream, caller: SocketAddr) {
    let _ = stream.set_nodelay(true);
    let service = router.clone().layer(axum::Extension(ConnectInfo(caller)));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(fault) = connection.await {
            tracing::debug!(%fault, "a connection broke");
        }
    });
}
