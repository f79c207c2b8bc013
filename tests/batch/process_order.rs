//! Process an order: say of which batches its packs are.

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::{Supply, ask, faults_of_on, refuses, refuses_each, refuses_others, tell};
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

const VERB: &str = "processOrder";

#[test]
fn a_technician_says_of_which_batches_the_packs_are() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let order = supply.received(&hill).await;
        let before = census(&w).await;
        let batches =
            json!({ "batches": [supply.batch("20260302-2"), supply.batch(" 20260302-1 ")] });
        let answer = tell(&supply.technician, VERB, with(order.on(), batches)).await;
        let seen = answer.data("processOrder.order");
        assert_eq!(
            (&seen["status"], &seen["recalled"]),
            (&json!("PROCESSED"), &json!(false))
        );
        let numbers: Vec<_> = [0, 1].map(|at| &seen["batches"][at]["number"]).to_vec();
        assert_eq!(numbers, ["20260302-1", "20260302-2"]);
        let after = census(&w).await;
        for (table, rows) in [("batch", 2), ("batch_order", 2), ("event", 3), ("audit", 1)] {
            assert_eq!(after.since(&before, table), rows, "{table}");
        }
        // Whoever asked for it reads them as well.
        assert_eq!(supply.seen(&hill, &order).await["batches"], seen["batches"]);
    });
}

#[test]
fn a_further_order_holds_packs_of_a_batch_on_record() {
    both(async |w| {
        let (supply, d) = (Supply::of(&w).await, w.district());
        let (hill, lake) = (supply.office(&d.hill).await, supply.office(&d.lake).await);
        let first = supply.processed(&hill, &["A1"]).await;
        let second = supply.processed(&lake, &["A1", "A2"]).await;
        let (id, version) = supply.held(&first, "A1").await;
        assert_eq!(supply.held(&second, "A1").await, (id, version));
        assert_eq!(version, 1, "to hold packs of it is no change of it");
    });
}

#[test]
fn whoever_works_at_the_hospital_does_so_and_the_centres_own_system() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let technician = w.client(Role::Technician, &w.district().county).await;
        let order = supply.received(&hill).await;
        let input = with(order.on(), json!({ "batches": [supply.batch("A1")] }));
        tell(&technician, VERB, input).await;
        let machine = supply
            .centres
            .client(Role::Integration, "STERILE_SUPPLY")
            .await;
        let order = supply.received(&hill).await;
        let batches = json!({ "batches": [supply.batch("A1")], "version": null });
        tell(&machine, VERB, with(order.on(), batches)).await;
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let order = supply.received(&hill).await;
        let input = with(order.on(), json!({ "batches": [supply.batch("A1")] }));
        refuses_others(&w, &supply, VERB, &input, false).await;
    });
}

