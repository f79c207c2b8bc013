//! Figures for monitors, in Prometheus' text format.
//!
//! What happens is [counted](Metrics) by this process as it happens. What stands in the database is read when a monitor asks, but not oftener
//! than every few seconds, however many ask: each domain puts its own figures beside those of the [record](crate::record), in `reading.rs`.
//! Labels come from closed sets alone: what a client sends, a name, the name of an operation, the id of a person or of anything of theirs, is
//! never one; that of a shared centre is, of which a network has a few.

use std::time::Duration;

use chrono::{DateTime, Utc};
use prometheus::{
    HistogramVec, IntCounter, IntCounterVec, IntGauge, IntGaugeVec, Registry, TextEncoder,
};

use crate::{
    app::App,
    error::{Error, ErrorCode, Result},
};

use self::figure::times;
pub use self::{
    figure::{Distribution, counters, distributions, gauge, gauges, seconds},
    label::{Kind, Limit, Listener, Route},
};

mod figure;
mod label;
mod pool;
mod reading;

/// Media type of the text.
pub const MEDIA: &str = prometheus::TEXT_FORMAT;

/// What this process has counted.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    in_flight: IntGauge,
    connections: IntGaugeVec,
    sockets: IntGauge,
    subscriptions: IntGauge,
    operations: IntCounterVec,
    durations: HistogramVec,
    unread: IntCounterVec,
    limited: IntCounterVec,
    latest: reading::Latest,
}

/// What came of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Ended {
    /// What it was.
    pub kind: Kind,
    /// Code of its refusal, or of the first error in its answer.
    pub code: Option<ErrorCode>,
    /// Statements that it sent to the database.
    pub statements: u32,
    /// How long it took.
    pub took: Duration,
}

/// One that counts among those that are open, until dropped.
#[derive(Debug)]
pub struct Open(IntGauge);

impl Metrics {
    /// Begins to count, for a process that started then.
    #[must_use]
    pub fn new(started: DateTime<Utc>) -> Self {
        let registry = Registry::new();
        let metrics = Self {
            requests: counters(
                &registry,
                "liandong_http_requests_total",
                "Requests answered on the public listener.",
                &["route", "status"],
            ),
            in_flight: gauge(
                &registry,
                "liandong_http_requests_in_flight",
                "Requests on the public listener whose answer has not begun.",
            ),
            connections: gauges(
                &registry,
                "liandong_connections_open",
                "Connections that are open, sockets and event streams among them.",
                &["listener"],
            ),
            sockets: gauge(
                &registry,
                "liandong_sockets_open",
                "WebSocket connections whose clients have introduced themselves.",
            ),
            subscriptions: gauge(
                &registry,
                "liandong_subscriptions_open",
                "Operations that run over WebSocket or as streams of events.",
            ),
            operations: counters(
                &registry,
                "liandong_graphql_operations_total",
                "GraphQL operations that have ended, by OK or the code of their first error; of kind unknown are those refused before \
                 their document was read.",
                &["kind", "outcome"],
            ),
            durations: times(
                &registry,
                "liandong_graphql_operation_duration_seconds",
                "How long operations took; of a subscription, each answer.",
                &["kind"],
            ),
            unread: counters(
                &registry,
                "liandong_graphql_refused_before_sql_total",
                "GraphQL operations that were refused without a statement to the database.",
                &["outcome"],
            ),
            limited: counters(
                &registry,
                "liandong_rate_limited_total",
                "What was turned away because somebody had as much as they may have.",
                &["limit"],
            ),
            latest: reading::Latest::default(),
            registry,
        };
        metrics.tell_process(started);
        metrics.begin_at_zero();
        metrics
    }

    fn tell_process(&self, started: DateTime<Utc>) {
        gauges(
            &self.registry,
            "liandong_build_info",
            "The release that runs; always 1.",
            &["version"],
        )
        .with_label_values(&[env!("CARGO_PKG_VERSION")])
        .set(1);
        gauge(
            &self.registry,
            "liandong_process_start_time_seconds",
            "When the process started, in seconds since 1970.",
        )
        .set(started.timestamp());
    }

    /// What has not happened yet is told as 0: whoever watches how fast something grows has to see it begin.
    fn begin_at_zero(&self) {
        for route in Route::ALL {
            self.requests.with_label_values(&[route.name(), "2xx"]);
            self.requests.with_label_values(&[route.name(), "5xx"]);
        }
        for listener in Listener::ALL {
            self.connections.with_label_values(&[listener.name()]);
        }
        for kind in Kind::ALL {
            self.operations.with_label_values(&[kind.name(), OK]);
            for code in ErrorCode::all() {
                self.operations
                    .with_label_values(&[kind.name(), code.name()]);
            }
            if kind != Kind::Unknown {
                self.durations.with_label_values(&[kind.name()]);
            }
        }
        for code in ErrorCode::all() {
            self.unread.with_label_values(&[code.name()]);
        }
        for limit in Limit::ALL {
            self.limited.with_label_values(&[limit.name()]);
        }
    }

    /// A request has come.
    #[must_use]
    pub fn request(&self) -> Open {
        Open::new(&self.in_flight)
    }

    /// A request has its answer.
    pub fn answered(&self, route: Route, status: http::StatusCode) {
        self.requests
            .with_label_values(&[route.name(), label::class(status)])
            .inc();
    }

    /// A connection was taken.
    #[must_use]
    pub fn connection(&self, listener: Listener) -> Open {
        Open::new(&self.connections.with_label_values(&[listener.name()]))
    }

    /// How many sockets are open.
    #[must_use]
    pub const fn sockets(&self) -> &IntGauge {
        &self.sockets
    }

    /// How many operations run over sockets or as streams of events.
    #[must_use]
    pub const fn subscriptions(&self) -> &IntGauge {
        &self.subscriptions
    }

    /// An operation has ended.
    pub fn ended(&self, ended: Ended) {
        let outcome = ended.code.map_or(OK, ErrorCode::name);
        self.operations
            .with_label_values(&[ended.kind.name(), outcome])
            .inc();
        if ended.code.is_some() && ended.statements == 0 {
            self.unread.with_label_values(&[outcome]).inc();
        }
        if matches!(ended.kind, Kind::Query | Kind::Mutation) {
            self.took(ended.kind, ended.took);
        }
    }

    /// An answer took so long.
    pub fn took(&self, kind: Kind, time: Duration) {
        self.durations
            .with_label_values(&[kind.name()])
            .observe(time.as_secs_f64());
    }

    /// How often somebody met that limit.
    #[must_use]
    pub fn limited(&self, limit: Limit) -> IntCounter {
        self.limited.with_label_values(&[limit.name()])
    }
}

/// All figures, as they are now.
pub async fn text(app: &App) -> Result<String> {
    let mut families = app.metrics.registry.gather();
    families.extend(pool::read(&app.db).gather());
    families.extend(app.metrics.latest.families(app).await);
    TextEncoder::new()
        .encode_to_string(&families)
        .map_err(|fault| Error::Internal(format!("the figures cannot be written: {fault}")))
}

impl Open {
    fn new(gauge: &IntGauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Outcome of what was answered without an error.
const OK: &str = "OK";
