//! Lists of follow-ups: what is narrowed, what is overdue, and what serves them.

use api::{
    follow_up::service::{self, DUE, Filter},
    page::{Cursor, PageArgs, Window},
};
use chrono::Duration;
use entity::enums::{FollowUpStatus, Role};
use sea_orm::QueryTrait as _;
use serde_json::{Value, json};

use super::care::{Care, on, recorded, station};
use crate::{
    harness::both,
    referral::letter::{self, with},
};

#[test]
fn what_is_overdue_is_listed_by_whoever_is_to_do_it() {
    both(async |w| {
        let care = Care::of(&w).await;
        let d = w.district();
        let (one, other) = (care.home().await, care.home().await);
        let late = care
            .plan(&care.cast.hill, &one, json!({ "days": [1, 20] }))
            .await;
        let station_s = care
            .plan(
                &care.cast.hill,
                &other,
                json!({ "template": "STROKE", "days": [2], "institution": station(&w) }),
            )
            .await;
        w.wait(Duration::days(4));
        let hill = w.client(Role::Clinician, &d.hill).await;
        let village = w.client(Role::Clinician, &d.hill_station).await;
        let list = async |by: &crate::harness::client::Client, filter: Value| {
            let document = "query List($filter: FollowUpFilter) { followUps(filter: $filter) { totalCount edges { node { id overdue dueAt } } } }";
            let page = by.call(document, json!({ "filter": filter })).await.ok();
            let rows = page
                .data("followUps.edges")
                .as_array()
                .expect("a list")
                .clone();
            assert_eq!(*page.data("followUps.totalCount"), json!(rows.len()));
            rows.iter()
                .map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned())
                .collect::<Vec<_>>()
        };
        let second = late.all["plan"][1]["id"]
            .as_str()
            .expect("an id")
            .to_owned();
        // The health centre sees its own and its station's, the first due first.
        assert_eq!(
            list(&hill, json!({ "overdue": true })).await,
            [late.id.clone(), station_s.id.clone()]
        );
        assert_eq!(
            list(&hill, json!({ "overdue": false })).await,
            std::slice::from_ref(&second)
        );
        assert_eq!(
            list(&village, json!({ "overdue": true })).await,
            [station_s.id.clone()]
        );
        assert_eq!(
            list(&hill, json!({ "institution": [station(&w)] })).await,
            [station_s.id.clone()]
        );
        assert_eq!(
            list(&hill, json!({ "referral": one.id })).await,
            [late.id.clone(), second.clone()]
        );
        assert_eq!(
            list(&hill, json!({ "template": ["STROKE"] })).await,
            [station_s.id.clone()]
        );
        let soon = json!({ "due": { "from": letter::moment(&w, Duration::zero()) } });
        assert_eq!(list(&hill, soon).await, std::slice::from_ref(&second));
        let input = with(on(&late), recorded());
        care.tell(&hill, "recordFollowUp", input).await;
        assert_eq!(
            list(&hill, json!({ "overdue": true })).await,
            [station_s.id.clone()]
        );
        assert_eq!(
            list(&hill, json!({ "status": ["DONE"] })).await,
            [late.id.clone()]
        );

        for (arguments, field) in [
            ("first: 0", "first"),
            ("after: \"x\"", "after"),
            ("filter: { patient: \"x\" }", "filter.patient"),
            (
                "filter: { institution: [\"pat_01h455vb4pex5vsknk084sn02q\"] }",
                "filter.institution[0]",
            ),
            ("filter: { due: { from: \"soon\" } }", "filter.due.from"),
        ] {
            let refused = hill
                .ask(&format!("{{ followUps({arguments}) {{ totalCount }} }}"))
                .await;
            assert_eq!(refused.code("followUps"), "INVALID_INPUT", "{arguments}");
            assert_eq!(refused.problems()[0].0, field, "{arguments}");
        }
    });
}

