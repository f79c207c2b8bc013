//! Recall a batch.

use api::id::{self, Kind};
use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::{Supply, refuses, refuses_each, refuses_others, tell};
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

const VERB: &str = "recallBatch";

fn recall(batch: &str, version: i64) -> Value {
    json!({ "batch": batch, "version": version, "reason": "生物监测阳性" })
}

#[test]
fn a_technician_marks_every_order_that_holds_it() {
    both(async |w| {
        let (supply, d) = (Supply::of(&w).await, w.district());
        let (hill, lake) = (supply.office(&d.hill).await, supply.office(&d.lake).await);
        let orders = [
            supply.delivered(&hill, &["A1"]).await,
            supply.processed(&lake, &["A1", "A2"]).await,
            supply.delivered(&lake, &["A2"]).await,
        ];
        let (batch, version) = supply.held(&orders[0], "A1").await;
        let before = census(&w).await;
        w.wait(Duration::minutes(1));
        let answer = tell(&supply.technician, VERB, recall(&batch, version)).await;
        let seen = answer.data("recallBatch.batch");
        assert_eq!(
            (&seen["version"], &seen["reason"]),
            (&json!(2), &json!("生物监测阳性"))
        );
        assert_eq!(
            seen["recalledAt"]
                .as_str()
                .map(|text| text.starts_with("2026-03-02T01:01:00")),
            Some(true)
        );
        let after = census(&w).await;
        for (table, rows) in [("event", 3), ("outbox", 3), ("audit", 1)] {
            assert_eq!(after.since(&before, table), rows, "{table}");
        }
        for (order, recalled) in orders.iter().zip([true, true, false]) {
            let seen = supply.seen(&supply.technician, order).await;
            let version = order.version + i64::from(recalled);
            assert_eq!(
                (&seen["recalled"], &seen["version"]),
                (&json!(recalled), &json!(version))
            );
        }
        // They stand first in the list of what changed last.
        let answer = lake
            .ask("{ orders(sort: UPDATED_AT_DESC) { edges { node { id } } } }")
            .await
            .ok();
        assert_eq!(answer.text_at("orders.edges.0.node.id"), orders[1].id);
    });
}

#[test]
fn the_centres_own_system_does_so_too() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let order = supply.delivered(&hill, &["A1"]).await;
        let (batch, _) = supply.held(&order, "A1").await;
        let machine = supply
            .centres
            .client(Role::Integration, "STERILE_SUPPLY")
            .await;
        let input = with(recall(&batch, 1), json!({ "version": null }));
        tell(&machine, VERB, input).await;
        assert_eq!(supply.seen(&hill, &order).await["recalled"], true);
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let order = supply.delivered(&hill, &["A1"]).await;
        let (batch, version) = supply.held(&order, "A1").await;
        refuses_others(&w, &supply, VERB, &recall(&batch, version), false).await;
    });
}

#[test]
fn only_once_and_only_as_it_is() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let order = supply.delivered(&hill, &["A1"]).await;
        let (batch, version) = supply.held(&order, "A1").await;
        let stale = recall(&batch, version + 1);
        let answer = refuses(&w, &supply.technician, VERB, stale, "CONFLICT").await;
        assert_eq!(answer.error(VERB)["extensions"]["currentVersion"], version);
        tell(&supply.technician, VERB, recall(&batch, version)).await;
        let again = with(recall(&batch, version), json!({ "reason": "包装破损" }));
        let answer = refuses(&w, &supply.technician, VERB, again, "INVALID_TRANSITION").await;
        assert_eq!(answer.error(VERB)["extensions"]["from"], "RECALLED");
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let order = supply.delivered(&hill, &["A1"]).await;
        let (batch, version) = supply.held(&order, "A1").await;
        let good = recall(&batch, version);
        let faults = [
            (json!({ "batch": "?" }), "input.batch", "FORMAT"),
            (json!({ "batch": order.id }), "input.batch", "WRONG_TYPE"),
            (json!({ "version": null }), "input.version", "REQUIRED"),
            (json!({ "reason": " " }), "input.reason", "REQUIRED"),
            (
                json!({ "reason": "阳".repeat(501) }),
                "input.reason",
                "TOO_LONG",
            ),
            (json!({ "reason": "\u{7}" }), "input.reason", "CHARACTERS"),
            (json!({ "occurredAt": "now" }), "input.occurredAt", "FORMAT"),
            (
                json!({ "occurredAt": letter::moment(&w, Duration::minutes(6)) }),
                "input.occurredAt",
                "ORDER",
            ),
            // Before it was processed.
            (
                json!({ "occurredAt": letter::moment(&w, Duration::hours(-4)) }),
                "input.occurredAt",
                "ORDER",
            ),
            (
                json!({ "occurredAt": letter::moment(&w, Duration::days(-31)) }),
                "input.occurredAt",
                "ORDER",
            ),
        ];
        refuses_each(&w, &supply.technician, VERB, &good, &faults).await;
        let nothing = id::encode(Kind::Batch, w.app.new_id());
        let nowhere = with(good, json!({ "batch": nothing }));
        refuses(&w, &supply.technician, VERB, nowhere, "NOT_FOUND").await;
    });
}

#[test]
fn the_same_again_is_done_once() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        for (number, technician) in [
            ("A1", supply.technician.clone()),
            ("A2", supply.technician.clone().with_key("recall-1")),
        ] {
            let order = supply.delivered(&hill, &[number]).await;
            let (batch, version) = supply.held(&order, number).await;
            tell(&technician, VERB, recall(&batch, version)).await;
            let before = census(&w).await;
            let again = tell(&technician, VERB, recall(&batch, version)).await;
            assert_eq!(*again.data("recallBatch.replayed"), json!(true));
            assert_eq!(again.number_at("recallBatch.batch.version"), 2);
            assert_eq!(census(&w).await.since(&before, "event"), 0);
        }
    });
}
