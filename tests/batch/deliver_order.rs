//! Deliver the sterile packs of an order.

use serde_json::json;

use super::{Supply, faults_of_on, refuses, refuses_each, refuses_others, tell};
use crate::{
    harness::both,
    referral::{census::census, letter::with},
};

const VERB: &str = "deliverOrder";

#[test]
fn a_technician_delivers_what_is_sterile() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let order = supply.processed(&hill, &["A1"]).await;
        let input = with(order.on(), json!({ "note": "两箱" }));
        let answer = tell(&supply.technician, VERB, input).await;
        assert_eq!(answer.text_at("deliverOrder.order.status"), "DELIVERED");
        let document = "query($id: ID!) { order(by: { id: $id }) { timeline { edges { node { action note } } } } }";
        let answer = hill.call(document, json!({ "id": order.id })).await.ok();
        let last = answer.data("order.timeline.edges.3.node");
        assert_eq!(*last, json!({ "action": "DELIVER_ORDER", "note": "两箱" }));
    });
}

#[test]
fn not_while_a_batch_of_it_is_recalled() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let order = supply.processed(&hill, &["A1", "A2"]).await;
        supply.recalled(&order, "A1").await;
        let order = order.later();
        let answer = refuses(
            &w,
            &supply.technician,
            VERB,
            order.on(),
            "INVALID_TRANSITION",
        )
        .await;
        let error = answer.error(VERB);
        assert_eq!(
            error["extensions"]["allowed"],
            json!(["PROCESS_ORDER", "ATTACH_TO_ORDER"])
        );
        let seen = supply.seen(&supply.technician, &order).await;
        let actions = json!([
            { "action": "PROCESS_ORDER", "allowed": true },
            { "action": "DELIVER_ORDER", "allowed": false },
        ]);
        let offered: Vec<_> = seen["availableActions"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|action| action["action"] != "ATTACH_TO_ORDER")
            .collect();
        assert_eq!(json!(offered), actions);

        // It is processed again: what was recalled never left the centre.
        let again = supply.process(&order, &["A3"]).await;
        let answer = tell(&supply.technician, VERB, again.on()).await;
        let seen = answer.data("deliverOrder.order");
        assert_eq!(
            (&seen["status"], &seen["recalled"]),
            (&json!("DELIVERED"), &json!(false))
        );
        assert_eq!(seen["batches"].as_array().map(Vec::len), Some(3));
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let order = supply.processed(&hill, &["A1"]).await;
        refuses_others(&w, &supply, VERB, &order.on(), false).await;
    });
}

#[test]
fn only_what_was_processed() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let received = supply.received(&hill).await;
        refuses(
            &w,
            &supply.technician,
            VERB,
            received.on(),
            "INVALID_TRANSITION",
        )
        .await;
        let delivered = supply.delivered(&hill, &["A1"]).await;
        refuses(
            &w,
            &supply.technician,
            VERB,
            delivered.on(),
            "INVALID_TRANSITION",
        )
        .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let order = supply.processed(&hill, &["A1"]).await;
        let mut faults = faults_of_on(&w);
        faults.extend([
            (json!({ "note": "" }), "input.note", "REQUIRED"),
            (
                json!({ "note": "箱".repeat(201) }),
                "input.note",
                "TOO_LONG",
            ),
            (json!({ "note": "\u{7}" }), "input.note", "CHARACTERS"),
        ]);
        refuses_each(&w, &supply.technician, VERB, &order.on(), &faults).await;
    });
}

#[test]
fn the_same_again_is_done_once() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        for technician in [
            supply.technician.clone(),
            supply.technician.clone().with_key("box-1"),
        ] {
            let order = supply.processed(&hill, &["A1"]).await;
            tell(&technician, VERB, order.on()).await;
            let before = census(&w).await;
            let again = tell(&technician, VERB, order.on()).await;
            assert_eq!(*again.data("deliverOrder.replayed"), json!(true));
            assert_eq!(census(&w).await.since(&before, "event"), 0);
        }
    });
}
