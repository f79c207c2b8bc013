//! Offer a session, change it, call it off.

use api::id::{self, Kind};
use chrono::Duration;
use serde_json::{Value, json};

use super::{School, refuses, refuses_each, refuses_others, tell};
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

const CREATE: &str = "createTrainingSession";
const UPDATE: &str = "updateTrainingSession";

#[test]
fn an_administrator_offers_changes_and_calls_off() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let before = census(&w).await;
        let answer = tell(&school.admin, CREATE, school.session(20)).await;
        let seen = answer.data("createTrainingSession.session");
        for (field, expected) in [
            ("course", json!("心肺复苏")),
            (
                "trainer",
                json!({ "id": letter::practitioner(d.emergency_doctor.id) }),
            ),
            ("seats", json!(20)),
            ("enrolled", json!(0)),
            ("cancelled", json!(false)),
            ("version", json!(1)),
            (
                "centre",
                json!({ "id": school.centres.centre("SKILLS_TRAINING") }),
            ),
        ] {
            assert_eq!(seen[field], expected, "{field}");
        }
        for table in ["training_session", "event", "audit"] {
            assert_eq!(census(&w).await.since(&before, table), 1, "{table}");
        }
        let id = seen["id"].as_str().expect("an id");
        for (version, change, field, expected) in [
            (
                1,
                json!({ "course": " 气管插管 " }),
                "course",
                json!("气管插管"),
            ),
            (2, json!({ "trainer": null }), "trainer", Value::Null),
            (3, json!({ "seats": 8 }), "seats", json!(8)),
            (
                4,
                json!({ "endsAt": letter::moment(&w, Duration::days(8)) }),
                "endsAt",
                json!("2026-03-10T01:00:00+00:00"),
            ),
            (
                5,
                json!({ "startsAt": letter::moment(&w, Duration::days(6)) }),
                "startsAt",
                json!("2026-03-08T01:00:00+00:00"),
            ),
            (6, json!({ "cancelled": true }), "cancelled", json!(true)),
            (7, json!({ "cancelled": false }), "cancelled", json!(false)),
        ] {
            let mut input = json!({ "id": id, "version": version });
            for (name, value) in change.as_object().expect("fields") {
                input[name] = value.clone();
            }
            let answer = tell(&school.admin, UPDATE, input).await;
            let seen = answer.data("updateTrainingSession.session");
            assert_eq!(
                (&seen[field], &seen["version"]),
                (&expected, &json!(version + 1))
            );
        }
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let school = School::of(&w).await;
        refuses_others(&w, CREATE, &school.session(20)).await;
        let id = school.offered(20).await;
        let input = json!({ "id": id, "version": 1, "seats": 10 });
        refuses_others(&w, UPDATE, &input).await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let school = School::of(&w).await;
        let good = school.session(20);
        let moment = |from_now| letter::moment(&w, from_now);
        let common = [
            (json!({ "course": " " }), "input.course", "REQUIRED"),
            (
                json!({ "course": "课".repeat(101) }),
                "input.course",
                "TOO_LONG",
            ),
            (json!({ "course": "心\n肺" }), "input.course", "CHARACTERS"),
            (json!({ "trainer": "?" }), "input.trainer", "FORMAT"),
            (
                json!({ "trainer": letter::practitioner(w.app.new_id()) }),
                "input.trainer",
                "UNKNOWN_ID",
            ),
            (json!({ "startsAt": "soon" }), "input.startsAt", "FORMAT"),
            (
                json!({ "startsAt": moment(Duration::minutes(-1)) }),
                "input.startsAt",
                "ORDER",
            ),
            (
                json!({ "startsAt": moment(Duration::days(367)) }),
                "input.startsAt",
                "ORDER",
            ),
            (json!({ "endsAt": "later" }), "input.endsAt", "FORMAT"),
            (
                json!({ "endsAt": moment(Duration::days(6)) }),
                "input.endsAt",
                "ORDER",
            ),
            (
                json!({ "endsAt": moment(Duration::days(100)) }),
                "input.endsAt",
                "ORDER",
            ),
            (json!({ "seats": 0 }), "input.seats", "TOO_SMALL"),
            (json!({ "seats": 1_001 }), "input.seats", "TOO_LARGE"),
        ];
        let faults = [
            (json!({ "centre": "?" }), "input.centre", "FORMAT"),
            (
                json!({ "centre": school.centres.centre("ECG") }),
                "input.centre",
                "NOT_ALLOWED",
            ),
        ];
        refuses_each(&w, &school.admin, CREATE, &good, &faults).await;
        refuses_each(&w, &school.admin, CREATE, &good, &common).await;
        let nowhere = json!({ "centre": id::encode(Kind::SharedCentre, w.app.new_id()) });
        refuses(&w, &school.admin, CREATE, with(good, nowhere), "NOT_FOUND").await;

        let id = school.offered(20).await;
        let hill = school.office(&w.district().hill).await;
        let nurses = school.nurses(&w.district().hill, 2).await;
        school.enrol(&hill, &id, &nurses).await;
        let good = json!({ "id": id, "version": 2, "course": "缝合" });
        let faults = [
            (json!({ "id": "?" }), "input.id", "FORMAT"),
            (json!({ "id": nurses[0] }), "input.id", "WRONG_TYPE"),
            // Two seats are taken.
            (json!({ "seats": 1 }), "input.seats", "TOO_SMALL"),
        ];
        refuses_each(&w, &school.admin, UPDATE, &good, &faults).await;
        refuses_each(&w, &school.admin, UPDATE, &good, &common).await;
        let stale = with(good.clone(), json!({ "version": 1 }));
        refuses(&w, &school.admin, UPDATE, stale, "CONFLICT").await;
        let nothing = json!({ "id": id::encode(Kind::TrainingSession, w.app.new_id()) });
        refuses(&w, &school.admin, UPDATE, with(good, nothing), "NOT_FOUND").await;
    });
}

#[test]
fn what_has_begun_is_neither_moved_nor_called_off() {
    both(async |w| {
        let school = School::of(&w).await;
        let id = school.offered(20).await;
        w.wait(Duration::days(7));
        let good = json!({ "id": id, "version": 1 });
        for change in [
            json!({ "startsAt": letter::moment(&w, Duration::days(1)) }),
            json!({ "cancelled": true }),
        ] {
            let input = with(good.clone(), change);
            refuses(&w, &school.admin, UPDATE, input, "INVALID_TRANSITION").await;
        }
        tell(&school.admin, UPDATE, with(good, json!({ "seats": 30 }))).await;
    });
}

#[test]
fn the_same_key_is_good_once() {
    both(async |w| {
        let school = School::of(&w).await;
        let admin = school.admin.clone().with_key("session-1");
        let input = school.session(20);
        let first = tell(&admin, CREATE, input.clone()).await;
        let again = tell(&admin, CREATE, input).await;
        assert_eq!(*again.data("createTrainingSession.replayed"), json!(true));
        let id = first.text_at("createTrainingSession.session.id");
        assert_eq!(again.text_at("createTrainingSession.session.id"), id);
        let admin = school.admin.clone().with_key("session-2");
        let input = json!({ "id": id, "version": 1, "seats": 10 });
        tell(&admin, UPDATE, input.clone()).await;
        let before = census(&w).await;
        let again = tell(&admin, UPDATE, input).await;
        assert_eq!(*again.data("updateTrainingSession.replayed"), json!(true));
        assert_eq!(again.number_at("updateTrainingSession.session.version"), 2);
        assert_eq!(census(&w).await.since(&before, "event"), 0);
    });
}
