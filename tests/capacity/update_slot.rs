//! Change how many patients a session takes, or withdraw it.

use chrono::Duration;
use serde_json::json;

use super::{Ward, ask, by_name, refuses_each, refuses_others, strangers, tell};
use crate::{
    harness::both,
    referral::{cast::Cast, letter::with},
};

#[test]
fn an_administrator_takes_more_withdraws_and_offers_again() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let slot = ward.session(Duration::days(1), 8).await;
        for (version, change, free) in [
            (1, json!({ "capacity": 10 }), 10),
            (2, json!({ "withdrawn": true }), 0),
            (3, json!({ "withdrawn": false }), 10),
        ] {
            let input = with(json!({ "id": slot, "version": version }), change);
            let answer = tell(&ward.admin, "updateSlot", input).await;
            let seen = answer.data("updateSlot.slot");
            assert_eq!(
                (&seen["free"], &seen["version"]),
                (&json!(free), &json!(version + 1))
            );
        }
    });
}

#[test]
fn one_of_which_places_are_held_is_withdrawn_by_whoever_says_so() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let slot = ward.session(Duration::hours(23), 8).await;
        for _ in 0..2 {
            let posted = cast.bring("SUBMITTED").await;
            cast.story
                .accept(&cast.office, &posted, json!({ "slot": slot }))
                .await;
        }
        let good = json!({ "id": slot, "version": 1, "withdrawn": true, "despiteHolds": true });
        let faults = [
            (
                json!({ "despiteHolds": false }),
                "input.withdrawn",
                "NOT_ALLOWED",
            ),
            (json!({ "capacity": 1 }), "input.capacity", "TOO_SMALL"),
        ];
        refuses_each(&w, &ward.admin, "updateSlot", &good, &faults).await;
        let answer = tell(&ward.admin, "updateSlot", good).await;
        assert_eq!(*answer.data("updateSlot.slot.withdrawn"), json!(true));
        assert_eq!(
            ward.places(&slot).await,
            (2, 0),
            "they are expected all the same"
        );
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let slot = ward.session(Duration::days(1), 8).await;
        let input = json!({ "id": slot, "version": 1, "capacity": 10 });
        let others = strangers(&w).await;
        refuses_others(&w, &by_name(&others), "updateSlot", &input).await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let slot = ward.session(Duration::days(1), 8).await;
        let good = json!({ "id": slot, "version": 1, "capacity": 10 });
        let faults = [
            (json!({ "id": "slot_?" }), "input.id", "FORMAT"),
            (json!({ "capacity": 0 }), "input.capacity", "TOO_SMALL"),
            (json!({ "capacity": 10_001 }), "input.capacity", "TOO_LARGE"),
        ];
        refuses_each(&w, &ward.admin, "updateSlot", &good, &faults).await;
        let stale = with(good.clone(), json!({ "version": 2 }));
        let answer = ask(&ward.admin, "updateSlot", stale).await;
        assert_eq!(answer.code("updateSlot"), "CONFLICT");
        let nothing = api::id::encode(api::id::Kind::Slot, w.app.new_id());
        let nowhere = with(good, json!({ "id": nothing }));
        let answer = ask(&ward.admin, "updateSlot", nowhere).await;
        assert_eq!(answer.code("updateSlot"), "NOT_FOUND");
    });
}

#[test]
fn the_same_key_changes_it_once() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let slot = ward.session(Duration::days(1), 8).await;
        let input = json!({ "id": slot, "version": 1, "capacity": 10 });
        let admin = ward.admin.clone().with_key("slot-1");
        tell(&admin, "updateSlot", input.clone()).await;
        let again = tell(&admin, "updateSlot", input).await;
        assert_eq!(*again.data("updateSlot.replayed"), json!(true));
        assert_eq!(again.number_at("updateSlot.slot.version"), 2);
    });
}
