//! The year of a demo's district as the bureau asks about it.

use api::{clock::shanghai_day, indicator::catalogue};
use chrono::{Datelike as _, Months};
use entity::enums::Role;
use serde_json::json;

use super::Made;

/// The county of the demo.
const REGION: &str = "330199";
const INDICATORS: &str =
    "query Year($input: StatisticsInput!) { indicators(input: $input) { code value } }";

pub async fn no_indicator_is_empty(made: &Made) {
    let w = &made.w;
    let month = shanghai_day(w.now())
        .with_day(1)
        .expect("every month has one");
    let (from, after) = (month - Months::new(11), month + Months::new(1));
    let year = json!({ "from": from, "to": after.pred_opt().expect("a day") });
    let regulator = w.client(Role::Regulator, REGION).await;
    let answer = regulator
        .call(INDICATORS, json!({ "input": year }))
        .await
        .ok();
    let rows = answer.data("indicators").as_array().expect("a list");
    let empty = rows.iter().filter(|row| row["value"].is_null());
    let empty: Vec<_> = empty.map(|row| &row["code"]).collect();
    assert!(empty.is_empty(), "{empty:?}");
    assert_eq!(rows.len(), catalogue::all().count());
}
