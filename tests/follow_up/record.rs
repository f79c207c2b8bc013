//! Record what a follow-up found.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::care::{Care, on, recorded, station};
use crate::{
    harness::both,
    referral::letter::{self, with},
};

#[test]
fn the_first_one_after_coming_down_reports_back() {
    both(async |w| {
        let care = Care::of(&w).await;
        let down = care.home().await;
        let said = json!({ "template": "STROKE", "days": [7, 30], "institution": station(&w) });
        let planned = care.plan(&care.cast.hill, &down, said).await;
        w.wait(Duration::hours(20));
        let done = care.record(&care.village, &planned, json!({})).await;
        assert_eq!((done.status.as_str(), done.version), ("DONE", 2));
        assert_eq!(done.all["result"], "CONTROLLED");
        assert_eq!(done.all["alerts"], json!([]));

        let document = "query($id: ID!) { referral(by: { id: $id }) { status report { diagnosis treatment outcome advice } } }";
        let read = care
            .cast
            .county
            .call(document, json!({ "id": down.id }))
            .await
            .ok();
        assert_eq!(
            *read.data("referral"),
            json!({ "status": "REPORTED_BACK", "report": {
                "diagnosis": "脑梗死恢复期", "treatment": "肌力四级，可独立行走", "outcome": "IMPROVED", "advice": "继续康复训练" } })
        );
        // The hospital reads and closes; nothing is asked of what follows.
        let seen = care
            .cast
            .story
            .look(&care.cast.county, &down)
            .await
            .expect("it is seen");
        let closed = care
            .cast
            .story
            .close(&care.cast.county, &seen, json!({}))
            .await;
        assert_eq!(closed.status, "CLOSED");

        // The next one reports to nobody.
        let second = super::care::read(&done.all["plan"][1], false);
        let done = care.record(&care.village, &second, json!({})).await;
        assert_eq!(done.status, "DONE");
        let now = care
            .cast
            .story
            .look(&care.cast.county, &down)
            .await
            .expect("it is seen");
        assert_eq!(
            (now.status.as_str(), now.version),
            ("CLOSED", closed.version)
        );
    });
}

#[test]
fn after_coming_up_it_reports_to_nobody() {
    both(async |w| {
        let care = Care::of(&w).await;
        let treated = care.cast.bring("IN_TREATMENT").await;
        let planned = care.plan(&care.cast.hill, &treated, json!({})).await;
        care.record(&care.cast.hill, &planned, json!({})).await;
        let now = care
            .cast
            .story
            .look(&care.cast.hill, &treated)
            .await
            .expect("it is seen");
        assert_eq!(now.status, "IN_TREATMENT");
    });
}

#[test]
fn readings_beyond_the_thresholds_suggest_a_referral() {
    both(async |w| {
        let care = Care::of(&w).await;
        for (readings, alerts) in [
            (json!({ "systolic": 179, "diastolic": 109 }), json!([])),
            (
                json!({ "systolic": 180, "diastolic": 90 }),
                json!(["BLOOD_PRESSURE_HIGH"]),
            ),
            (
                json!({ "systolic": 150, "diastolic": 110 }),
                json!(["BLOOD_PRESSURE_HIGH"]),
            ),
            (
                json!({ "glucose": 16.6, "glucoseKind": "RANDOM" }),
                json!([]),
            ),
            (
                json!({ "glucose": 16.7, "glucoseKind": "FASTING" }),
                json!(["GLUCOSE_HIGH"]),
            ),
            (
                json!({ "glucose": 3.9, "glucoseKind": "AFTER_MEAL" }),
                json!(["GLUCOSE_LOW"]),
            ),
            (
                json!({ "glucose": 4.0, "glucoseKind": "FASTING" }),
                json!([]),
            ),
        ] {
            let down = care.home().await;
            let planned = care.plan(&care.cast.hill, &down, json!({})).await;
            let said = json!({ "readings": readings });
            let done = care.record(&care.cast.hill, &planned, said).await;
            assert_eq!(done.all["alerts"], alerts, "{readings}");
        }
    });
}

#[test]
fn the_managing_health_centre_acts_for_its_station_and_nobody_else_does() {
    both(async |w| {
        let care = Care::of(&w).await;
        let down = care.home().await;
        let said = json!({ "institution": station(&w) });
        let planned = care.plan(&care.cast.county, &down, said).await;
        let input = with(on(&planned), recorded());
        let others = [
            (
                "the hospital that planned it",
                &care.cast.county,
                "FORBIDDEN",
            ),
            ("a stranger", &care.cast.stranger, "NOT_FOUND"),
            ("a technician", &care.cast.hill_technician, "NOT_FOUND"),
            ("the community's manager", &care.cast.manager, "NOT_FOUND"),
            ("another health centre", &care.river, "NOT_FOUND"),
        ];
        care.refuses_others("recordFollowUp", &input, &others).await;
        let system = w.client(Role::Integration, &w.district().hill).await;
        let done = care
            .record(&system, &planned, json!({ "version": null }))
            .await;
        assert_eq!(done.status, "DONE");
    });
}

