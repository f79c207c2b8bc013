//! Take the patient.

use chrono::Duration;
use entity::enums::{Role, Side};
use serde_json::{Value, json};

use super::{
    cast::{Cast, Only},
    letter::{self, with},
};
use crate::harness::both;

const SEEN: &str = "query($id: ID!) { referral(by: { id: $id }) { status version plannedAt answerDueAt overdue receiverDepartment { id } receiverPractitioner { id } } }";

#[test]
fn both_sides_learn_where_and_when() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let posted = cast.bring("SUBMITTED").await;
        let said = json!({ "department": letter::department(d.neurology.id), "practitioner": letter::practitioner(d.neurologist.id), "note": "请携带影像资料" });
        let accepted = cast.story.accept(&cast.office, &posted, said).await;
        assert_eq!(
            (accepted.status.as_str(), accepted.version),
            ("ACCEPTED", 2)
        );
        for client in [&cast.hill, &cast.county] {
            let answer = client.call(SEEN, json!({ "id": posted.id })).await.ok();
            let seen = answer.data("referral");
            assert_eq!(
                seen["plannedAt"],
                (w.now() + Duration::days(1)).to_rfc3339()
            );
            assert_eq!(
                seen["receiverDepartment"]["id"],
                letter::department(d.neurology.id)
            );
            assert_eq!(
                seen["receiverPractitioner"]["id"],
                letter::practitioner(d.neurologist.id)
            );
            assert_eq!(
                (&seen["answerDueAt"], &seen["overdue"]),
                (&Value::Null, &json!(false))
            );
        }
    });
}

#[test]
fn accepting_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let said = |told: &super::story::Told| cast.story.acceptance(told);
        cast.follows_the_table("acceptReferral", Side::Receiver, said)
            .await;
    });
}

#[test]
fn only_the_receiver_accepts() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let said = cast.story.acceptance(&posted);
        cast.refuses_others("acceptReferral", Side::Receiver, Only::Care, &posted, said)
            .await;
    });
}

#[test]
fn an_emergency_on_the_road_or_there_is_accepted_once() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for arrives_first in [false, true] {
            let letter = with(cast.story.up(), json!({ "urgency": "EMERGENCY" }));
            let posted = cast.story.submit(&cast.hill, letter).await;
            let away = cast
                .story
                .depart(&cast.hill, &posted, json!({ "transport": "AMBULANCE_120" }))
                .await;
            let now = if arrives_first {
                cast.story.arrive(&cast.county, &away, json!({})).await
            } else {
                away
            };
            let accepted = cast.story.accept(&cast.county, &now, json!({})).await;
            assert_eq!(accepted.status, now.status, "it keeps its status");
            let twice = with(
                super::story::on(&accepted),
                cast.story.acceptance(&accepted),
            );
            let answer = cast.story.ask(&cast.county, "acceptReferral", twice).await;
            assert_eq!(answer.code("acceptReferral"), "INVALID_TRANSITION");
        }
    });
}

#[test]
fn a_receiver_without_departments_names_none() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.story.submit(&cast.county, cast.story.down()).await;
        let accepted = cast.story.accept(&cast.hill, &posted, json!({})).await;
        assert_eq!(accepted.status, "ACCEPTED");
    });
}

#[test]
fn a_department_that_the_sender_named_will_do() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let named = json!({ "receiverDepartment": letter::department(w.district().internal.id) });
        let posted = cast
            .story
            .submit(&cast.hill, with(cast.story.up(), named))
            .await;
        let accepted = cast
            .story
            .accept(&cast.county, &posted, json!({ "department": null }))
            .await;
        assert_eq!(accepted.status, "ACCEPTED");
    });
}

