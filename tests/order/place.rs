//! Placing an order.

use entity::enums::Role;
use serde_json::{Value, json};

use super::cast::{Cast, ask};
use crate::{
    harness::{World, both, canary::Patient},
    referral::{
        letter::{self, with},
        route::suspend,
    },
};

#[test]
fn a_township_asks_a_centre_and_both_see_it() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let placed = cast.place("ECG12", 1).await;
        assert_eq!((placed.status.as_str(), placed.version), ("REQUESTED", 1));
        assert_eq!(placed.all["requisition"], placed.all["number"]);
        assert_eq!(placed.all["centre"]["kind"], "ECG");
        assert_eq!(placed.all["patient"]["masked"], false);
        for client in [
            &cast.hill,
            &cast.hill_technician,
            &cast.reader,
            &cast.technician,
        ] {
            let seen = cast.look(client, &placed).await.expect("both sides see it");
            assert_eq!(
                seen.all["patient"]["masked"], false,
                "both treat the patient"
            );
        }
        let at_centre = cast.centres.client(Role::Diagnostician, "ECG").await;
        assert!(cast.look(&at_centre, &placed).await.is_some());
        let elsewhere = cast.centres.client(Role::Diagnostician, "IMAGING").await;
        assert!(cast.look(&elsewhere, &placed).await.is_none());
        assert!(cast.look(&cast.stranger, &placed).await.is_none());
    });
}

#[test]
fn a_department_sees_what_it_asked_for_and_no_more() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let neurology = w.client(Role::Clinician, &d.neurology).await;
        let internal = w.client(Role::Clinician, &d.internal).await;
        let placed = cast.place_like(&neurology, cast.order("GLU", 1)).await;
        let of_whole = cast.place_like(&cast.county, cast.order("K", 2)).await;
        let seen = cast.look(&neurology, &placed).await;
        assert_eq!(seen.expect("it is theirs").all["patient"]["masked"], false);
        assert!(cast.look(&cast.county, &placed).await.is_some());
        assert!(cast.look(&internal, &placed).await.is_none());
        assert!(cast.look(&neurology, &of_whole).await.is_none());
        let tube = json!({ "barcode": "N1", "kind": "SERUM" });
        let drawn = cast
            .tell(&cast.technician, "collectSpecimen", &placed, tube)
            .await;
        let got = cast
            .tell(&cast.technician, "receiveOrder", &drawn, json!({}))
            .await;
        // What has to be known at once is known where it was asked for.
        let document = "mutation($input: RaiseCriticalValueInput!) { raiseCriticalValue(input: $input) { criticalValue { id } } }";
        let on = json!({ "order": { "id": got.id }, "version": got.version, "finding": "血糖 1.9 mmol/L" });
        let raised = cast.reader.call(document, json!({ "input": on })).await;
        let raised = raised.ok();
        let raised = raised.data("raiseCriticalValue.criticalValue.id");
        let inbox = "{ criticalValues { edges { node { id } } } }";
        for (client, told) in [(&neurology, true), (&cast.county, true), (&internal, false)] {
            let answer = client.ask(inbox).await.ok();
            let found = answer.data("criticalValues.edges").as_array().cloned();
            let found = found.unwrap_or_default();
            let found = found.iter().any(|edge| edge["node"]["id"] == *raised);
            assert_eq!(found, told);
        }
        let said = json!({ "reason": "误开" });
        let cancelled = cast.tell(&neurology, "cancelOrder", &got, said).await;
        assert_eq!(cancelled.status, "CANCELLED");
    });
}

