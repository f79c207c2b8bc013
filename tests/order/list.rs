//! Lists of orders, and what of them is read where.

use api::{
    order::service::{By, Filter, Sort, page},
    page::Window,
};
use chrono::Duration;
use entity::enums::Role;
use sea_orm::QueryTrait as _;
use serde_json::{Value, json};

use super::cast::Cast;
use crate::{
    harness::{both, client::Client},
    referral::letter::{self, with},
};

/// A page of orders with everything that a work list shows.
const PAGE: &str = "query($filter: OrderFilter, $sort: OrderSort, $first: Int, $after: String) {
    orders(filter: $filter, sort: $sort, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        edges { node { id status number patient { name } item { name } centre { name } requestedBy { name } requester { name }
            specimens { barcode } report { conclusion observations { code } reporter { name } } timeline(first: 5) { edges { node { action } } }
            availableActions { action allowed } } } } }";

#[test]
fn it_is_narrowed_to_what_is_asked_for() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let image = cast.bring("EXAMINED", 1).await;
        w.wait(Duration::seconds(1));
        let blood = cast.bring("RECEIVED", 2).await;
        w.wait(Duration::seconds(1));
        let back = cast.bring("RETURNED", 3).await;
        w.wait(Duration::seconds(1));
        let done = cast.bring("REVIEWED", 4).await;
        let d = w.district();
        let cases = [
            (json!({}), vec![&done, &back, &blood, &image]),
            (json!({ "kind": ["LABORATORY"] }), vec![&blood]),
            (
                json!({ "centre": [cast.centres.centre("LABORATORY")] }),
                vec![&blood],
            ),
            (
                json!({ "status": ["EXAMINED", "RETURNED"] }),
                vec![&back, &image],
            ),
            (json!({ "awaiting": "CENTRE" }), vec![&blood, &image]),
            (json!({ "awaiting": "REQUESTER" }), vec![&back]),
            (json!({ "item": [cast.centres.item("GLU")] }), vec![&blood]),
            (json!({ "barcode": "B00002" }), vec![&blood]),
            (
                json!({ "requisition": image.all["requisition"] }),
                vec![&image],
            ),
            (
                json!({ "requestedBy": [letter::institution(d.hill.id)], "status": ["REVIEWED"] }),
                vec![&done],
            ),
            (
                json!({ "requestedBy": [letter::institution(d.lake.id)] }),
                vec![],
            ),
            (
                json!({ "institution": letter::institution(d.county.id), "status": ["REVIEWED"] }),
                vec![&done],
            ),
            (json!({ "overdue": true }), vec![]),
        ];
        for (filter, expected) in cases {
            let found = ids(&cast.reader, json!({ "filter": filter })).await;
            let expected: Vec<_> = expected.iter().map(|told| told.id.clone()).collect();
            assert_eq!(found, expected, "{filter}");
        }
        w.wait(Duration::hours(3));
        let late = ids(
            &cast.reader,
            json!({ "filter": { "overdue": true }, "sort": "DUE_AT_ASC" }),
        )
        .await;
        assert_eq!(late, [image.id.clone()]);
        let due = ids(&cast.reader, json!({ "sort": "DUE_AT_ASC" })).await;
        assert_eq!(
            due,
            [image.id.clone(), blood.id.clone()],
            "only what is due"
        );
        assert_eq!(ids(&cast.stranger, json!({})).await, Vec::<String>::new());
    });
}

#[test]
fn bad_filters_name_their_field() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for (filter, path, code) in [
            (
                json!({ "centre": ["inst_01h455vb4pex5vsknk084sn02q"] }),
                "filter.centre[0]",
                "WRONG_TYPE",
            ),
            (json!({ "item": ["x"] }), "filter.item[0]", "FORMAT"),
            (json!({ "patient": "x" }), "filter.patient", "FORMAT"),
            (json!({ "referral": "x" }), "filter.referral", "FORMAT"),
            (json!({ "barcode": "" }), "filter.barcode", "REQUIRED"),
            (
                json!({ "requisition": "长".repeat(51) }),
                "filter.requisition",
                "TOO_LONG",
            ),
            (json!({ "dueBefore": "soon" }), "filter.dueBefore", "FORMAT"),
        ] {
            let answer = cast.reader.call(PAGE, json!({ "filter": filter })).await;
            assert_eq!(answer.problems(), [(path, code)], "{filter}");
        }
        let answer = cast.reader.call(PAGE, json!({ "first": 0 })).await;
        assert_eq!(answer.code("orders"), "INVALID_INPUT");
        for role in [Role::InstitutionAdmin, Role::DispatchOfficer] {
            let client = w.client(role, &w.district().county).await;
            assert_eq!(
                client.call(PAGE, json!({})).await.code("orders"),
                "FORBIDDEN"
            );
        }
    });
}

