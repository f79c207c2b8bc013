//! Figures as a registry takes them: `name` begins with `liandong_` and ends with its unit, `help` is a sentence, `labels` are closed sets.

use std::collections::HashMap;

use prometheus::{
    Gauge, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, IntGaugeVec, Opts, Registry,
    core::{Collector, Desc},
    proto::{Bucket, Histogram, LabelPair, Metric, MetricFamily, MetricType},
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
pub fn counters(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    put(registry, IntCounterVec::new(Opts::new(name, help), labels))
}

/// Times, for each value of their labels.
#[must_use]
pub(super) fn times(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> HistogramVec {
    let options = HistogramOpts::new(name, help).buckets(SECONDS.to_vec());
    put(registry, HistogramVec::new(options, labels))
}

/// How many of some times were within each of some bounds, as they were counted elsewhere.
#[derive(Clone, Debug, Default)]
pub struct Distribution {
    /// The values of the labels.
    pub labels: Vec<String>,
    /// Upper bounds in seconds, and how many were within each.
    pub within: Vec<(f64, u64)>,
    /// How many there are.
    pub count: u64,
    /// All of them together, in seconds.
    pub sum: f64,
}

/// Times that were counted elsewhere, for each value of their labels, which are named in the order of the alphabet.
pub fn distributions(
    registry: &Registry,
    name: &str,
    help: &str,
    labels: &[&str],
    all: &[Distribution],
) {
    let mut family = MetricFamily::default();
    family.set_name(name.to_owned());
    family.set_help(help.to_owned());
    family.set_field_type(MetricType::HISTOGRAM);
    family.set_metric(all.iter().map(|one| histogram(labels, one)).collect());
    let named = labels.iter().map(|label| (*label).to_owned()).collect();
    let desc = Desc::new(name.to_owned(), help.to_owned(), named, HashMap::new());
    put(registry, desc.map(|desc| Counted { desc, family }));
}

fn histogram(labels: &[&str], one: &Distribution) -> Metric {
    let mut told = Histogram::default();
    told.set_sample_count(one.count);
    told.set_sample_sum(one.sum);
    let buckets = one.within.iter().map(|(bound, count)| {
        let mut bucket = Bucket::default();
        bucket.set_upper_bound(*bound);
        bucket.set_cumulative_count(*count);
        bucket
    });
    told.set_bucket(buckets.collect());
    let labels = labels.iter().zip(&one.labels).map(|(name, value)| {
        let mut label = LabelPair::default();
        label.set_name((*name).to_owned());
        label.set_value(value.clone());
        label
    });
    let mut metric = Metric::default();
    metric.set_label(labels.collect());
    metric.set_histogram(told);
    metric
}

/// What was counted elsewhere.
#[derive(Clone)]
struct Counted {
    desc: Desc,
    family: MetricFamily,
}

impl Collector for Counted {
    fn desc(&self) -> Vec<&Desc> {
        vec![&self.desc]
    }

    fn collect(&self) -> Vec<MetricFamily> {
        vec![self.family.clone()]
    }
}

fn put<C: Collector + Clone + 'static>(registry: &Registry, figure: prometheus::Result<C>) -> C {
    let figure = figure.expect("names of figures are well-formed");
    let put = registry.register(Box::new(figure.clone()));
    put.expect("each figure has a name of its own");
    figure
}