#[test]
fn what_is_done_or_ended_stays_so() {
    both(async |w| {
        let care = Care::of(&w).await;
        let down = care.home().await;
        let planned = care.plan(&care.cast.hill, &down, json!({})).await;
        let done = care.record(&care.cast.hill, &planned, json!({})).await;
        assert!(
            done.all["availableActions"]
                .as_array()
                .expect("a list")
                .is_empty()
        );
        for (verb, said) in [
            (
                "recordFollowUp",
                with(recorded(), json!({ "note": "再次" })),
            ),
            ("reassignFollowUp", json!({ "institution": station(&w) })),
            ("endFollowUp", json!({ "reason": "LOST" })),
        ] {
            let answer = care.ask(&care.cast.hill, verb, with(on(&done), said)).await;
            assert_eq!(answer.code(verb), "INVALID_TRANSITION", "{verb}");
            assert_eq!(answer.error(verb)["extensions"]["from"], "DONE");
        }
        // An old version is told so.
        let other = care.home().await;
        let planned = care.plan(&care.cast.hill, &other, json!({})).await;
        let input = with(with(on(&planned), recorded()), json!({ "version": 7 }));
        let answer = care.ask(&care.cast.hill, "recordFollowUp", input).await;
        assert_eq!(answer.code("recordFollowUp"), "CONFLICT");
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let care = Care::of(&w).await;
        let down = care.home().await;
        let planned = care.plan(&care.cast.hill, &down, json!({})).await;
        let long = "长".repeat(4_001);
        for (fault, path, code) in [
            (json!({ "note": "" }), "input.note", "REQUIRED"),
            (json!({ "note": long }), "input.note", "TOO_LONG"),
            (json!({ "advice": "\u{1}" }), "input.advice", "CHARACTERS"),
            (json!({ "version": null }), "input.version", "REQUIRED"),
            (json!({ "followUp": "fup" }), "input.followUp", "FORMAT"),
            (
                json!({ "followUp": down.id }),
                "input.followUp",
                "WRONG_TYPE",
            ),
            (json!({ "readings": {} }), "input.readings", "REQUIRED"),
            (
                json!({ "readings": { "systolic": 120 } }),
                "input.readings.diastolic",
                "REQUIRED",
            ),
            (
                json!({ "readings": { "diastolic": 80 } }),
                "input.readings.systolic",
                "REQUIRED",
            ),
            (
                json!({ "readings": { "systolic": 301, "diastolic": 80 } }),
                "input.readings.systolic",
                "TOO_LARGE",
            ),
            (
                json!({ "readings": { "systolic": 120, "diastolic": 19 } }),
                "input.readings.diastolic",
                "TOO_SMALL",
            ),
            (
                json!({ "readings": { "systolic": 90, "diastolic": 90 } }),
                "input.readings.diastolic",
                "INCONSISTENT",
            ),
            (
                json!({ "readings": { "glucose": 60.1, "glucoseKind": "RANDOM" } }),
                "input.readings.glucose",
                "TOO_LARGE",
            ),
            (
                json!({ "readings": { "glucose": 5.5 } }),
                "input.readings.glucoseKind",
                "REQUIRED",
            ),
            (
                json!({ "readings": { "glucoseKind": "RANDOM" } }),
                "input.readings.glucoseKind",
                "NOT_ALLOWED",
            ),
            (
                json!({ "practitioner": letter::practitioner(w.district().neurologist.id) }),
                "input.practitioner",
                "UNKNOWN_ID",
            ),
            (
                json!({ "occurredAt": letter::moment(&w, Duration::days(-1)) }),
                "input.occurredAt",
                "ORDER",
            ),
        ] {
            let input = with(with(on(&planned), recorded()), fault);
            care.refuses(&care.cast.hill, "recordFollowUp", input, path, code)
                .await;
        }
    });
}

#[test]
fn a_repeated_record_changes_nothing() {
    both(async |w| {
        let care = Care::of(&w).await;
        let down = care.home().await;
        let planned = care.plan(&care.cast.hill, &down, json!({})).await;
        let first = care.record(&care.cast.hill, &planned, json!({})).await;
        let again = care.record(&care.cast.hill, &planned, json!({})).await;
        assert!(!first.replayed && again.replayed);
        assert_eq!(first.version, again.version);
        let other = care.home().await;
        let planned = care.plan(&care.cast.hill, &other, json!({})).await;
        let keyed = care.cast.hill.clone().with_key("visit-1");
        let first = care.record(&keyed, &planned, json!({})).await;
        let again = care.record(&keyed, &planned, json!({})).await;
        assert!(!first.replayed && again.replayed);
    });
}