#[test]
fn a_page_costs_the_same_for_one_row_or_for_many() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for patient in 1..=6 {
            cast.bring(
                if patient % 2 == 0 {
                    "RECEIVED"
                } else {
                    "REVIEWED"
                },
                patient,
            )
            .await;
        }
        let one = cast.reader.measure(PAGE, json!({ "first": 2 })).await;
        let all = cast.reader.measure(PAGE, json!({ "first": 100 })).await;
        assert_eq!(all.data("orders.edges").as_array().map(Vec::len), Some(6));
        // Whom a report names is asked for together with whom an order names, or after it.
        assert!(all.statements() <= one.statements() + 1);
        assert!(all.statements() <= 11, "{} statements", all.statements());
    });
}

#[test]
fn pages_follow_each_other() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for patient in 1..=5 {
            cast.place("GLU", patient).await;
            w.wait(Duration::seconds(1));
        }
        let whole = ids(&cast.hill, json!({})).await;
        let mut walked = Vec::new();
        let mut after = Value::Null;
        loop {
            let answer = cast
                .hill
                .call(PAGE, json!({ "first": 2, "after": after }))
                .await
                .ok();
            walked.extend(read(&answer));
            if answer.data("orders.pageInfo.hasNextPage") == &json!(false) {
                break;
            }
            after = answer.data("orders.pageInfo.endCursor").clone();
        }
        assert_eq!(walked, whole);
    });
}

#[test]
fn an_index_serves_every_order_of_the_list() {
    both(async |w| {
        let actor = w.actor(Role::Clinician, &w.district().hill).await;
        for by in [By::Created, By::Updated, By::Due] {
            for descending in [true, false] {
                let sort = Sort { by, descending };
                let window = Window {
                    rows: 20,
                    backward: false,
                    cursor: None,
                };
                let query = page(&w.app, &actor, &Filter::default(), sort, &window);
                let statement = query.expect("a scope with rows").build(w.app.db.backend());
                w.assert_index_serves(&statement).await;
            }
        }
    });
}

#[test]
fn a_referral_and_a_patient_list_theirs() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let story = crate::referral::story::Story::of(&w);
        let letter = story.up();
        let posted = story.submit(&cast.hill, letter.clone()).await;
        let mut input = cast.order("CHEST_DX", 1);
        input["patient"] = letter["patient"].clone();
        let input = with(input, json!({ "referral": { "id": posted.id } }));
        let placed = cast.place_like(&cast.hill, input).await;
        let document = "query($id: ID!) { referral(by: { id: $id }) { orders { totalCount edges { node { id referral { id } } } }
            patient { orders { edges { node { id } } } } } }";
        for client in [&cast.hill, &cast.county] {
            let answer = client.call(document, json!({ "id": posted.id })).await.ok();
            assert_eq!(
                answer.data("referral.orders.edges.0.node.id"),
                &json!(placed.id)
            );
            assert_eq!(
                answer.data("referral.orders.edges.0.node.referral.id"),
                &json!(posted.id)
            );
            assert_eq!(
                answer.data("referral.patient.orders.edges.0.node.id"),
                &json!(placed.id)
            );
        }
        let mut other = cast.order("CHEST_DX", 77);
        other["referral"] = json!({ "id": posted.id });
        let answer = super::cast::ask(&cast.hill, "placeOrder", other).await;
        assert_eq!(answer.problems(), [("input.referral", "INCONSISTENT")]);
    });
}

#[test]
fn to_the_sides_of_a_referral_they_close_a_time_after_it_did() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let (story, herbs) = (crate::referral::story::Story::of(&w), &cast.stranger);
        let receiver = json!({ "receiver": letter::institution(w.district().herbs.id) });
        let letter = with(story.emergency(), receiver);
        let posted = story.submit(&cast.hill, letter.clone()).await;
        let mut input = cast.order("CHEST_DX", 1);
        input["patient"] = letter["patient"].clone();
        input["referral"] = json!({ "id": posted.id });
        let placed = cast.place_like(&cast.hill, input).await;
        assert!(cast.look(herbs, &placed).await.is_some());
        let arrived = story.arrive(herbs, &posted, json!({})).await;
        let treated = story.treat(herbs, &arrived, json!({})).await;
        let reported = story.report(herbs, &treated, json!({})).await;
        story.close(&cast.hill, &reported, json!({})).await;
        w.wait(Duration::days(89));
        assert!(cast.look(herbs, &placed).await.is_some());
        w.wait(Duration::days(2));
        assert!(cast.look(herbs, &placed).await.is_none());
        assert!(cast.look(&cast.hill, &placed).await.is_some(), "its own");
        assert!(cast.look(&cast.reader, &placed).await.is_some());
    });
}

async fn ids(by: &Client, variables: Value) -> Vec<String> {
    read(&by.call(PAGE, variables).await.ok())
}

fn read(answer: &crate::harness::client::Answer) -> Vec<String> {
    let edges = answer.data("orders.edges").as_array().expect("a list");
    edges
        .iter()
        .map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned())
        .collect()
}