#[test]
fn pages_in_either_direction_show_every_row_once() {
    both(async |w| {
        let care = Care::of(&w).await;
        let down = care.home().await;
        let said = json!({ "template": "STROKE", "days": [1, 2, 3, 4, 5, 6, 7] });
        care.plan(&care.cast.hill, &down, said).await;
        let walk = async |size: &str, from: &str, more: &str, next: &str| {
            let (mut seen, mut cursor) = (Vec::new(), Value::Null);
            loop {
                let document = format!(
                    "query Walk($cursor: String) {{ followUps({size}: 3, {from}: $cursor) {{ edges {{ node {{ number }} }} pageInfo {{ {more} {next} }} }} }}"
                );
                let page = care
                    .cast
                    .hill
                    .call(&document, json!({ "cursor": cursor }))
                    .await
                    .ok();
                let rows = page.data("followUps.edges").as_array().expect("a list");
                let mut numbers: Vec<_> = rows
                    .iter()
                    .map(|edge| edge["node"]["number"].as_i64().expect("a number"))
                    .collect();
                if size == "last" {
                    numbers.reverse();
                }
                seen.extend(numbers);
                if page.data(&format!("followUps.pageInfo.{more}")) == false {
                    return seen;
                }
                cursor = page.data(&format!("followUps.pageInfo.{next}")).clone();
            }
        };
        assert_eq!(
            walk("first", "after", "hasNextPage", "endCursor").await,
            [1, 2, 3, 4, 5, 6, 7]
        );
        assert_eq!(
            walk("last", "before", "hasPreviousPage", "startCursor").await,
            [7, 6, 5, 4, 3, 2, 1]
        );
    });
}

#[test]
fn a_page_costs_the_same_few_statements_however_long_it_is() {
    both(async |w| {
        let care = Care::of(&w).await;
        for _ in 0..6 {
            let down = care.home().await;
            care.plan(&care.cast.hill, &down, json!({ "template": "STROKE" }))
                .await;
        }
        let document = "query Page($first: Int) { followUps(first: $first) { edges { node { id status institution { name } patient { name } referral { number } plan { id } } } } }";
        let mut costs = Vec::new();
        for rows in [1, 10, 30] {
            let hill = &care.cast.hill;
            let page = hill.measure(document, json!({ "first": rows })).await;
            assert_eq!(
                page.data("followUps.edges").as_array().map(Vec::len),
                Some(rows)
            );
            costs.push(page.statements());
        }
        assert!(costs.iter().all(|cost| *cost == costs[0]), "{costs:?}");
    });
}

#[test]
fn an_index_serves_the_list_in_either_direction_from_any_place() {
    both(async |w| {
        let d = w.district();
        let doctor = w.actor(Role::Clinician, &d.hill).await;
        let cursor = Cursor::time(DUE, w.now(), d.hill.id).encode();
        let planned = Filter {
            status: Some(vec![FollowUpStatus::Planned]),
            ..Filter::default()
        };
        let overdue = Filter {
            overdue: Some(true),
            ..Filter::default()
        };
        let of_patient = Filter {
            patient: Some(d.hill.id),
            ..Filter::default()
        };
        for args in [
            PageArgs::default(),
            PageArgs {
                after: Some(cursor.clone()),
                ..PageArgs::default()
            },
            PageArgs {
                before: Some(cursor.clone()),
                last: Some(20),
                ..PageArgs::default()
            },
        ] {
            let window = Window::parse(&args, DUE).expect("the arguments are good");
            let page = |filter: &Filter| {
                let query = service::page(&w.app, &doctor, filter, &window);
                let query = query.expect("an institution has rows");
                query.build(w.app.db.backend())
            };
            for filter in [&Filter::default(), &planned, &overdue] {
                w.assert_index_serves(&page(filter)).await;
            }
            // One patient has few: they are found, and put in order then.
            let own = ("follow_up_party", "patient_id");
            w.assert_finds_by(&page(&of_patient), own).await;
        }
    });
}