#[test]
fn who_may_not_place_is_told_so() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let hill = letter::institution(w.district().hill.id);
        let input = || with(cast.order("ECG12", 1), json!({ "requestedBy": hill }));
        for client in [
            &cast.hill_technician,
            &cast.reader,
            &cast.stranger,
            &cast.county,
        ] {
            let answer = ask(client, "placeOrder", input()).await;
            assert_eq!(answer.code("placeOrder"), "FORBIDDEN");
        }
        let manager = w
            .client(Role::CommunityManager, &w.district().general)
            .await;
        let answer = ask(&manager, "placeOrder", input()).await;
        assert_eq!(answer.code("placeOrder"), "FORBIDDEN");
        let monitor = w.client(Role::Monitor, &w.district().general).await;
        let answer = ask(&monitor, "placeOrder", input()).await;
        assert_eq!(answer.code("placeOrder"), "FORBIDDEN");
        assert_eq!(orders(&w).await, 0);
    });
}

#[test]
fn the_system_of_a_health_centre_asks_for_its_station() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let station = letter::institution(w.district().hill_station.id);
        let input = with(cast.order("GLU", 1), json!({ "requestedBy": station }));
        let placed = cast.place_like(&cast.system, input).await;
        let village = w.client(Role::Clinician, &w.district().hill_station).await;
        assert!(cast.look(&village, &placed).await.is_some());
        assert!(
            cast.look(&cast.hill, &placed).await.is_some(),
            "its health centre sees it"
        );
    });
}

#[test]
fn all_problems_are_named_and_nothing_is_written() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let long = "长".repeat(2_001);
        let cases: Vec<(Value, &str, &str)> = vec![
            (
                json!({ "item": "itm_01h455vb4pex5vsknk084sn02q" }),
                "input.item",
                "UNKNOWN_ID",
            ),
            (
                json!({ "item": "ctr_01h455vb4pex5vsknk084sn02q" }),
                "input.item",
                "WRONG_TYPE",
            ),
            (json!({ "item": "nothing" }), "input.item", "FORMAT"),
            (
                json!({ "centre": cast.centres.centre("IMAGING") }),
                "input.item",
                "INCONSISTENT",
            ),
            (json!({ "question": long }), "input.question", "TOO_LONG"),
            (json!({ "question": "  " }), "input.question", "REQUIRED"),
            (
                json!({ "requisition": "编".repeat(51) }),
                "input.requisition",
                "TOO_LONG",
            ),
            (
                json!({ "externalId": "a\u{0}b" }),
                "input.externalId",
                "CHARACTERS",
            ),
            (json!({ "quantity": 3 }), "input.quantity", "NOT_ALLOWED"),
            (
                json!({ "overrideReason": "OTHER" }),
                "input.overrideText",
                "REQUIRED",
            ),
            (
                json!({ "requester": letter::practitioner(w.district().herbs_doctor.id) }),
                "input.requester",
                "UNKNOWN_ID",
            ),
            (
                json!({ "occurredAt": letter::moment(&w, chrono::Duration::minutes(6)) }),
                "input.occurredAt",
                "ORDER",
            ),
            (
                json!({ "occurredAt": "yesterday" }),
                "input.occurredAt",
                "FORMAT",
            ),
            (json!({ "patient": null }), "input.patient", "REQUIRED"),
            (
                json!({ "referral": { "id": "ref_01h455vb4pex5vsknk084sn02q" } }),
                "input.referral",
                "UNKNOWN_ID",
            ),
        ];
        for (change, path, code) in cases {
            let input = with(cast.order("ECG12", 1), change.clone());
            let answer = ask(&cast.hill, "placeOrder", input).await;
            assert_eq!(
                answer.problems(),
                [(path, code)],
                "{change}: {}",
                answer.text
            );
            assert_eq!(answer.code("placeOrder"), "INVALID_INPUT");
        }
        let both = json!({ "question": "", "requisition": "" });
        let answer = ask(&cast.hill, "placeOrder", with(cast.order("ECG12", 1), both)).await;
        let named: Vec<_> = answer.problems().iter().map(|(path, _)| *path).collect();
        assert_eq!(named, ["input.requisition", "input.question"]);
        assert_eq!(orders(&w).await, 0);
    });
}