#[test]
fn a_doctor_of_the_department_accepts_and_one_of_another_does_not_see_it() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let named = json!({ "receiverDepartment": letter::department(d.neurology.id) });
        let posted = cast
            .story
            .submit(&cast.hill, with(cast.story.up(), named))
            .await;
        let own = w.client(Role::Clinician, &d.neurology).await;
        let other = w.client(Role::Clinician, &d.internal).await;
        assert!(cast.story.look(&other, &posted).await.is_none());
        let accepted = cast
            .story
            .accept(&own, &posted, json!({ "department": null }))
            .await;
        assert_eq!(accepted.status, "ACCEPTED");
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let posted = cast.bring("SUBMITTED").await;
        let faults = [
            (
                json!({ "department": null }),
                "input.department",
                "REQUIRED",
            ),
            (
                json!({ "department": letter::department(d.herbs_brain.id) }),
                "input.department",
                "UNKNOWN_ID",
            ),
            (
                json!({ "department": letter::department(d.county.id) }),
                "input.department",
                "UNKNOWN_ID",
            ),
            (
                json!({ "practitioner": letter::practitioner(d.hill_doctor.id) }),
                "input.practitioner",
                "UNKNOWN_ID",
            ),
            (json!({ "plannedAt": null }), "input.plannedAt", "REQUIRED"),
            (
                json!({ "plannedAt": letter::moment(&w, -Duration::minutes(1)) }),
                "input.plannedAt",
                "ORDER",
            ),
            (json!({ "note": "" }), "input.note", "REQUIRED"),
            (
                json!({ "occurredAt": letter::moment(&w, Duration::minutes(6)) }),
                "input.occurredAt",
                "ORDER",
            ),
            (
                json!({ "occurredAt": letter::moment(&w, -Duration::seconds(1)) }),
                "input.occurredAt",
                "ORDER",
            ),
        ];
        let good = cast.story.acceptance(&posted);
        cast.refuses_each(&cast.county, "acceptReferral", &posted, good, &faults)
            .await;

        let letter = with(cast.story.up(), json!({ "urgency": "EMERGENCY" }));
        let posted = cast.story.submit(&cast.hill, letter).await;
        let there = cast.story.arrive(&cast.county, &posted, json!({})).await;
        let good = cast.story.acceptance(&there);
        let late = [(
            json!({ "plannedAt": letter::moment(&w, Duration::hours(1)) }),
            "input.plannedAt",
            "NOT_ALLOWED",
        )];
        cast.refuses_each(&cast.county, "acceptReferral", &there, good, &late)
            .await;
    });
}

#[test]
fn the_version_that_was_seen_must_be_the_present_one() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let good = with(super::story::on(&posted), cast.story.acceptance(&posted));
        let old = with(good.clone(), json!({ "version": posted.version + 1 }));
        let answer = cast.story.ask(&cast.county, "acceptReferral", old).await;
        assert_eq!(answer.code("acceptReferral"), "CONFLICT");
        assert_eq!(
            answer.error("acceptReferral")["extensions"]["currentVersion"],
            posted.version
        );
        let none = with(good.clone(), json!({ "version": null }));
        cast.refuses(
            &cast.county,
            "acceptReferral",
            none.clone(),
            "input.version",
            "REQUIRED",
        )
        .await;
        let system = w.client(Role::Integration, &w.district().county).await;
        let accepted = cast.story.tell(&system, "acceptReferral", none).await;
        assert_eq!(accepted.version, 2, "a hospital system may leave it out");
    });
}

#[test]
fn a_referral_is_named_by_id_number_or_external_id() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let hill = letter::institution(w.district().hill.id);
        for (place, external) in ["HIS-1", "HIS-2", "转诊-𠮷"].into_iter().enumerate() {
            let letter = with(cast.story.up(), json!({ "externalId": external }));
            let posted = cast.story.submit(&cast.system, letter).await;
            let key = match place {
                0 => json!({ "id": posted.id }),
                1 => json!({ "number": posted.number }),
                _ => json!({ "external": { "institution": hill, "id": external } }),
            };
            let mut input = with(super::story::on(&posted), cast.story.acceptance(&posted));
            input["referral"] = key;
            let accepted = cast.story.tell(&cast.county, "acceptReferral", input).await;
            assert_eq!(accepted.id, posted.id);
        }
    });
}
