//! What shared centres do, counted: rollups, tail and recount agree, whoever asks sees what it may, and nothing of a patient.

mod background;
pub mod book;
mod figures;
pub mod history;
mod input;
mod live;
mod metrics;
pub mod recount;
mod rights;
mod small;
mod table;

use api::{
    record::relay::relay_once,
    throughput::{backlog, rollup},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::harness::{
    World,
    client::{Answer, Client},
};

/// Every figure.
const FIGURES: &str = "startsAt endsAt centre { name } kind institution { code } tier itemGroup priority diagnostician { name }
    requested received reported reviewed returned recognised cancelled backlog patientVisits activeShare suppressed
    fromRequest { count medianMinutes p90Minutes onTimeShare } fromStart { count medianMinutes p90Minutes onTimeShare }
    returnedBy { reason count } critical { raised acknowledged acknowledgedInTime medianMinutes }";

/// The document that asks for every figure.
fn document() -> String {
    format!(
        "query Throughput($input: ThroughputInput!) {{ throughput(input: $input) {{ {FIGURES} }} }}"
    )
}

/// Asks for every figure, whatever comes of it.
async fn ask(by: &Client, input: Value) -> Answer {
    by.call(&document(), json!({ "input": input })).await
}

/// The rows of an answer.
pub async fn rows(by: &Client, input: Value) -> Vec<Value> {
    let answer = ask(by, input).await.ok();
    let rows = answer.data("throughput").as_array();
    rows.expect("a list").clone()
}

/// From one moment to another, in buckets.
pub fn span(from: DateTime<Utc>, to: DateTime<Utc>, bucket: &str) -> Value {
    json!({ "from": from, "to": to, "bucket": bucket })
}

/// Places everything in the feed and counts it.
pub async fn settle(w: &World) {
    while relay_once(&w.app).await.expect("the relay works") > 0 {}
    while rollup::rollup_once(&w.app).await.expect("the rollup works") {}
    while backlog::take_once(&w.app)
        .await
        .expect("backlogs can be taken")
    {}
}