#[test]
fn what_is_not_offered_is_not_ordered() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let refused = async |by: &crate::harness::client::Client, item: &str| {
            let answer = ask(by, "placeOrder", cast.order(item, 1)).await;
            assert_eq!(
                answer.problems(),
                [("input.item", "NOT_ALLOWED")],
                "{}",
                answer.text
            );
        };
        // The hospital of another community is not served.
        refused(&cast.stranger, "ECG12").await;
        let document = "mutation($input: UpdateSharedCentreInput!) { updateSharedCentre(input: $input) { centre { version } } }";
        let input = json!({ "id": cast.centres.centre("ECG"), "version": 2, "active": false });
        let changed = cast.centres.admin.call(document, json!({ "input": input }));
        assert_eq!(changed.await.errors().len(), 0);
        refused(&cast.hill, "ECG12").await;
        assert_eq!(orders(&w).await, 0);
    });
}

#[test]
fn a_centre_whose_hospital_is_suspended_takes_no_orders() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        suspend(&w, &w.district().county).await;
        let answer = ask(&cast.hill, "placeOrder", cast.order("ECG12", 1)).await;
        assert_eq!(answer.problems(), [("input.item", "NOT_OPERATING")]);
        assert_eq!(orders(&w).await, 0);
    });
}

#[test]
fn sterile_packs_are_for_an_institution_and_no_patient() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let packs = json!({ "item": cast.centres.item("PACK_DRESSING"), "quantity": 20 });
        let placed = cast.place_like(&cast.hill, packs.clone()).await;
        assert_eq!(placed.all["patient"], Value::Null);
        let patient = json!({ "patient": { "register": Patient::nth(1).input() } });
        let answer = ask(&cast.hill, "placeOrder", with(packs.clone(), patient)).await;
        assert_eq!(answer.problems(), [("input.patient", "NOT_ALLOWED")]);
        for quantity in [json!(null), json!(0), json!(10_001)] {
            let input = with(packs.clone(), json!({ "quantity": quantity }));
            let answer = ask(&cast.hill, "placeOrder", input).await;
            assert_eq!(answer.problems(), [("input.quantity", "REQUIRED")]);
        }
    });
}

#[test]
fn up_to_a_hundred_go_at_once_and_each_stands_alone() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let mut inputs: Vec<_> = (1..=3)
            .map(|n| {
                with(
                    cast.order("GLU", n),
                    json!({ "externalId": format!("LIS-{n}") }),
                )
            })
            .collect();
        inputs[1]["item"] = json!("itm_01h455vb4pex5vsknk084sn02q");
        let document = "mutation($inputs: [PlaceOrderInput!]!) { placeOrders(inputs: $inputs) { __typename
            ... on PlacedOrder { index replayed order { status externalId } } ... on RefusedInput { index externalId code problems { path } } } }";
        let answer = cast
            .system
            .call(document, json!({ "inputs": inputs }))
            .await
            .ok();
        let told = answer.data("placeOrders");
        assert_eq!(told[0]["order"]["externalId"], "LIS-1");
        assert_eq!(
            (
                &told[1]["code"],
                &told[1]["externalId"],
                &told[1]["problems"][0]["path"]
            ),
            (
                &json!("INVALID_INPUT"),
                &json!("LIS-2"),
                &json!("inputs[1].item")
            )
        );
        assert_eq!(told[2]["index"], 2);
        let again = cast
            .system
            .call(document, json!({ "inputs": inputs }))
            .await
            .ok();
        assert_eq!(again.data("placeOrders.0.replayed"), &json!(true));
        assert_eq!(orders(&w).await, 2);

        let many: Vec<_> = (0..101).map(|_| cast.order("GLU", 1)).collect();
        for (inputs, code) in [(vec![], "REQUIRED"), (many, "TOO_LARGE")] {
            let answer = cast
                .system
                .call(document, json!({ "inputs": inputs }))
                .await;
            assert_eq!(answer.problems(), [("inputs", code)]);
        }
    });
}

/// How many orders there are.
pub async fn orders(w: &World) -> u64 {
    use sea_orm::{EntityTrait as _, PaginatorTrait as _};
    let rows = entity::order::Entity::find().count(w.app.db.reader()).await;
    rows.expect("orders can be counted")
}
