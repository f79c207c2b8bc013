//! Drawing, sending and receiving specimens.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::cast::{Cast, Told};
use crate::{
    harness::both,
    referral::letter::{self, with},
};

#[test]
fn one_draw_serves_several_orders_under_one_barcode() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let orders = requisition(&cast, 1, &["GLU", "K"]).await;
        let said = json!({ "barcode": "A0001", "kind": "SERUM" });
        let drawn = cast
            .tell_each(&cast.hill_technician, "collectSpecimen", &orders, said)
            .await;
        for order in &drawn {
            assert_eq!(order.status, "COLLECTED");
            assert_eq!(order.all["specimens"][0]["barcode"], "A0001");
        }
        let said = json!({ "transport": "冷链专车" });
        let sent = cast
            .tell_each(&cast.hill_technician, "sendSpecimen", &drawn, said)
            .await;
        assert!(sent.iter().all(|order| order.status == "IN_TRANSPORT"));
        let found = by_barcode(&cast, "A0001").await;
        assert_eq!(
            found, 2,
            "the centre finds them by what is printed on the tube"
        );
        let got = cast
            .tell_each(&cast.technician, "receiveOrder", &sent, json!({}))
            .await;
        for order in &got {
            assert_eq!(order.status, "RECEIVED");
            assert_ne!(order.all["specimens"][0]["receivedAt"], json!(null));
            assert_ne!(order.all["dueAt"], json!(null));
        }
    });
}

#[test]
fn what_is_drawn_at_the_centre_is_not_sent() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let placed = cast.place_like(&cast.county, cast.order("GLU", 1)).await;
        let said = json!({ "barcode": "A0001", "kind": "SERUM" });
        let drawn = cast
            .tell(&cast.technician, "collectSpecimen", &placed, said)
            .await;
        let answer = cast
            .ask(&cast.technician, "sendSpecimen", &drawn, json!({}))
            .await;
        assert_eq!(answer.code("sendSpecimen"), "INVALID_TRANSITION");
        let got = cast
            .tell(&cast.technician, "receiveOrder", &drawn, json!({}))
            .await;
        assert_eq!(got.status, "RECEIVED");
        let from_below = cast.bring("COLLECTED", 2).await;
        let answer = cast
            .ask(&cast.technician, "receiveOrder", &from_below, json!({}))
            .await;
        assert_eq!(answer.code("receiveOrder"), "INVALID_TRANSITION");
    });
}

#[test]
fn haemolysed_it_is_drawn_anew_under_a_new_barcode() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let got = cast.bring("RECEIVED", 1).await;
        let said = json!({ "reason": "SPECIMEN_HAEMOLYSED" });
        let back = cast.tell(&cast.technician, "returnOrder", &got, said).await;
        assert_eq!(back.status, "RETURNED");
        assert_eq!(back.all["specimens"][0]["rejected"], "SPECIMEN_HAEMOLYSED");
        let again = |barcode: &str| json!({ "barcode": barcode, "kind": "SERUM" });
        let verb = "collectSpecimen";
        let answer = cast
            .ask(&cast.hill_technician, verb, &back, again("B00001"))
            .await;
        assert_eq!(answer.problems(), [("input.barcode", "TAKEN")]);
        let drawn = cast
            .tell(&cast.hill_technician, verb, &back, again("B00002"))
            .await;
        assert_eq!(
            (drawn.status.as_str(), &drawn.all["returned"]),
            ("COLLECTED", &json!(null))
        );
        let barcodes = drawn.all["specimens"].as_array().expect("a list");
        assert_eq!(barcodes.len(), 2, "the order keeps both");
    });
}

#[test]
fn orders_that_do_not_belong_together_are_refused() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let (one, other) = (cast.place("GLU", 1).await, cast.place("GLU", 2).await);
        let said = || json!({ "barcode": "A0001", "kind": "SERUM" });
        let verb = "collectSpecimen";
        let refused = async |orders: &[Told], path: &str, code: &str| {
            let answer = cast
                .ask_each(&cast.hill_technician, verb, orders, said())
                .await;
            assert_eq!(answer.problems(), [(path, code)], "{}", answer.text);
        };
        refused(
            &[one.clone(), other.clone()],
            "input.orders[1].order",
            "INCONSISTENT",
        )
        .await;
        let tissue = cast.place("GASTRIC_BX", 1).await;
        let answer = cast
            .ask_each(&cast.hill_technician, verb, &[one.clone(), tissue], said())
            .await;
        assert_eq!(
            answer.problems()[0],
            ("input.orders[1].order", "INCONSISTENT")
        );
        refused(
            &[one.clone(), one.clone()],
            "input.orders[1].order",
            "TAKEN",
        )
        .await;
        refused(&[], "input.orders", "REQUIRED").await;
        let many = vec![one.clone(); 51];
        refused(&many, "input.orders", "TOO_LARGE").await;
        for order in [one, other] {
            let seen = cast.look(&cast.hill, &order).await.expect("it is seen");
            assert_eq!(
                (seen.version, seen.all["specimens"].clone()),
                (1, json!([]))
            );
        }
    });
}

