//! A host asks for somebody.

use entity::enums::Role;
use serde_json::{Value, json};

use super::{Post, ask, because, on, refuses, refuses_each, tell};
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

const VERB: &str = "requestDispatch";

#[test]
fn a_host_asks_and_the_sender_sees_it() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let before = census(&w).await;
        let asked = tell(&post.host, VERB, post.request()).await;
        for (field, expected) in [
            ("status", json!("REQUESTED")),
            ("kind", json!("VISITING_CLINIC")),
            ("version", json!(1)),
            ("practitioner", Value::Null),
            ("sender", json!({ "id": letter::institution(d.county.id) })),
            ("host", json!({ "id": letter::institution(d.hill.id) })),
            ("startsOn", json!("2026-03-09")),
            ("endsOn", json!("2026-06-07")),
            ("sessions", json!([{ "weekday": "MONDAY", "half": "AM" }])),
            ("goals", json!("神经内科门诊")),
        ] {
            assert_eq!(asked.all[field], expected, "{field}");
        }
        assert_eq!(asked.next(), ["CANCEL_DISPATCH"]);
        for (table, rows) in [("dispatch", 1), ("event", 1), ("audit", 1)] {
            assert_eq!(census(&w).await.since(&before, table), rows, "{table}");
        }
        let seen = post.look(&post.sender, &asked).await.expect("it is seen");
        assert_eq!(seen.next(), ["PLAN_DISPATCH", "DECLINE_DISPATCH"]);
        let managed = post.look(&post.manager, &asked).await.expect("it is seen");
        assert_eq!(managed.next(), Vec::<&str>::new());
        let elsewhere = w.client(Role::DispatchOfficer, &d.lake).await;
        assert!(post.look(&elsewhere, &asked).await.is_none());
    });
}

#[test]
fn a_host_without_a_dispatch_officer_asks_all_the_same() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        for role in [Role::Coordinator, Role::InstitutionAdmin, Role::Integration] {
            let office = w.client(role, &d.lake).await;
            let asked = tell(&office, VERB, post.request()).await;
            assert_eq!(asked.status, "REQUESTED", "{role:?}");
            let seen = post.look(&office, &asked).await.expect("it is seen");
            assert_eq!(seen.next(), ["CANCEL_DISPATCH"]);
        }
        let clinician = w.client(Role::Clinician, &d.lake).await;
        refuses(&w, &clinician, VERB, post.request(), "FORBIDDEN").await;
        // From now on there is one.
        let office = w.client(Role::Coordinator, &d.lake).await;
        let officer = w.client(Role::DispatchOfficer, &d.lake).await;
        refuses(&w, &office, VERB, post.request(), "FORBIDDEN").await;
        tell(&officer, VERB, post.request()).await;
    });
}

#[test]
fn a_health_centre_asks_for_its_station() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let station = json!({ "host": letter::institution(d.hill_station.id) });
        let input = with(post.request(), station);
        let asked = tell(&post.host, VERB, input.clone()).await;
        let at_station = w.client(Role::Clinician, &d.hill_station).await;
        assert!(post.look(&at_station, &asked).await.is_some());
        let elsewhere = w.client(Role::DispatchOfficer, &d.lake).await;
        refuses(&w, &elsewhere, VERB, input, "FORBIDDEN").await;
    });
}

#[test]
fn nobody_asks_in_the_name_of_others() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let named = json!({ "host": letter::institution(d.hill.id) });
        let input = with(post.request(), named);
        for client in [
            w.client(Role::Coordinator, &d.hill).await,
            w.client(Role::Clinician, &d.hill).await,
            w.client(Role::DispatchOfficer, &d.lake).await,
            w.client(Role::CommunityManager, &d.general).await,
            w.client(Role::Regulator, "330108").await,
            post.sender.clone(),
        ] {
            refuses(&w, &client, VERB, input.clone(), "FORBIDDEN").await;
        }
        let answer = ask(&w.anonymous(), VERB, input).await;
        assert_eq!(answer.errors()[0]["extensions"]["code"], "UNAUTHENTICATED");
    });
}

