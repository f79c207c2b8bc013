//! Who sees a batch, and what of it.

use entity::enums::Role;
use serde_json::{Value, json};

use super::Supply;
use crate::harness::{both, client::Client};

const DOCUMENT: &str = "query($id: ID!, $after: String) {
    batch(id: $id) {
        id number version centre { id kind } steriliser processedAt expiresOn recalledAt reason createdAt updatedAt
        orders(first: 2, after: $after) { totalCount pageInfo { hasNextPage } edges { cursor node { id } } }
    }
    node(id: $id) { __typename id }
}";

async fn read(by: &Client, id: &str, after: Option<&str>) -> Value {
    let variables = json!({ "id": id, "after": after });
    let answer = by.call(DOCUMENT, variables).await.ok();
    assert_eq!(
        answer.data("batch").is_null(),
        answer.data("node").is_null()
    );
    answer.data("batch").clone()
}

fn orders(batch: &Value) -> Vec<&str> {
    let edges = batch["orders"]["edges"].as_array().into_iter().flatten();
    edges
        .filter_map(|edge| edge["node"]["id"].as_str())
        .collect()
}

#[test]
fn whoever_sees_an_order_that_holds_it() {
    both(async |w| {
        let (supply, d) = (Supply::of(&w).await, w.district());
        let (hill, station) = (
            supply.office(&d.hill).await,
            supply.office(&d.lake_station).await,
        );
        let first = supply.delivered(&hill, &["A1"]).await;
        w.wait(chrono::Duration::seconds(1));
        let second = supply.delivered(&hill, &["A1"]).await;
        w.wait(chrono::Duration::seconds(1));
        let third = supply.processed(&station, &["A1"]).await;
        let (id, _) = supply.held(&first, "A1").await;
        let (all, own) = (
            vec![&third.id, &second.id, &first.id],
            vec![&second.id, &first.id],
        );
        let one = vec![&third.id];
        let lake = w.client(Role::Technician, &d.lake).await;
        let county = w.client(Role::Diagnostician, &d.county).await;
        for (by, expected) in [
            (&supply.technician, &all),
            (&county, &all),
            (&hill, &own),
            (&station, &one),
            // It manages the station.
            (&lake, &one),
        ] {
            let seen = read(by, &id, None).await;
            assert_eq!(seen["orders"]["totalCount"], expected.len());
            assert_eq!(orders(&seen), expected[..expected.len().min(2)]);
            let more = expected.len() > 2;
            assert_eq!(seen["orders"]["pageInfo"]["hasNextPage"], more);
            if more {
                let after = seen["orders"]["edges"][1]["cursor"].as_str();
                assert_eq!(orders(&read(by, &id, after).await), expected[2..]);
            }
        }
        let seen = read(&hill, &id, None).await;
        assert_eq!(
            seen["centre"],
            json!({ "id": supply.centres.centre("STERILE_SUPPLY"), "kind": "STERILE_SUPPLY" })
        );
        for (field, expected) in [
            ("number", json!("A1")),
            ("steriliser", json!("3号脉动真空灭菌器")),
            ("version", json!(1)),
            ("recalledAt", Value::Null),
            ("reason", Value::Null),
        ] {
            assert_eq!(seen[field], expected, "{field}");
        }
        for by in [
            w.client(Role::Technician, &d.river).await,
            w.client(Role::Technician, &d.herbs).await,
            supply.centres.client(Role::Technician, "ECG").await,
        ] {
            assert_eq!(read(&by, &id, None).await, Value::Null);
        }
        let admin = w.client(Role::InstitutionAdmin, &d.county).await;
        let answer = admin.call(DOCUMENT, json!({ "id": id })).await;
        assert_eq!(
            (answer.code("batch"), answer.code("node")),
            ("FORBIDDEN", "FORBIDDEN")
        );
        let answer = hill.call(DOCUMENT, json!({ "id": first.id })).await;
        assert_eq!(answer.problems(), [("id", "WRONG_TYPE")]);
    });
}

#[test]
fn a_page_of_orders_costs_the_same_however_many_batches_they_hold() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let document = "{ orders(first: 50) { edges { node { id batches { id number centre { id } orders(first: 1) { edges { node { id } } } } } } } }";
        supply.delivered(&hill, &["A1"]).await;
        let one = hill.measure(document, json!({})).await.statements();
        for at in 0..5 {
            supply.delivered(&hill, &["A1", &format!("B{at}")]).await;
        }
        let many = hill.measure(document, json!({})).await.statements();
        assert_eq!(many, one);
    });
}