#[test]
fn only_what_was_received() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let batches = json!({ "batches": [supply.batch("A2")] });
        for order in [
            supply.processed(&hill, &["A1"]).await,
            supply.delivered(&hill, &["A1"]).await,
        ] {
            let input = with(order.on(), batches.clone());
            refuses(&w, &supply.technician, VERB, input, "INVALID_TRANSITION").await;
        }
        let order = supply.received(&hill).await;
        let input = with(order.later().on(), batches);
        refuses(&w, &supply.technician, VERB, input, "CONFLICT").await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let other = supply.processed(&hill, &["A1", "RECALLED"]).await;
        supply.recalled(&other, "RECALLED").await;
        let order = supply.received(&hill).await;
        let good = with(order.on(), json!({ "batches": [supply.batch("A2")] }));
        let change = |change: Value| json!({ "batches": [with(supply.batch("A2"), change)] });
        let of_old = |change: Value| json!({ "batches": [with(supply.batch("A1"), change)] });
        let moment = |from_now| letter::moment(&w, from_now);
        let long_ago = json!({ "processedAt": moment(Duration::days(-200)), "expiresOn": letter::day(&w, -1) });
        let many: Vec<_> = (0..21).map(|at| supply.batch(&format!("B{at}"))).collect();
        let at = |field: &str| format!("input.batches[0].{field}");
        let (number, steriliser) = (at("number"), at("steriliser"));
        let (processed, expires) = (at("processedAt"), at("expiresOn"));
        let mut faults = faults_of_on(&w);
        faults.extend([
            (json!({ "batches": [] }), "input.batches", "REQUIRED"),
            (json!({ "batches": many }), "input.batches", "TOO_LARGE"),
            (
                json!({ "batches": [supply.batch("A2"), supply.batch("A2 ")] }),
                "input.batches[1].number",
                "TAKEN",
            ),
            (
                json!({ "batches": [supply.batch("RECALLED")] }),
                &number,
                "NOT_ALLOWED",
            ),
            (change(json!({ "number": " " })), &number, "REQUIRED"),
            (
                change(json!({ "number": "1".repeat(51) })),
                &number,
                "TOO_LONG",
            ),
            (change(json!({ "number": "1\n2" })), &number, "CHARACTERS"),
            (change(json!({ "steriliser": "" })), &steriliser, "REQUIRED"),
            (
                change(json!({ "steriliser": "器".repeat(51) })),
                &steriliser,
                "TOO_LONG",
            ),
            (
                change(json!({ "steriliser": "器\n器" })),
                &steriliser,
                "CHARACTERS",
            ),
            (
                change(json!({ "processedAt": "six" })),
                &processed,
                "FORMAT",
            ),
            (
                change(json!({ "processedAt": moment(Duration::minutes(1)) })),
                &processed,
                "ORDER",
            ),
            (change(json!({ "expiresOn": "soon" })), &expires, "FORMAT"),
            (
                change(json!({ "expiresOn": letter::day(&w, 0) })),
                &expires,
                "ORDER",
            ),
            (change(long_ago), &expires, "NOT_ALLOWED"),
            (
                change(json!({ "expiresOn": letter::day(&w, 3_661) })),
                &expires,
                "TOO_LARGE",
            ),
            (
                of_old(json!({ "steriliser": "4号" })),
                &steriliser,
                "INCONSISTENT",
            ),
            (
                of_old(json!({ "processedAt": moment(Duration::hours(-2)) })),
                &processed,
                "INCONSISTENT",
            ),
            (
                of_old(json!({ "expiresOn": letter::day(&w, 181) })),
                &expires,
                "INCONSISTENT",
            ),
        ]);
        refuses_each(&w, &supply.technician, VERB, &good, &faults).await;
        tell(&supply.technician, VERB, good).await;
    });
}

#[test]
fn what_expires_today_is_sterile_until_the_end_of_it() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        let order = supply.received(&hill).await;
        let change = json!({ "processedAt": letter::moment(&w, Duration::days(-7)), "expiresOn": letter::day(&w, 0) });
        let batch = with(supply.batch("A1"), change);
        tell(
            &supply.technician,
            VERB,
            with(order.on(), json!({ "batches": [batch] })),
        )
        .await;
        // Known as it is, it is refused all the same once it has expired.
        let order = supply.received(&hill).await;
        w.wait(Duration::days(1));
        let input = with(order.on(), json!({ "batches": [batch] }));
        let answer = refuses(&w, &supply.technician, VERB, input, "INVALID_INPUT").await;
        assert_eq!(
            answer.problems(),
            [("input.batches[0].expiresOn", "NOT_ALLOWED")]
        );
    });
}

#[test]
fn the_same_again_is_done_once() {
    both(async |w| {
        let supply = Supply::of(&w).await;
        let hill = supply.office(&w.district().hill).await;
        for technician in [
            supply.technician.clone(),
            supply.technician.clone().with_key("packs-1"),
        ] {
            let order = supply.received(&hill).await;
            let input = with(order.on(), json!({ "batches": [supply.batch("A1")] }));
            tell(&technician, VERB, input.clone()).await;
            let before = census(&w).await;
            let again = tell(&technician, VERB, input.clone()).await;
            assert_eq!(*again.data("processOrder.replayed"), json!(true));
            assert_eq!(census(&w).await.since(&before, "event"), 0);
            let other = with(input, json!({ "batches": [supply.batch("A2")] }));
            let answer = ask(&supply.technician, VERB, other).await;
            assert_eq!(answer.code(VERB), "CONFLICT");
        }
    });
}
