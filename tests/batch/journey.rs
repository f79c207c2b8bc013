//! A biological indicator turns positive after the packs have gone to six institutions: each of them is found, is told, and answers.

use api::record::relay::relay_once;
use serde_json::json;

use super::{Supply, tell};
use crate::harness::{World, both, client::Client};

/// The orders that somebody is to look after, because a batch of theirs is recalled.
async fn recalled(by: &Client) -> Vec<String> {
    let document = "{ orders(filter: { recalled: true }, first: 50) { totalCount edges { node { id recalled } } } }";
    let answer = by.ask(document).await.ok();
    let edges = answer.data("orders.edges").as_array().expect("a list");
    assert_eq!(*answer.data("orders.totalCount"), json!(edges.len()));
    let nodes = edges.iter().map(|edge| &edge["node"]);
    let ids = nodes.map(|node| node["id"].as_str().expect("an id").to_owned());
    ids.collect()
}

/// What somebody is told of recalls: the kinds and ids of what was recalled, and still is visible.
async fn told(w: &World, by: &Client) -> Vec<(String, String)> {
    while relay_once(&w.app).await.expect("the relay works") > 0 {}
    let document = "{ changes(first: 100, kinds: [BATCH, ORDER]) { edges { node { kind action subject { id } } } } }";
    let answer = by.ask(document).await.ok();
    let edges = answer.data("changes.edges").as_array().expect("a list");
    let nodes = edges.iter().map(|edge| &edge["node"]);
    let recalls = nodes.filter(|node| node["action"] == "RECALL_BATCH");
    let text = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
    recalls
        .map(|node| (text(&node["kind"]), text(&node["subject"]["id"])))
        .collect()
}

#[test]
fn six_institutions_answer_a_recall() {
    both(async |w| {
        let (supply, d) = (Supply::of(&w).await, w.district());
        let mut stations = Vec::new();
        for place in [
            &d.hill,
            &d.lake,
            &d.river,
            &d.hill_station,
            &d.lake_station,
            &d.river_station,
        ] {
            let office = supply.office(place).await;
            let order = supply.delivered(&office, &["20260302-3-01"]).await;
            stations.push((office, order));
        }
        // Packs of another batch are not concerned, nor is whoever has none.
        let safe = supply.delivered(&stations[0].0, &["20260302-3-02"]).await;
        let herbs = supply.office(&d.herbs).await;
        let batch = supply.recalled(&stations[0].1, "20260302-3-01").await;

        let mut found = recalled(&supply.technician).await;
        let mut held: Vec<_> = stations.iter().map(|(_, order)| order.id.clone()).collect();
        found.sort_unstable();
        held.sort_unstable();
        assert_eq!(found, held);
        assert_eq!(supply.seen(&stations[0].0, &safe).await["recalled"], false);
        assert_eq!(told(&w, &herbs).await, []);

        for (at, (office, order)) in stations.iter().enumerate() {
            assert!(recalled(office).await.contains(&order.id));
            let told = told(&w, office).await;
            for about in [("ORDER", &order.id), ("BATCH", &batch)] {
                let about = (about.0.to_owned(), about.1.clone());
                assert!(told.contains(&about), "{at}: {told:?}");
            }
            let outcome = if at % 2 == 0 { "RETURNED" } else { "USED" };
            let input = json!({ "batch": batch, "order": { "id": order.id }, "outcome": outcome });
            tell(office, "confirmBatchReturn", input).await;
            assert_eq!(supply.seen(office, order).await["recalled"], false);
            assert_eq!(recalled(&supply.technician).await.len(), 5 - at);
        }
        let document = "query($id: ID!) { batch(id: $id) { version orders { totalCount } } }";
        let answer = supply
            .technician
            .call(document, json!({ "id": batch }))
            .await
            .ok();
        assert_eq!(
            *answer.data("batch"),
            json!({ "version": 8, "orders": { "totalCount": 6 } })
        );
    });
}
