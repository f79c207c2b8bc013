//! What the orders tell in the end: the status that their data leads to, the specimens, the reported values, the studies.

use std::collections::HashMap;

use chrono::DateTime;
use serde_json::{Value, json};

use super::{clinical::Files, walk::Walk};

const DOCUMENT: &str = "query Told($after: String) { orders(first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node {
    externalId status requisition specimens { barcode collectedAt receivedAt }
    report { preliminary conclusion positive reportedAt observations { code name value unit range flag at } links { kind uid } } } } } }";

/// Fails where an order tells anything else than the files.
pub async fn assert_are_those_of(files: &Files, walk: &Walk<'_>) {
    let hospital = walk.hospital().await;
    let mut told: HashMap<String, Value> = HashMap::new();
    let mut after = Value::Null;
    loop {
        let page = hospital
            .call(DOCUMENT, json!({ "after": after }))
            .await
            .ok();
        let total = page.number_at("orders.totalCount");
        assert_eq!(usize::try_from(total).ok(), Some(files.requests.len()));
        for edge in page.data("orders.edges").as_array().expect("a list") {
            let id = edge["node"]["externalId"].as_str().expect("an id");
            told.insert(id.to_owned(), edge["node"].clone());
        }
        if page.data("orders.pageInfo.hasNextPage") == false {
            break;
        }
        after = page.data("orders.pageInfo.endCursor").clone();
    }
    assert_eq!(told.len(), files.requests.len());
    for request in &files.requests {
        let own = &told[&request.id];
        let status = match (request.report, request.revoked) {
            (Some(_), _) => "REVIEWED",
            (None, true) => "CANCELLED",
            (None, false) => "REQUESTED",
        };
        assert_eq!(own["status"], status, "{own}");
        assert_eq!(own["requisition"], request.requisition);
        let tube = request
            .made
            .as_ref()
            .and_then(|made| Some((made.0.as_ref()?, made.1)));
        match tube {
            None => assert_eq!(own["specimens"], json!([])),
            Some((barcode, at)) => {
                let specimen = &own["specimens"][0];
                assert_eq!(specimen["barcode"], *barcode);
                assert_same_time(&specimen["collectedAt"], at.to_rfc3339());
                assert_same_time(&specimen["receivedAt"], at.to_rfc3339());
            }
        }
        let Some(report) = request.report.map(|place| &files.reports[place]) else {
            assert_eq!(own["report"], Value::Null, "{own}");
            continue;
        };
        let told = &own["report"];
        assert_eq!(told["preliminary"], false);
        assert_same_time(&told["reportedAt"], report.at.to_rfc3339());
        for field in ["conclusion", "positive"] {
            assert_eq!(told[field], report.says[field], "{}", request.id);
        }
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        assert_eq!(list(&told["links"]), list(&report.says["links"]));
        let (told, own) = (&told["observations"], list(&report.says["observations"]));
        assert_eq!(list(told).len(), own.len());
        for (told, own) in list(told).iter().zip(own) {
            for field in ["code", "name", "value", "unit", "range", "flag"] {
                assert_eq!(told[field], own[field], "{field} {}", request.id);
            }
            assert_same_time(&told["at"], own["at"].as_str().expect("a time"));
        }
    }
}

fn assert_same_time(told: &Value, own: impl AsRef<str>) {
    let read = |text: &str| DateTime::parse_from_rfc3339(text).expect("a time");
    let told = told.as_str().expect("a time");
    assert_eq!(read(told), read(own.as_ref()));
}
