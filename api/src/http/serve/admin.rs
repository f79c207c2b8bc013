//! The admin listener: the figures for monitors, and health. Nothing of it is on the listener for clients, and it closes last, so that a stop
//! can be watched.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
    time,
};

use super::{Door, Leaving};
use crate::{
    app::App,
    config::Serving,
    http::{answer::MASKED, health, problem, tally::Tally},
    metrics::{self, Listener},
};

/// Connections of monitors at a time.
const PLACES: usize = 64;
/// For how long a running answer may keep the service from ending.
const PATIENCE: Duration = Duration::from_secs(1);

/// The open listener.
pub(super) struct Admin(Arc<watch::Sender<bool>>);

impl Admin {
    /// Answers monitors from now on.
    pub(super) fn open(app: &App, listener: TcpListener, leaving: Leaving) -> Self {
        let stopping = Arc::new(watch::Sender::new(false));
        let mut told = stopping.subscribe();
        let door = Door {
            router: router(app.clone()).layer(Extension(leaving)),
            serving: Arc::new(Serving {
                trusted_proxies: Vec::new(),
                ..app.settings.serving.clone()
            }),
            places: Arc::new(Semaphore::new(PLACES)),
            by_address: Tally::default(),
            // Nothing secret is told, and monitors on the same machine know no certificate.
            tls: None,
            stopping: stopping.clone(),
            listener: Listener::Admin,
            app: app.clone(),
        };
        tokio::spawn(async move {
            let until = async {
                let _ = told.wait_for(|stop| *stop).await;
            };
            door.open(&listener, until).await;
        });
        Self(stopping)
    }

    /// Lets running answers end, though not for long.
    pub(super) async fn close(self) {
        self.0.send_replace(true);
        let _ = time::timeout(PATIENCE, self.0.closed()).await;
    }
}

fn router(app: App) -> Router {
    Router::new()
        .route("/metrics", get(figures))
        .route("/healthz", get(health::live))
        .route("/readyz", get(health::ready))
        .with_state(app)
        .fallback(not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
}

async fn figures(State(app): State<App>) -> Response {
    match metrics::text(&app).await {
        Ok(text) => {
            let media = HeaderValue::from_static(metrics::MEDIA);
            ([(header::CONTENT_TYPE, media)], text).into_response()
        }
        Err(error) => {
            tracing::error!(%error, "a monitor was not answered");
            problem::response(StatusCode::INTERNAL_SERVER_ERROR, MASKED)
        }
    }
}

async fn not_found() -> Response {
    problem::response(
        StatusCode::NOT_FOUND,
        "There is nothing at this address; the figures are at /metrics.",
    )
}
