//! Confirm what became of the packs of a recalled batch.

use api::id::{self, Kind};
use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::{Packs, Supply, refuses, refuses_each, refuses_others, tell};
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

const VERB: &str = "confirmBatchReturn";

fn confirm(batch: &str, order: &Packs, outcome: &str) -> Value {
    json!({ "batch": batch, "order": { "id": order.id }, "outcome": outcome })
}

#[test]
fn an_order_is_recalled_until_all_its_recalled_batches_are_confirmed() {
    both(async |w| {
        let (supply, d) = (Supply::of(&w).await, w.district());
        let hill = supply.office(&d.hill).await;
        let technician = w.client(Role::Technician, &d.hill).await;
        let order = supply.delivered(&hill, &["A1", "A2", "A3"]).await;
        let first = supply.recalled(&order, "A1").await;
        let second = supply.recalled(&order, "A2").await;
        let before = census(&w).await;
        let answer = tell(&hill, VERB, confirm(&first, &order, "RETURNED")).await;
        assert_eq!(answer.number_at("confirmBatchReturn.batch.version"), 3);
        assert_eq!(supply.seen(&hill, &order).await["recalled"], true);
        let after = census(&w).await;
        for (table, rows) in [("event", 2), ("audit", 1)] {
            assert_eq!(after.since(&before, table), rows, "{table}");
        }
        // The version of the batch is checked when it is given.
        let input = with(confirm(&second, &order, "USED"), json!({ "version": 2 }));
        tell(&technician, VERB, input).await;
        let seen = supply.seen(&hill, &order).await;
        assert_eq!(
            (&seen["recalled"], &seen["version"]),
            (&json!(false), &json!(order.version + 4))
        );
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let order = supply.delivered(&hill, &["A1"]).await;
        let batch = supply.recalled(&order, "A1").await;
        let input = confirm(&batch, &order, "USED");
        refuses_others(&w, &supply, VERB, &input, true).await;
    });
}

#[test]
fn only_what_is_recalled_and_was_delivered_and_once() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let order = supply.delivered(&hill, &["A1", "A2"]).await;
        let (sterile, _) = supply.held(&order, "A2").await;
        let input = confirm(&sterile, &order, "USED");
        let answer = refuses(&w, &hill, VERB, input, "INVALID_TRANSITION").await;
        assert_eq!(answer.error(VERB)["extensions"]["from"], "STERILE");
        let waiting = supply.processed(&hill, &["A1"]).await;
        let batch = supply.recalled(&order, "A1").await;
        let input = confirm(&batch, &waiting, "RETURNED");
        let answer = refuses(&w, &hill, VERB, input, "INVALID_TRANSITION").await;
        assert_eq!(answer.error(VERB)["extensions"]["from"], "PROCESSED");
        let stale = with(confirm(&batch, &order, "USED"), json!({ "version": 1 }));
        refuses(&w, &hill, VERB, stale, "CONFLICT").await;
        tell(&hill, VERB, confirm(&batch, &order, "USED")).await;
        let other = confirm(&batch, &order, "RETURNED");
        refuses(&w, &hill, VERB, other, "INVALID_TRANSITION").await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (supply, d) = (Supply::of(&w).await, w.district());
        let hill = supply.office(&d.hill).await;
        let order = supply.delivered(&hill, &["A1"]).await;
        let other = supply.delivered(&hill, &["A2"]).await;
        w.wait(Duration::hours(1));
        let batch = supply.recalled(&order, "A1").await;
        let good = confirm(&batch, &order, "USED");
        let faults = [
            (json!({ "batch": "?" }), "input.batch", "FORMAT"),
            (json!({ "batch": order.id }), "input.batch", "WRONG_TYPE"),
            (
                json!({ "order": { "id": "?" } }),
                "input.order.id",
                "FORMAT",
            ),
            (
                json!({ "order": { "id": batch } }),
                "input.order.id",
                "WRONG_TYPE",
            ),
            (
                json!({ "order": { "id": other.id } }),
                "input.order",
                "INCONSISTENT",
            ),
            (json!({ "occurredAt": "now" }), "input.occurredAt", "FORMAT"),
            (
                json!({ "occurredAt": letter::moment(&w, Duration::minutes(6)) }),
                "input.occurredAt",
                "ORDER",
            ),
            // Before the recall.
            (
                json!({ "occurredAt": letter::moment(&w, Duration::minutes(-1)) }),
                "input.occurredAt",
                "ORDER",
            ),
        ];
        refuses_each(&w, &hill, VERB, &good, &faults).await;
        for (kind, field) in [(Kind::Batch, "batch"), (Kind::Order, "order")] {
            let nothing = id::encode(kind, w.app.new_id());
            let fault = if field == "order" {
                json!({ "order": { "id": nothing } })
            } else {
                json!({ "batch": nothing })
            };
            refuses(&w, &hill, VERB, with(good.clone(), fault), "NOT_FOUND").await;
        }
    });
}

#[test]
fn the_same_again_is_done_once() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        for (number, by) in [
            ("A1", hill.clone()),
            ("A2", hill.clone().with_key("back-1")),
        ] {
            let order = supply.delivered(&hill, &[number]).await;
            let batch = supply.recalled(&order, number).await;
            tell(&by, VERB, confirm(&batch, &order, "USED")).await;
            let before = census(&w).await;
            let again = tell(&by, VERB, confirm(&batch, &order, "USED")).await;
            assert_eq!(*again.data("confirmBatchReturn.replayed"), json!(true));
            assert_eq!(again.number_at("confirmBatchReturn.batch.version"), 3);
            assert_eq!(census(&w).await.since(&before, "event"), 0);
        }
    });
}
