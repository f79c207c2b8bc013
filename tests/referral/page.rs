//! A page of referrals costs the same few statements however long it is, and an index serves every order.

use api::{
    page::{PageArgs, Window},
    referral::service::{self, By, Filter, LATEST, Sort},
};
use entity::enums::{ReferralStatus, Role};
use sea_orm::QueryTrait as _;
use serde_json::json;

use super::{letter, story::Story};
use crate::harness::{World, both};

/// A page with patient, both institutions, timeline and actions: what a referral office looks at all day.
const PAGE: &str = "query Page($first: Int) { referrals(first: $first) { edges { cursor node {
    id number version status direction urgency submittedAt updatedAt overdue diagnoses { code text }
    patient { id name sex age idNumber masked } sender { id name tier } receiver { id name tier }
    timeline(first: 20) { edges { node { action status occurredAt institution { name } } } }
    availableActions { action allowed blockedBy requires } } } pageInfo { hasNextPage endCursor } } }";

/// The statements that such a page may cost, the audit entry's included.
const STATEMENTS: u64 = 6;

#[test]
fn a_page_costs_the_same_few_statements_however_long_it_is() {
    both(async |w| {
        let story = Story::of(&w);
        let sender = w.client(Role::Integration, &w.district().hill).await;
        for _ in 0..101 {
            story.submit(&sender, story.emergency()).await;
        }
        let office = w.client(Role::Coordinator, &w.district().county).await;
        let mut costs = Vec::new();
        for rows in [1, 20, 100] {
            let page = office.measure(PAGE, json!({ "first": rows })).await;
            assert_eq!(
                page.data("referrals.edges").as_array().map(Vec::len),
                Some(rows)
            );
            assert_eq!(page.data("referrals.edges.0.node.patient.masked"), false);
            assert_eq!(
                page.data("referrals.edges.0.node.timeline.edges.0.node.action"),
                "SUBMIT_REFERRAL"
            );
            costs.push(page.statements());
        }
        assert!(costs.iter().all(|cost| *cost == costs[0]), "{costs:?}");
        assert!(costs[0] <= STATEMENTS, "{costs:?}");

        // Each further level of children costs one statement more at most, however many parents there are.
        let deeper = PAGE.replace(
            "masked }",
            "masked tags { tag } referrals(first: 5) { edges { node { number } } } }",
        );
        let page = office.measure(&deeper, json!({ "first": 100 })).await;
        assert!(
            page.statements() <= costs[0] + 2,
            "{} after {costs:?}",
            page.statements()
        );
    });
}

#[test]
fn pages_in_either_direction_show_every_row_once() {
    both(async |w| {
        let story = Story::of(&w);
        let sender = w.client(Role::Integration, &w.district().hill).await;
        for _ in 0..7 {
            story.submit(&sender, story.up()).await;
        }
        let walk = async |forward: bool| {
            let (size, from) = if forward {
                ("first", "after")
            } else {
                ("last", "before")
            };
            let (mut seen, mut cursor) = (Vec::new(), serde_json::Value::Null);
            loop {
                let document = format!(
                    "query Walk($cursor: String) {{ referrals({size}: 3, {from}: $cursor) {{ totalCount edges {{ node {{ number }} }}
                     pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
                );
                let page = sender
                    .call(&document, json!({ "cursor": cursor }))
                    .await
                    .ok();
                assert_eq!(page.number_at("referrals.totalCount"), 7);
                let mut numbers: Vec<_> = page
                    .data("referrals.edges")
                    .as_array()
                    .expect("a list")
                    .iter()
                    .map(|edge| edge["node"]["number"].to_string())
                    .collect();
                let (more, next) = if forward {
                    ("hasNextPage", "endCursor")
                } else {
                    ("hasPreviousPage", "startCursor")
                };
                if !forward {
                    numbers.reverse();
                }
                seen.extend(numbers);
                if page.data(&format!("referrals.pageInfo.{more}")) == false {
                    return seen;
                }
                cursor = page.data(&format!("referrals.pageInfo.{next}")).clone();
            }
        };
        let forward = walk(true).await;
        let mut backward = walk(false).await;
        backward.reverse();
        assert_eq!(forward.len(), 7);
        assert_eq!(forward, backward);
    });
}

