//! What a monitor is told, read as strictly as monitors read it.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Method, StatusCode};

use super::beside::Beside;

/// What a monitor is told: each figure by its name and labels, as they are written.
pub struct Figures(BTreeMap<String, f64>);

impl Figures {
    /// Asks for them.
    pub async fn of(beside: &Beside) -> Self {
        let monitor = beside.monitor();
        let answer = monitor.send(monitor.request(Method::GET, "/metrics")).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4");
        Self::read(&answer.text)
    }

    /// Reads the text format strictly: every figure has been described, and labels are of closed sets.
    pub fn read(text: &str) -> Self {
        let (mut helped, mut types) = (BTreeSet::new(), BTreeMap::new());
        let mut figures = BTreeMap::new();
        for line in text.lines() {
            if let Some(help) = line.strip_prefix("# HELP ") {
                let (name, help) = help.split_once(' ').expect("a description");
                assert!(help.ends_with('.') && helped.insert(name), "{line}");
            } else if let Some(kind) = line.strip_prefix("# TYPE ") {
                let (name, kind) = kind.split_once(' ').expect("a type");
                assert!(matches!(kind, "counter" | "gauge" | "histogram"), "{line}");
                assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
                assert!(types.insert(name, kind).is_none(), "{line}");
            } else {
                let (figure, value) = line.rsplit_once(' ').expect("a figure and its value");
                let (name, labels) = figure.split_once('{').unwrap_or((figure, "}"));
                let parts = ["_bucket", "_sum", "_count"];
                let family = parts
                    .iter()
                    .filter_map(|part| name.strip_suffix(part))
                    .find(|family| types.get(family) == Some(&"histogram"))
                    .unwrap_or(name);
                assert!(family.starts_with("liandong_"), "{line}");
                assert!(
                    helped.contains(family) && types.contains_key(family),
                    "{line}"
                );
                assert_are_closed(labels.strip_suffix('}').expect("an end"));
                let value = value.parse().expect("a number");
                assert!(figures.insert(figure.to_owned(), value).is_none(), "{line}");
            }
        }
        Self(figures)
    }

    /// One of them.
    pub fn at(&self, figure: &str) -> f64 {
        let value = self.0.get(figure);
        *value.unwrap_or_else(|| panic!("no {figure} among {:#?}", self.0.keys()))
    }

    /// Whether there is one of that name.
    pub fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// How many operations of that kind ended so.
    pub fn operations(&self, kind: &str, outcome: &str) -> f64 {
        self.at(&format!(
            "liandong_graphql_operations_total{{kind=\"{kind}\",outcome=\"{outcome}\"}}"
        ))
    }

    /// How often somebody met that limit.
    pub fn limited(&self, limit: &str) -> f64 {
        self.at(&format!("liandong_rate_limited_total{{limit=\"{limit}\"}}"))
    }
}

/// Labels are those that the service has, and their values words of its own.
#[track_caller]
fn assert_are_closed(labels: &str) {
    for label in labels.split(',').filter(|label| !label.is_empty()) {
        let (name, value) = label.split_once('=').expect("a label and its value");
        let value = value.trim_matches('"');
        let is_word = value
            .chars()
            .all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_uppercase());
        let fits = match name {
            "route" | "listener" | "kind" | "outcome" | "limit" | "pool" | "state" => is_word,
            // Of a shared centre; nothing else goes by its id.
            "centre" => {
                value.starts_with("ctr_")
                    && value
                        .bytes()
                        .all(|c| c.is_ascii_alphanumeric() || c == b'_')
            }
            "status" => matches!(value, "1xx" | "2xx" | "3xx" | "4xx" | "5xx"),
            "le" => value == "+Inf" || value.parse::<f64>().is_ok(),
            "version" => value == env!("CARGO_PKG_VERSION"),
            _ => false,
        };
        assert!(fits && value.len() < 40, "{label}");
    }
}
