//! The bureau's indicators: the catalogue, every value worked out by hand, who reads whose, what is withheld, and sheets.

mod case;
mod catalogue;
mod golden;
mod history;
mod input;
mod journey;
mod recount;
mod rights;
mod small;
mod staff;
mod table;
mod window;

use std::collections::BTreeMap;

use api::{indicator::rollup, record::relay::relay_once};
use serde_json::{Value, json};

use crate::harness::{
    World,
    client::{Answer, Client},
};

/// The document that asks for everything of an indicator.
const DOCUMENT: &str =
    "query Indicators($input: StatisticsInput!, $by: StatisticsDimension, $codes: [String!]) { indicators(input: $input, by: $by, codes: $codes) {
    code name nameZh unit value numerator denominator suppressed basis side numeratorText denominatorText
    breakdown { key nameZh month institution { code } value numerator denominator suppressed } } }";

/// Asks, whatever comes of it; by what, and of which codes, stands beside the input.
async fn ask(by: &Client, mut input: Value) -> Answer {
    let fields = input.as_object_mut().expect("an input");
    let (breakdown, codes) = (fields.remove("by"), fields.remove("codes"));
    let variables = json!({ "input": input, "by": breakdown, "codes": codes });
    by.call(DOCUMENT, variables).await
}

/// The indicators of an answer, by code.
async fn told(by: &Client, input: Value) -> BTreeMap<String, Value> {
    let answer = ask(by, input).await.ok();
    let rows = answer.data("indicators").as_array().expect("a list");
    let code = |row: &Value| row["code"].as_str().expect("a code").to_owned();
    rows.iter().map(|row| (code(row), row.clone())).collect()
}

/// Whole months, of the caller's own area.
fn span(from: &str, to: &str) -> Value {
    json!({ "from": from, "to": to })
}

/// Places everything in the feed and counts it.
async fn settle(w: &World) {
    while relay_once(&w.app).await.expect("the relay works") > 0 {}
    while rollup::rollup_once(&w.app).await.expect("the rollup works") {}
}
