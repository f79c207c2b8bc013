//! Record a supervision visit.

use entity::enums::Role;
use futures::future::join_all;
use serde_json::json;

use super::{RECORD, officer, visit};
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

#[test]
fn the_visiting_hospital_records_it() {
    both(async |w| {
        let d = w.district();
        let before = census(&w).await;
        let made = RECORD.tell(&officer(&w).await, visit(&w)).await;
        let seen = &made["visit"];
        for (field, expected) in [
            ("visitor", json!({ "id": letter::institution(d.county.id) })),
            ("visited", json!({ "id": letter::institution(d.hill.id) })),
            ("visitedOn", json!("2026-02-27")),
            (
                "visitors",
                json!([{ "id": letter::practitioner(d.neurologist.id) }]),
            ),
            ("findings", json!("溶栓时间窗登记不全")),
            ("struck", json!(false)),
            ("version", json!(1)),
        ] {
            assert_eq!(seen[field], expected, "{field}");
        }
        for table in [
            "supervision_visit",
            "supervision_revision",
            "event",
            "audit",
        ] {
            assert_eq!(census(&w).await.since(&before, table), 1, "{table}");
        }
        // Its own system says the same; the office records another topic for its own hospital.
        let his = w.client(Role::Integration, &d.county).await;
        let again = RECORD.tell(&his, visit(&w)).await;
        assert_eq!(again["replayed"], true);
        assert_eq!(again["visit"]["id"], seen["id"]);
        let mut other = with(visit(&w), json!({ "topic": "院感" }));
        other.as_object_mut().expect("an input").remove("visitor");
        let office = w.client(Role::Coordinator, &d.county).await;
        let made = RECORD.tell(&office, other).await;
        assert_eq!(
            made["visit"]["visitor"]["id"],
            letter::institution(d.county.id)
        );
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let d = w.district();
        let others = [
            w.client(Role::InstitutionAdmin, &d.hill).await,
            w.client(Role::DispatchOfficer, &d.herbs).await,
            w.client(Role::Clinician, &d.county).await,
            w.client(Role::CommunityManager, &d.general).await,
        ];
        RECORD
            .refuses_others(&w, &others, &visit(&w), "FORBIDDEN")
            .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (officer, d) = (officer(&w).await, w.district());
        let faults = [
            (json!({ "visited": "?" }), "input.visited", "FORMAT"),
            (
                json!({ "visited": letter::institution(w.app.new_id()) }),
                "input.visited",
                "UNKNOWN_ID",
            ),
            (
                json!({ "visited": letter::institution(d.hill_station.id) }),
                "input.visited",
                "NOT_ALLOWED",
            ),
            (
                json!({ "visitedOn": "2026-03-03" }),
                "input.visitedOn",
                "ORDER",
            ),
            (
                json!({ "visitedOn": "1999-12-31" }),
                "input.visitedOn",
                "ORDER",
            ),
            (
                json!({ "visitedOn": "gestern" }),
                "input.visitedOn",
                "FORMAT",
            ),
            (json!({ "topic": " " }), "input.topic", "REQUIRED"),
            (
                json!({ "topic": "题".repeat(201) }),
                "input.topic",
                "TOO_LONG",
            ),
            (
                json!({ "findings": "见".repeat(2_001) }),
                "input.findings",
                "TOO_LONG",
            ),
            (json!({ "visitors": [] }), "input.visitors", "REQUIRED"),
            (
                json!({ "visitors": [letter::practitioner(d.herbs_doctor.id)] }),
                "input.visitors",
                "UNKNOWN_ID",
            ),
        ];
        RECORD.refuses_each(&w, &officer, &visit(&w), &faults).await;
        let centre = w.client(Role::InstitutionAdmin, &d.river).await;
        let own = json!({
            "visitor": letter::institution(d.river.id),
            "visitors": [letter::practitioner(d.river_doctor.id)],
        });
        let faults = [(own, "input.visitor", "NOT_ALLOWED")];
        RECORD.refuses_each(&w, &centre, &visit(&w), &faults).await;
        // The same visit with other findings is not another visit.
        let made = RECORD.tell(&officer, visit(&w)).await;
        let input = with(visit(&w), json!({ "findings": "无" }));
        let answer = RECORD.refuses(&w, &officer, input, "DUPLICATE").await;
        let existing = &answer.error(RECORD.name)["extensions"]["existing"];
        assert_eq!(*existing, made["visit"]["id"]);
    });
}

#[test]
fn of_many_at_once_one_is_recorded() {
    both(async |w| {
        let officer = officer(&w).await;
        let before = census(&w).await;
        let answers = join_all((0..4).map(|_| RECORD.ask(&officer, visit(&w)))).await;
        let replayed = answers.into_iter().map(|answer| {
            let answer = answer.ok();
            *answer.data("recordSupervisionVisit.replayed") == json!(true)
        });
        assert_eq!(replayed.filter(|replayed| *replayed).count(), 3);
        assert_eq!(census(&w).await.since(&before, "supervision_visit"), 1);
    });
}