const SORTS: [Sort; 6] = [
    LATEST,
    Sort {
        by: By::Submitted,
        descending: false,
    },
    Sort {
        by: By::AnswerDue,
        descending: false,
    },
    Sort {
        by: By::Planned,
        descending: false,
    },
    Sort {
        by: By::Updated,
        descending: true,
    },
    Sort {
        by: By::Updated,
        descending: false,
    },
];

#[test]
fn an_index_serves_every_order_in_either_direction_from_any_place() {
    both(async |w| {
        let office = w.actor(Role::Coordinator, &w.district().county).await;
        let some = Filter {
            status: Some(vec![ReferralStatus::Submitted]),
            ..Filter::default()
        };
        for sort in SORTS {
            let cursor =
                api::page::Cursor::time(sort.name(), w.now(), w.district().county.id).encode();
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
                let window = Window::parse(&args, sort.name()).expect("the arguments are good");
                for filter in [&Filter::default(), &some] {
                    assert_served(&w, &office, filter, sort, &window).await;
                }
            }
        }
    });
}

async fn assert_served(
    w: &World,
    actor: &api::auth::Actor,
    filter: &Filter,
    sort: Sort,
    window: &Window,
) {
    let query =
        service::page(&w.app, actor, filter, sort, window).expect("an institution has rows");
    w.assert_index_serves(&query.build(w.app.db.backend()))
        .await;
}

#[test]
fn lists_are_narrowed_and_refuse_what_cannot_be() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let sender = w.client(Role::Integration, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.county).await;
        let urgent = story
            .submit(
                &sender,
                letter::with(story.up(), json!({ "urgency": "URGENT" })),
            )
            .await;
        let routine = story.submit(&sender, story.up()).await;
        let accepted = story.accept(&office, &routine, json!({})).await;
        w.wait(chrono::Duration::hours(3));

        let list = async |filter: serde_json::Value| {
            let document = "query List($filter: ReferralFilter) { referrals(filter: $filter) { edges { node { id } } } }";
            let page = office
                .call(document, json!({ "filter": filter }))
                .await
                .ok();
            page.data("referrals.edges")
                .as_array()
                .expect("a list")
                .iter()
                .map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(list(json!({ "overdue": true })).await, [urgent.id.as_str()]);
        assert_eq!(
            list(json!({ "status": ["ACCEPTED"] })).await,
            [accepted.id.as_str()]
        );
        assert_eq!(
            list(json!({ "number": urgent.number })).await,
            [urgent.id.as_str()]
        );
        assert_eq!(
            list(json!({ "sender": [letter::institution(d.hill.id)], "urgency": ["URGENT"] }))
                .await,
            [urgent.id.as_str()]
        );
        assert_eq!(list(json!({ "diagnosis": "I63" })).await.len(), 2);
        assert!(list(json!({ "diagnosis": "i63" })).await.is_empty());
        assert!(
            list(json!({ "receiver": [letter::institution(d.herbs.id)] }))
                .await
                .is_empty()
        );

        for (arguments, field) in [
            ("first: 0", "first"),
            ("first: -1", "first"),
            ("first: 101", "first"),
            ("last: 101", "last"),
            ("first: 1, last: 1", "first"),
            ("after: \"nonsense\"", "after"),
            (
                "filter: { sender: [\"pat_01h455vb4pex5vsknk084sn02q\"] }",
                "filter.sender[0]",
            ),
            ("filter: { institution: \"?\" }", "filter.institution"),
            ("filter: { diagnosis: \"%\" }", "filter.diagnosis"),
            (
                "filter: { answerDueBefore: \"yesterday\" }",
                "filter.answerDueBefore",
            ),
        ] {
            let refused = office
                .ask(&format!(
                    "{{ referrals({arguments}) {{ edges {{ node {{ id }} }} }} }}"
                ))
                .await;
            assert_eq!(
                refused.code("referrals"),
                "INVALID_INPUT",
                "{arguments}: {}",
                refused.text
            );
            assert_eq!(refused.problems()[0].0, field, "{arguments}");
        }
    });
}
