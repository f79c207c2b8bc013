//! Offer sessions.

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::{Ward, ask, by_name, refuses_each, refuses_others, strangers, tell};
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

#[test]
fn an_administrator_offers_the_sessions_of_a_week() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let d = w.district();
        let mut input = ward.sessions(Duration::days(1), 8);
        let first = input["slots"][0].clone();
        let sessions: Vec<Value> = (1..=5)
            .rev()
            .map(|days| {
                let when = json!({
                    "startsAt": letter::moment(&w, Duration::days(days)),
                    "endsAt": letter::moment(&w, Duration::days(days) + Duration::hours(3)),
                    "practitioner": letter::practitioner(d.neurologist.id),
                });
                with(first.clone(), when)
            })
            .collect();
        input["slots"] = sessions.into();
        let before = census(&w).await;
        let answer = tell(&ward.admin, "createSlots", input).await;
        let slots = answer.data("createSlots.slots").as_array();
        let slots = slots.expect("a list");
        assert_eq!(slots.len(), 5);
        assert_eq!(
            slots[0]["startsAt"],
            (w.now() + Duration::days(1)).to_rfc3339()
        );
        for slot in slots {
            assert_eq!(
                [
                    &slot["capacity"],
                    &slot["free"],
                    &slot["held"],
                    &slot["used"]
                ],
                [&json!(8), &json!(8), &json!(0), &json!(0)]
            );
            assert_eq!(
                slot["practitioner"]["id"],
                letter::practitioner(d.neurologist.id)
            );
            assert_eq!(slot["department"]["id"], letter::department(d.neurology.id));
        }
        let after = census(&w).await;
        for (table, rows) in [("slot", 5), ("event", 5), ("outbox", 5), ("audit", 1)] {
            assert_eq!(after.since(&before, table), rows, "{table}");
        }
    });
}

#[test]
fn a_health_centre_offers_those_of_its_stations() {
    both(async |w| {
        let d = w.district();
        let admin = w.client(Role::InstitutionAdmin, &d.lake).await;
        let ward = Ward::of(&w).await;
        let mut input = ward.sessions(Duration::days(1), 8);
        input["institution"] = letter::institution(d.lake_station.id).into();
        input["slots"][0]["department"] = Value::Null;
        input["slots"][0]["practitioner"] = letter::practitioner(d.lake_village_doctor.id).into();
        tell(&admin, "createSlots", input.clone()).await;
        let answer = ask(&ward.admin, "createSlots", input).await;
        assert_eq!(answer.code("createSlots"), "FORBIDDEN");
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let others = strangers(&w).await;
        let input = ward.sessions(Duration::days(1), 8);
        refuses_others(&w, &by_name(&others), "createSlots", &input).await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let d = w.district();
        let good = ward.sessions(Duration::days(1), 8);
        ward.session(Duration::days(2), 8).await;
        let at = |from_now| letter::moment(&w, from_now);
        let one = |change: Value| {
            let slot = with(good["slots"][0].clone(), change);
            json!({ "slots": [slot] })
        };
        let twins = json!({ "slots": [good["slots"][0], good["slots"][0]] });
        let many: Vec<Value> = vec![good["slots"][0].clone(); 201];
        let faults = [
            (json!({ "institution": "?" }), "input.institution", "FORMAT"),
            (json!({ "slots": [] }), "input.slots", "REQUIRED"),
            (json!({ "slots": many }), "input.slots", "TOO_LARGE"),
            (
                one(json!({ "department": null })),
                "input.slots[0].department",
                "REQUIRED",
            ),
            (
                one(json!({ "department": "?" })),
                "input.slots[0].department",
                "FORMAT",
            ),
            (
                one(json!({ "department": letter::department(d.herbs_brain.id) })),
                "input.slots[0].department",
                "UNKNOWN_ID",
            ),
            (
                one(json!({ "practitioner": letter::practitioner(d.herbs_doctor.id) })),
                "input.slots[0].practitioner",
                "UNKNOWN_ID",
            ),
            (
                one(json!({ "startsAt": "tomorrow" })),
                "input.slots[0].startsAt",
                "FORMAT",
            ),
            (
                one(json!({ "startsAt": at(Duration::zero()) })),
                "input.slots[0].startsAt",
                "ORDER",
            ),
            (
                one(json!({ "startsAt": at(Duration::days(367)) })),
                "input.slots[0].startsAt",
                "ORDER",
            ),
            (
                one(json!({ "endsAt": at(Duration::days(1)) })),
                "input.slots[0].endsAt",
                "ORDER",
            ),
            (
                one(json!({ "endsAt": at(Duration::days(3)) })),
                "input.slots[0].endsAt",
                "ORDER",
            ),
            (
                one(json!({ "capacity": 0 })),
                "input.slots[0].capacity",
                "TOO_SMALL",
            ),
            (
                one(json!({ "capacity": 10_001 })),
                "input.slots[0].capacity",
                "TOO_LARGE",
            ),
            (
                one(
                    json!({ "startsAt": at(Duration::days(2)), "endsAt": at(Duration::days(2) + Duration::hours(1)) }),
                ),
                "input.slots[0].startsAt",
                "TAKEN",
            ),
            (twins, "input.slots[1].startsAt", "TAKEN"),
        ];
        refuses_each(&w, &ward.admin, "createSlots", &good, &faults).await;
    });
}

#[test]
fn the_same_key_is_the_same_sessions() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let admin = ward.admin.clone().with_key("week-10");
        let input = ward.sessions(Duration::days(1), 8);
        let first = tell(&admin, "createSlots", input.clone()).await;
        let again = tell(&admin, "createSlots", input).await;
        assert_eq!(*again.data("createSlots.replayed"), json!(true));
        assert_eq!(
            first.data("createSlots.slots"),
            again.data("createSlots.slots")
        );
    });
}