#[test]
fn the_same_key_asks_once() {
    both(async |w| {
        let post = Post::of(&w).await;
        let host = post.host.clone().with_key("ask-1");
        let first = tell(&host, VERB, post.request()).await;
        let before = census(&w).await;
        let again = tell(&host, VERB, post.request()).await;
        assert_eq!((&again.id, again.replayed), (&first.id, true));
        for table in ["dispatch", "event"] {
            assert_eq!(census(&w).await.since(&before, table), 0, "{table}");
        }
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let day = |days| json!(letter::day(&w, days));
        let faults = [
            (json!({ "sender": "?" }), "input.sender", "FORMAT"),
            (
                json!({ "sender": letter::institution(w.app.new_id()) }),
                "input.sender",
                "UNKNOWN_ID",
            ),
            (
                json!({ "sender": letter::institution(d.lake.id) }),
                "input.sender",
                "NOT_ALLOWED",
            ),
            (
                json!({ "sender": letter::institution(d.hill.id) }),
                "input.host",
                "INCONSISTENT",
            ),
            (
                json!({ "practitioner": letter::practitioner(d.herbs_doctor.id) }),
                "input.practitioner",
                "UNKNOWN_ID",
            ),
            (json!({ "startsOn": "soon" }), "input.startsOn", "FORMAT"),
            (json!({ "startsOn": day(-8) }), "input.startsOn", "ORDER"),
            (
                json!({ "startsOn": day(367), "endsOn": day(400) }),
                "input.startsOn",
                "ORDER",
            ),
            (json!({ "endsOn": day(6) }), "input.endsOn", "ORDER"),
            (json!({ "endsOn": day(1200) }), "input.endsOn", "ORDER"),
            (
                json!({ "sessions": [{ "weekday": "MONDAY", "half": "AM" }, { "weekday": "MONDAY", "half": "DAY" }] }),
                "input.sessions[1]",
                "TAKEN",
            ),
            (
                json!({ "endsOn": day(9), "sessions": [{ "weekday": "FRIDAY", "half": "AM" }] }),
                "input.sessions[0]",
                "INCONSISTENT",
            ),
            (json!({ "specialty": " " }), "input.specialty", "REQUIRED"),
            (
                json!({ "specialty": "0".repeat(21) }),
                "input.specialty",
                "TOO_LONG",
            ),
            (
                json!({ "goals": "目".repeat(2_001) }),
                "input.goals",
                "TOO_LONG",
            ),
            (
                json!({ "occurredAt": letter::moment(&w, chrono::Duration::days(-31)) }),
                "input.occurredAt",
                "ORDER",
            ),
        ];
        refuses_each(&w, &post.host, VERB, &post.request(), &faults).await;
        let all =
            json!({ "startsOn": day(-8), "goals": " ", "sender": letter::institution(d.lake.id) });
        let input = with(post.request(), all);
        let answer = refuses(&w, &post.host, VERB, input, "INVALID_INPUT").await;
        assert_eq!(answer.problems().len(), 3, "all at once: {}", answer.text);
    });
}

#[test]
fn both_sides_have_to_work() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let admin = w.client(Role::InstitutionAdmin, &d.county).await;
        let document = "mutation($input: SetInstitutionStatusInput!) { setInstitutionStatus(input: $input) { replayed } }";
        let input =
            json!({ "id": letter::institution(d.county.id), "version": 1, "status": "SUSPENDED" });
        let set = admin.call(document, json!({ "input": input })).await.ok();
        assert_eq!(set.data("setInstitutionStatus.replayed"), false);
        let faults = [(json!({}), "input.sender", "NOT_OPERATING")];
        refuses_each(&w, &post.host, VERB, &post.request(), &faults).await;
    });
}

#[test]
fn who_asked_takes_it_back() {
    both(async |w| {
        let post = Post::of(&w).await;
        let asked = post.bring("REQUESTED").await;
        let refused = refuses(
            &w,
            &post.sender,
            "cancelDispatch",
            because(&asked),
            "INVALID_TRANSITION",
        );
        refused.await;
        let gone = tell(&post.host, "cancelDispatch", because(&asked)).await;
        assert_eq!(gone.status, "CANCELLED");
        assert_eq!(gone.all["reason"], "院内值班人手不足");
        let again = tell(&post.host, "cancelDispatch", because(&asked)).await;
        assert!(again.replayed, "the answer was lost on the way");
        let late = with(on(&gone), json!({ "reason": "又一次" }));
        refuses(&w, &post.host, "cancelDispatch", late, "INVALID_TRANSITION").await;
    });
}
