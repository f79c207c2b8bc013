//! The year of a demo's district as the bureau asks about it.

use api::clock::shanghai_day;
use chrono::{Datelike as _, Months};
use entity::enums::Role;
use serde_json::{Value, json};

use super::Made;

const INDICATORS: &str =
    "query Year($input: StatisticsInput!) { indicators(input: $input) { code value } }";

pub async fn no_indicator_is_empty(made: &Made) {
    let w = &made.w;
    let month = shanghai_day(w.now())
        .with_day(1)
        .expect("every month has one");
    let (from, after) = (month - Months::new(11), month + Months::new(1));
    let year = json!({ "from": from, "to": after.pred_opt().expect("a day") });
    let directory = w.app.directory.now();
    assert!(!directory.communities.is_empty());
    for community in directory.communities.values() {
        let manager = w.client(Role::CommunityManager, &**community).await;
        let answer = manager
            .call(INDICATORS, json!({ "input": year }))
            .await
            .ok();
        let rows = answer.data("indicators").as_array().expect("a list");
        let empty: Vec<_> = rows
            .iter()
            .filter(|row| row["value"].is_null())
            .map(|row| &row["code"])
            .collect();
        assert_eq!(empty, Vec::<&Value>::new(), "{}", community.name);
    }
}
