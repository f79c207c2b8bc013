//! Lists of critical values: what is narrowed, in which order, and what serves them.

use api::{
    critical_value::service::{self, Filter, LATEST},
    page::{Cursor, PageArgs, Window},
};
use chrono::Duration;
use entity::enums::{CriticalStatus, Role};
use sea_orm::QueryTrait as _;
use serde_json::{Value, json};

use super::alarm::Alarm;
use crate::{
    harness::{both, client::Client},
    referral::letter,
};

async fn list(by: &Client, filter: Value) -> Vec<String> {
    let document = "query List($filter: CriticalValueFilter) { criticalValues(filter: $filter) { totalCount edges { node { id } } } }";
    let page = by.call(document, json!({ "filter": filter })).await.ok();
    let rows = page.data("criticalValues.edges").as_array();
    let rows = rows.expect("a list").clone();
    assert_eq!(
        *page.data("criticalValues.totalCount"),
        json!(rows.len()),
        "{filter}"
    );
    rows.iter()
        .map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned())
        .collect()
}

#[test]
fn the_last_raised_comes_first_and_filters_narrow() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let d = w.district();
        let order = a.examined(1).await;
        let first = a.raise(&order, json!({})).await;
        w.wait(Duration::minutes(11));
        let other = a.examined(2).await;
        let second = a.raise(&other, json!({})).await;
        let known = a.acknowledge(&a.village, &second, json!({})).await;
        let (one, two) = (first.id.clone(), known.id.clone());
        for by in [&a.village, &a.river, &a.reader, &a.county] {
            assert_eq!(list(by, json!({})).await, [two.clone(), one.clone()]);
        }
        assert_eq!(list(&a.stranger, json!({})).await, Vec::<String>::new());
        assert_eq!(list(&a.manager, json!({})).await, Vec::<String>::new());
        let both = || vec![two.clone(), one.clone()];
        let from = a.moment(Duration::minutes(-1));
        let at = |id| letter::institution(id);
        for (filter, found) in [
            (json!({ "status": ["NOTIFIED"] }), vec![one.clone()]),
            (json!({ "overdue": true }), vec![one.clone()]),
            (json!({ "overdue": false }), vec![two.clone()]),
            (json!({ "order": order.id }), vec![one.clone()]),
            (
                json!({ "patient": second.all["patient"]["id"] }),
                vec![two.clone()],
            ),
            (json!({ "raisedAt": { "from": from } }), vec![two.clone()]),
            (json!({ "centre": [a.centres.centre("ECG")] }), both()),
            (json!({ "centre": [a.centres.centre("IMAGING")] }), vec![]),
            (json!({ "institution": at(d.river_station.id) }), both()),
            (json!({ "institution": at(d.river.id) }), both()),
            (json!({ "institution": at(d.county.id) }), both()),
            (json!({ "institution": at(d.hill.id) }), vec![]),
        ] {
            assert_eq!(list(&a.village, filter.clone()).await, found, "{filter}");
        }
        for (arguments, field) in [
            ("first: 0", "first"),
            ("after: \"x\"", "after"),
            ("filter: { patient: \"x\" }", "filter.patient"),
            ("filter: { order: \"x\" }", "filter.order"),
            ("filter: { institution: \"x\" }", "filter.institution"),
            ("filter: { centre: [\"x\"] }", "filter.centre[0]"),
            (
                "filter: { raisedAt: { from: \"soon\" } }",
                "filter.raisedAt.from",
            ),
        ] {
            let document = format!("{{ criticalValues({arguments}) {{ totalCount }} }}");
            let refused = a.village.ask(&document).await;
            assert_eq!(
                refused.code("criticalValues"),
                "INVALID_INPUT",
                "{arguments}"
            );
            assert_eq!(refused.problems()[0].0, field, "{arguments}");
        }
        let admin = w.client(Role::InstitutionAdmin, &d.river).await;
        let refused = admin.ask("{ criticalValues { totalCount } }").await;
        assert_eq!(refused.code("criticalValues"), "FORBIDDEN");
    });
}

#[test]
fn pages_in_either_direction_show_every_row_once() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let order = a.examined(1).await;
        let mut raised = Vec::new();
        for n in 0..7 {
            let said = json!({ "finding": format!("第{n}次") });
            raised.push(a.raise(&order, said).await.id);
            // Several of one moment.
            w.wait(Duration::milliseconds(n % 2));
        }
        let walk = async |size: &str, from: &str, more: &str, next: &str| {
            let (mut seen, mut cursor) = (Vec::new(), Value::Null);
            loop {
                let document = format!(
                    "query Walk($cursor: String) {{ criticalValues({size}: 3, {from}: $cursor) {{ edges {{ node {{ id }} }} pageInfo {{ {more} {next} }} }} }}"
                );
                let page = a.village.call(&document, json!({ "cursor": cursor })).await;
                let page = page.ok();
                let rows = page.data("criticalValues.edges").as_array();
                let mut ids: Vec<String> = rows
                    .expect("a list")
                    .iter()
                    .map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned())
                    .collect();
                if size == "last" {
                    ids.reverse();
                }
                seen.extend(ids);
                if page.data(&format!("criticalValues.pageInfo.{more}")) == false {
                    return seen;
                }
                cursor = page
                    .data(&format!("criticalValues.pageInfo.{next}"))
                    .clone();
            }
        };
        let down = walk("first", "after", "hasNextPage", "endCursor").await;
        let up = walk("last", "before", "hasPreviousPage", "startCursor").await;
        assert!(up.iter().eq(down.iter().rev()));
        let mut sorted = down;
        sorted.sort_unstable();
        raised.sort_unstable();
        assert_eq!(sorted, raised);
    });
}

#[test]
fn an_index_serves_every_page() {
    both(async |w| {
        let actor = w.actor(Role::Clinician, &w.district().river).await;
        let now = w.now();
        for backward in [false, true] {
            for filter in [
                Filter::default(),
                Filter {
                    status: Some(vec![CriticalStatus::Notified]),
                    ..Filter::default()
                },
            ] {
                let cursor = Cursor::time(LATEST, now, w.app.new_id()).encode();
                let args = if backward {
                    PageArgs {
                        last: Some(20),
                        before: Some(cursor),
                        ..PageArgs::forward(None, None)
                    }
                } else {
                    PageArgs::forward(Some(20), Some(cursor))
                };
                let window = Window::parse(&args, LATEST).expect("a window");
                let page = service::page(&w.app, &actor, &filter, &window);
                let statement = page.expect("a scope").build(w.app.db.backend());
                w.assert_index_serves(&statement).await;
            }
        }
    });
}
