//! Acknowledge a critical value.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::alarm::{Alarm, on, read_back};
use crate::{
    harness::both,
    referral::letter::{self, with},
};

#[test]
fn whoever_asked_reads_it_back() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let d = w.district();
        let raised = a.raise(&a.examined(1).await, json!({})).await;
        w.wait(Duration::minutes(3));
        let seen = a.look(&a.village, &raised).await.expect("it is seen");
        let actions = &seen.all["availableActions"];
        assert_eq!(
            *actions,
            json!([{ "action": "ACKNOWLEDGE_CRITICAL_VALUE", "allowed": true, "requires": ["readBack", "channel"] }])
        );
        let known = a.acknowledge(&a.village, &seen, json!({})).await;
        assert_eq!((known.status.as_str(), known.version), ("ACKNOWLEDGED", 2));
        assert_eq!(known.all["acknowledgedAt"], a.shown(Duration::zero()));
        let doctor = letter::practitioner(d.village_doctor.id);
        assert_eq!(known.all["acknowledgedBy"]["id"], doctor);
        let station = letter::institution(d.river_station.id);
        assert_eq!(known.all["acknowledgedFor"]["id"], station);
        assert_eq!(known.all["readBack"], "前壁心梗，立即处理");
        assert_eq!(known.all["channel"], "PHONE");
        assert_eq!(
            known.all["availableActions"][0]["action"],
            "RESOLVE_CRITICAL_VALUE"
        );
    });
}

#[test]
fn the_managing_health_centre_and_its_system_answer_too() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let d = w.district();
        let (river, station) = (
            letter::institution(d.river.id),
            letter::institution(d.river_station.id),
        );
        let known = a.raise(&a.examined(1).await, json!({})).await;
        let known = a.acknowledge(&a.river, &known, json!({})).await;
        assert_eq!(known.all["acknowledgedFor"]["id"], river);
        // Its system posts for its own doctors and for those of its stations, and says who it was.
        let system = w.client(Role::Integration, &d.river).await;
        for (n, doctor, at) in [
            (2, &d.river_doctor, &river),
            (3, &d.village_doctor, &station),
        ] {
            let raised = a.raise(&a.examined(n).await, json!({})).await;
            let by = letter::practitioner(doctor.id);
            let said = json!({ "version": null, "acknowledgedBy": by, "channel": "SYSTEM" });
            let known = a.acknowledge(&system, &raised, said).await;
            assert_eq!(known.all["acknowledgedFor"]["id"], **at);
            assert_eq!(known.all["acknowledgedBy"]["id"], by);
        }
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let d = w.district();
        let raised = a.raise(&a.examined(1).await, json!({})).await;
        let input = with(on(&raised), read_back());
        let others = [
            ("who raised it", &a.reader, "FORBIDDEN"),
            ("the centre's hospital", &a.county, "FORBIDDEN"),
            ("a technician there", &a.village_technician, "FORBIDDEN"),
            ("a stranger", &a.stranger, "NOT_FOUND"),
            ("the community's manager", &a.manager, "NOT_FOUND"),
            (
                "another health centre",
                &w.client(Role::Clinician, &d.hill).await,
                "NOT_FOUND",
            ),
        ];
        a.refuses_others("acknowledgeCriticalValue", &input, &others)
            .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let d = w.district();
        let raised = a.raise(&a.examined(1).await, json!({})).await;
        let good = with(on(&raised), read_back());
        let faults = [
            (json!({ "readBack": "" }), "input.readBack", "REQUIRED"),
            (
                json!({ "readBack": "长".repeat(2_001) }),
                "input.readBack",
                "TOO_LONG",
            ),
            (
                json!({ "readBack": "\u{1}" }),
                "input.readBack",
                "CHARACTERS",
            ),
            (json!({ "version": null }), "input.version", "REQUIRED"),
            (
                json!({ "criticalValue": "crv" }),
                "input.criticalValue",
                "FORMAT",
            ),
            (
                json!({ "criticalValue": letter::institution(d.hill.id) }),
                "input.criticalValue",
                "WRONG_TYPE",
            ),
            (
                json!({ "acknowledgedBy": letter::practitioner(d.hill_doctor.id) }),
                "input.acknowledgedBy",
                "UNKNOWN_ID",
            ),
            (
                json!({ "acknowledgedBy": "x" }),
                "input.acknowledgedBy",
                "FORMAT",
            ),
            (
                json!({ "occurredAt": a.moment(Duration::minutes(-1)) }),
                "input.occurredAt",
                "ORDER",
            ),
            (
                json!({ "occurredAt": a.moment(Duration::minutes(6)) }),
                "input.occurredAt",
                "ORDER",
            ),
        ];
        a.refuses_each(&a.village, "acknowledgeCriticalValue", &good, &faults)
            .await;
        let system = w.client(Role::Integration, &d.river_station).await;
        let unnamed = [(json!({}), "input.acknowledgedBy", "REQUIRED")];
        a.refuses_each(&system, "acknowledgeCriticalValue", &good, &unnamed)
            .await;
    });
}

#[test]
fn once_it_is_known_it_is_known() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let raised = a.raise(&a.examined(1).await, json!({})).await;
        let known = a.acknowledge(&a.village, &raised, json!({})).await;
        // The same again is a replay; anybody else is told that it is known.
        let again = a.acknowledge(&a.village, &raised, json!({})).await;
        assert!(again.replayed && again.version == known.version);
        let keyed = a.village.clone().with_key("ack-1");
        let other = a.raise(&a.examined(2).await, json!({})).await;
        a.acknowledge(&keyed, &other, json!({})).await;
        assert!(a.acknowledge(&keyed, &other, json!({})).await.replayed);
        let verb = "acknowledgeCriticalValue";
        let late = with(on(&known), read_back());
        let answer = a.ask(&a.river, verb, late).await;
        assert_eq!(answer.code(verb), "INVALID_TRANSITION");
        let error = &answer.error(verb)["extensions"];
        assert_eq!(error["from"], "ACKNOWLEDGED");
        assert_eq!(error["allowed"], json!(["RESOLVE_CRITICAL_VALUE"]));
        let old = with(on(&raised), read_back());
        let answer = a.ask(&a.river, verb, old).await;
        assert_eq!(answer.code(verb), "CONFLICT");
    });
}
