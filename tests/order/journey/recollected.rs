//! One draw for five tests, under one barcode: haemolysed on the way, sent back, drawn anew.

use chrono::Duration;
use serde_json::{Value, json};

use super::{Cast, figures, findings, told};
use crate::{harness::both, order::cast::Told, referral::letter::with};

/// What is asked for beside glucose and potassium.
const FURTHER: [(&str, &str); 3] = [("NA", "钠"), ("CL", "氯"), ("UREA", "尿素")];

#[test]
fn five_tests_of_one_draw_are_haemolysed_and_drawn_anew() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let orders = five(&cast).await;
        let verb = "collectSpecimen";
        let tube = |barcode: &str| json!({ "barcode": barcode, "kind": "SERUM" });
        w.wait(Duration::minutes(10));
        let drawn = cast
            .tell_each(&cast.hill_technician, verb, &orders, tube("A0001"))
            .await;
        w.wait(Duration::minutes(20));
        let said = json!({ "transport": "冷链专车" });
        let sent = cast
            .tell_each(&cast.hill_technician, "sendSpecimen", &drawn, said)
            .await;
        w.wait(Duration::minutes(40));
        let got = cast
            .tell_each(&cast.technician, "receiveOrder", &sent, json!({}))
            .await;
        // The centrifuge shows it: each of the five goes back, with the same reason.
        w.wait(Duration::minutes(5));
        let mut back = Vec::new();
        for order in &got {
            let said = json!({ "reason": "SPECIMEN_HAEMOLYSED" });
            back.push(
                cast.tell(&cast.technician, "returnOrder", order, said)
                    .await,
            );
        }
        let told = told(&cast, &cast.hill_technician).await;
        let returns = told.iter().filter(|(action, _)| action == "RETURN_ORDER");
        assert_eq!(returns.count(), 5);
        assert_eq!(waiting(&cast).await, 5, "the requester finds them");
        assert!(back.iter().all(|order| order.all["dueAt"].is_null()));

        w.wait(Duration::minutes(60));
        let answer = cast
            .ask_each(&cast.hill_technician, verb, &back, tube("A0001"))
            .await;
        assert_eq!(answer.problems(), [("input.barcode", "TAKEN")]);
        let drawn = cast
            .tell_each(&cast.hill_technician, verb, &back, tube("A0002"))
            .await;
        let sent = cast
            .tell_each(&cast.hill_technician, "sendSpecimen", &drawn, json!({}))
            .await;
        w.wait(Duration::minutes(40));
        let got = cast
            .tell_each(&cast.technician, "receiveOrder", &sent, json!({}))
            .await;
        let done = answered(&cast, &got).await;
        for order in &done {
            assert_eq!(order["status"], "REVIEWED");
            let tubes = order["specimens"].as_array().expect("a list");
            let tubes: Vec<_> = tubes
                .iter()
                .map(|tube| (&tube["barcode"], &tube["rejected"]))
                .collect();
            let (old, new) = (json!("A0001"), json!("A0002"));
            let why = json!("SPECIMEN_HAEMOLYSED");
            assert_eq!(tubes, [(&new, &Value::Null), (&old, &why)]);
        }
        let row = figures(&cast, "LABORATORY", 1).await;
        for (figure, count) in [
            ("requested", 5),
            // The first receipt brought nothing that could be examined.
            ("received", 5),
            ("returned", 5),
            ("reported", 5),
            ("reviewed", 5),
            ("patientVisits", 1),
            ("backlog", 0),
        ] {
            assert_eq!(row[figure], count, "{figure}: {row}");
        }
        let by = json!([{ "reason": "SPECIMEN_HAEMOLYSED", "count": 5 }]);
        assert_eq!(row["returnedBy"], by);
    });
}

/// Five tests of one requisition, placed at once.
async fn five(cast: &Cast) -> Vec<Told> {
    let items: Vec<_> = FURTHER
        .iter()
        .map(|(code, name)| json!({ "code": code, "name": name, "group": "生化", "specimen": "SERUM" }))
        .collect();
    let document = "mutation($input: SetCatalogueItemsInput!) { setCatalogueItems(input: $input) { items { id } } }";
    let centre = cast.centres.centre("LABORATORY");
    let input = json!({ "centre": centre, "version": 2, "items": items });
    let admin = &cast.centres.admin;
    let listed = admin.call(document, json!({ "input": input })).await.ok();
    let listed = listed.data("setCatalogueItems.items").as_array().cloned();
    let listed = listed.expect("a list").into_iter();
    let items = listed.map(|item| item["id"].clone());
    let known = ["GLU", "K"].map(|code| json!(cast.centres.item(code)));
    let inputs = known.into_iter().chain(items).map(|item| {
        let said = json!({ "item": item, "requisition": "JY-5" });
        with(cast.order("GLU", 1), said)
    });
    let document = "mutation($inputs: [PlaceOrderInput!]!) { placeOrders(inputs: $inputs) { ... on PlacedOrder { order { id version status } } } }";
    let inputs: Vec<_> = inputs.collect();
    let placed = cast.hill.call(document, json!({ "inputs": inputs })).await;
    let placed = placed.ok().data("placeOrders").as_array().cloned();
    let placed = placed.expect("a list").into_iter();
    let placed: Vec<_> = placed.map(|one| Told::read(&one["order"])).collect();
    assert_eq!(placed.len(), 5);
    placed
}

/// Claims each, reports them as one, and has that reviewed by another.
async fn answered(cast: &Cast, orders: &[Told]) -> Vec<Value> {
    let mut claimed = Vec::new();
    for order in orders {
        claimed.push(
            cast.tell(&cast.reader, "claimOrder", order, json!({}))
                .await,
        );
    }
    cast.w.wait(Duration::minutes(30));
    let values = [
        ("2345-7", 5.2),
        ("2823-3", 4.1),
        ("2951-2", 139.0),
        ("2075-0", 102.0),
        ("3094-0", 5.0),
    ];
    let observations: Vec<_> = values
        .iter()
        .map(|(code, value)| json!({ "code": code, "name": code, "value": value, "unit": "mmol/L", "flag": "NORMAL" }))
        .collect();
    let said = with(findings(), json!({ "observations": observations }));
    let reported = cast
        .tell_each(&cast.reader, "reportOrder", &claimed, said)
        .await;
    let answer = cast
        .ask(&cast.second, "reviewOrder", &reported[0], json!({}))
        .await
        .ok();
    let reviewed = answer.data("reviewOrder.orders").as_array().cloned();
    let reviewed = reviewed.expect("a list");
    assert_eq!(reviewed.len(), 5, "one report answers the five");
    reviewed
}

/// How many of the requester's orders were sent back.
async fn waiting(cast: &Cast) -> i64 {
    let document = "{ orders(filter: { status: [RETURNED], awaiting: REQUESTER, requisition: \"JY-5\" }) { totalCount } }";
    let answer = cast.hill.ask(document).await.ok();
    answer.number_at("orders.totalCount")
}
