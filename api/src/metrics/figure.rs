//! Figures as a registry takes them: `name` begins with `liandong_` and ends with its unit, `help` is a sentence, `labels` are closed sets.

use prometheus::{
    Gauge, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    core::Collector,
};

/// Upper bounds of the times that are told apart, in seconds: from what is answered from memory to the most that a statement may take.
const SECONDS: [f64; 14] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0,
];

/// A figure that goes up and down.
#[must_use]
pub fn gauge(registry: &Registry, name: &str, help: &str) -> IntGauge {
    put(registry, IntGauge::new(name, help))
}

/// A time that grows and shrinks.
#[must_use]
pub fn seconds(registry: &Registry, name: &str, help: &str) -> Gauge {
    put(registry, Gauge::new(name, help))
}

/// A figure that goes up and down, for each value of its labels.
#[must_use]
pub fn gauges(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
    put(registry, IntGaugeVec::new(Opts::new(name, help), labels))
}

/// A figure that only grows, for each value of its labels.
#[must_use]
pub(super) fn counters(
    registry: &Registry,
    name: &str,
    help: &str,
    labels: &[&str],
) -> IntCounterVec {
    put(registry, IntCounterVec::new(Opts::new(name, help), labels))
}

/// Times, for each value of their labels.
#[must_use]
pub(super) fn times(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> HistogramVec {
    let options = HistogramOpts::new(name, help).buckets(SECONDS.to_vec());
    put(registry, HistogramVec::new(options, labels))
}

fn put<C: Collector + Clone + 'static>(registry: &Registry, figure: prometheus::Result<C>) -> C {
    let figure = figure.expect("names of figures are well-formed");
    let put = registry.register(Box::new(figure.clone()));
    put.expect("each figure has a name of its own");
    figure
}