#[test]
fn a_barcode_is_one_patients() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.bring("COLLECTED", 1).await;
        let other = cast.place("GLU", 2).await;
        let said = json!({ "barcode": "B00001", "kind": "SERUM" });
        let answer = cast
            .ask(&cast.hill_technician, "collectSpecimen", &other, said)
            .await;
        assert_eq!(answer.problems(), [("input.barcode", "TAKEN")]);
    });
}

#[test]
fn bad_input_names_its_field() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let placed = cast.place("GLU", 1).await;
        let good = json!({ "barcode": "A0001", "kind": "SERUM" });
        for (said, path, code) in [
            (json!({ "kind": "URINE" }), "input.kind", "INCONSISTENT"),
            (json!({ "barcode": "" }), "input.barcode", "REQUIRED"),
            (
                json!({ "barcode": "1".repeat(51) }),
                "input.barcode",
                "TOO_LONG",
            ),
            (json!({ "barcode": "a\tb" }), "input.barcode", "CHARACTERS"),
            (
                json!({ "collector": letter::practitioner(w.district().herbs_doctor.id) }),
                "input.collector",
                "UNKNOWN_ID",
            ),
            (
                json!({ "fixedAt": letter::moment(&w, Duration::hours(-1)) }),
                "input.fixedAt",
                "ORDER",
            ),
            (
                json!({ "occurredAt": letter::moment(&w, Duration::hours(1)) }),
                "input.occurredAt",
                "ORDER",
            ),
        ] {
            let said = with(good.clone(), said);
            let answer = cast
                .ask(&cast.hill_technician, "collectSpecimen", &placed, said)
                .await;
            assert_eq!(answer.problems(), [(path, code)], "{}", answer.text);
        }
        let drawn = cast
            .tell(&cast.hill_technician, "collectSpecimen", &placed, good)
            .await;
        let said = json!({ "transport": "" });
        let answer = cast
            .ask(&cast.hill_technician, "sendSpecimen", &drawn, said)
            .await;
        assert_eq!(answer.problems(), [("input.transport", "REQUIRED")]);
    });
}

#[test]
fn each_side_does_its_own() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let placed = cast.place("GLU", 1).await;
        let said = json!({ "barcode": "A0001", "kind": "SERUM" });
        for (client, code) in [(&cast.hill, "FORBIDDEN"), (&cast.stranger, "NOT_FOUND")] {
            let answer = cast
                .ask(client, "collectSpecimen", &placed, said.clone())
                .await;
            assert_eq!(answer.code("collectSpecimen"), code);
        }
        let drawn = cast
            .tell(&cast.hill_technician, "collectSpecimen", &placed, said)
            .await;
        let answer = cast
            .ask(&cast.technician, "sendSpecimen", &drawn, json!({}))
            .await;
        assert_eq!(
            answer.code("sendSpecimen"),
            "FORBIDDEN",
            "the requester sends it"
        );
        let sent = cast
            .tell(&cast.hill_technician, "sendSpecimen", &drawn, json!({}))
            .await;
        let answer = cast
            .ask(&cast.hill_technician, "receiveOrder", &sent, json!({}))
            .await;
        assert_eq!(
            answer.code("receiveOrder"),
            "FORBIDDEN",
            "the centre receives it"
        );
        // The laboratory's own system receives as its technicians do; that of another centre does not even see it.
        let other = cast.centres.client(Role::Integration, "IMAGING").await;
        let answer = cast.ask(&other, "receiveOrder", &sent, json!({})).await;
        assert_eq!(answer.code("receiveOrder"), "NOT_FOUND");
        let laboratory = cast.centres.client(Role::Integration, "LABORATORY").await;
        let got = cast
            .tell(&laboratory, "receiveOrder", &sent, json!({}))
            .await;
        assert_eq!(got.status, "RECEIVED");
    });
}

/// Orders of one requisition, for the n-th patient.
async fn requisition(cast: &Cast, patient: u32, items: &[&str]) -> Vec<Told> {
    let mut orders = Vec::new();
    for item in items {
        let input = with(cast.order(item, patient), json!({ "requisition": "JY-1" }));
        orders.push(cast.place_like(&cast.hill, input).await);
    }
    orders
}

async fn by_barcode(cast: &Cast, barcode: &str) -> i64 {
    let document =
        "query($barcode: String!) { orders(filter: { barcode: $barcode }) { totalCount } }";
    let answer = cast
        .technician
        .call(document, json!({ "barcode": barcode }))
        .await
        .ok();
    answer.number_at("orders.totalCount")
}
