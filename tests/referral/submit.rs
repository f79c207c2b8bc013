//! Post a referral: a new one, or a draft with what was missing.

use api::{error::ProblemCode, referral::required::When};
use chrono::Duration;
use entity::enums::{Role, Side};
use serde_json::{Value, json};

use super::{
    cast::Cast,
    census::census,
    letter::{self, with},
};
use crate::harness::{World, both};

#[test]
fn each_direction_is_posted_and_derived() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let (story, city) = (&cast.story, w.client(Role::Clinician, &d.city).await);
        let station = w.client(Role::Clinician, &d.lake_station).await;
        let letters = [
            (&cast.hill, story.up(), "UP", 1_440),
            (&cast.county, story.down(), "DOWN", 1_440),
            (&cast.county, story.outward(), "OUTWARD", 1_440),
            (&cast.county, story.lateral(), "LATERAL", 1_440),
            (&station, story.emergency(), "UP", 30),
        ];
        for (by, letter, direction, minutes) in letters {
            let before = census(&w).await;
            let posted = story.submit(by, letter).await;
            assert_eq!(
                (posted.status.as_str(), posted.direction.as_str()),
                ("SUBMITTED", direction)
            );
            assert_eq!(posted.version, 1);
            let after = census(&w).await;
            for table in ["referral", "patient", "event", "outbox", "audit"] {
                assert!(after.since(&before, table) >= 1, "{table}");
            }
            assert_eq!(after.since(&before, "referral"), 1);
            let due = due(by, &posted.id).await;
            assert_eq!(due, json!(due_in(&w, minutes)), "{direction}");
        }
        assert!(city.token().is_some());
    });
}

async fn due(by: &crate::harness::client::Client, id: &str) -> Value {
    let document = "query($id: ID!) { referral(by: { id: $id }) { answerDueAt } }";
    let answer = by.call(document, json!({ "id": id })).await.ok();
    answer.data("referral.answerDueAt").clone()
}

fn due_in(w: &World, minutes: i64) -> String {
    let due = w.now() + Duration::minutes(minutes);
    due.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)
}

#[test]
fn a_green_channel_halves_the_time_to_answer() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for (urgency, minutes) in [("EMERGENCY", 15), ("URGENT", 60), ("ROUTINE", 720)] {
            let green = json!({ "urgency": urgency, "greenChannel": "STROKE" });
            let posted = cast
                .story
                .submit(&cast.hill, with(cast.story.up(), green))
                .await;
            assert_eq!(
                due(&cast.hill, &posted.id).await,
                json!(due_in(&w, minutes))
            );
        }
    });
}

#[test]
fn no_clock_runs_against_a_partner_without_account() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let away = json!({ "receiver": letter::institution(w.district().province.id) });
        let posted = cast
            .story
            .submit(&cast.county, with(cast.story.outward(), away))
            .await;
        assert_eq!(due(&cast.county, &posted.id).await, Value::Null);
    });
}

#[test]
fn a_draft_is_posted_with_what_was_missing() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let letter = cast.story.up();
        let draft = json!({ "patient": letter["patient"], "diagnoses": letter["diagnoses"] });
        let draft = cast.story.draft(&cast.hill, draft).await;
        let on = json!({ "draft": { "id": draft.id }, "version": draft.version });
        let missing = cast.story.ask(&cast.hill, "submitReferral", on).await;
        assert_eq!(missing.code("submitReferral"), "INVALID_INPUT");
        for field in [
            "receiver",
            "urgency",
            "senderPhone",
            "consent",
            "clinical.presentIllness",
            "validTo",
        ] {
            let path = format!("input.{field}");
            assert!(
                missing.problems().contains(&(path.as_str(), "REQUIRED")),
                "{field}: {:?}",
                missing.problems()
            );
        }
        let rest = with(letter, json!({ "patient": null, "diagnoses": null }));
        let posted = cast.story.submit_draft(&cast.hill, &draft, rest).await;
        assert_eq!(
            (posted.id.as_str(), posted.version, posted.status.as_str()),
            (draft.id.as_str(), 2, "SUBMITTED")
        );
    });
}

#[test]
fn a_draft_keeps_its_patient_sender_and_external_id() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let draft = cast.bring("DRAFT").await;
        let on = json!({ "draft": { "id": draft.id }, "version": draft.version });
        let changes = [
            (
                json!({ "patient": cast.story.up()["patient"] }),
                "input.patient",
            ),
            (
                json!({ "sender": letter::institution(w.district().hill.id) }),
                "input.sender",
            ),
            (json!({ "externalId": "HIS-1" }), "input.externalId"),
        ];
        for (change, path) in changes {
            let input = with(on.clone(), change);
            cast.refuses(&cast.hill, "submitReferral", input, path, "NOT_ALLOWED")
                .await;
        }
    });
}

#[test]
fn posting_a_draft_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.follows_the_table("submitReferral", Side::Sender, |_| json!({}))
            .await;
    });
}

#[test]
fn only_the_sender_posts_its_draft() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let draft = cast.bring("DRAFT").await;
        let on = json!({ "draft": { "id": draft.id }, "version": draft.version });
        for (client, code) in [
            (&cast.hill_technician, "NOT_FOUND"),
            (&cast.county, "NOT_FOUND"),
            (&cast.stranger, "NOT_FOUND"),
        ] {
            let answer = cast
                .story
                .ask(client, "submitReferral", with(on.clone(), json!({})))
                .await;
            assert_eq!(answer.code("submitReferral"), code);
        }
    });
}

#[test]
fn what_is_required_by_direction_and_urgency_is_named_at_once() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let letter = cast.story.down();
        let bare = json!({ "patient": letter["patient"], "receiver": letter["receiver"], "visitType": "INPATIENT", "urgency": "URGENT" });
        let answer = cast.story.ask(&cast.county, "submitReferral", bare).await;
        let mut named: Vec<_> = answer
            .problems()
            .into_iter()
            .map(|(path, code)| {
                assert_eq!(code, "REQUIRED", "{path}");
                path.trim_start_matches("input.").to_owned()
            })
            .collect();
        named.sort_unstable();
        let mut expected: Vec<_> = api::referral::required::TABLE
            .iter()
            .filter(|(_, when, _)| *when != When::InHouse)
            .map(|row| row.0)
            .filter(|field| !["receiver", "urgency", "visitType"].contains(field))
            .collect();
        expected.sort_unstable();
        assert_eq!(named, expected);
    });
}

#[test]
fn each_required_field_left_out_is_named() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        // What is asked in house alone is told in in_house.rs.
        let rows = api::referral::required::TABLE.iter();
        for (field, _, _) in rows.filter(|(_, when, _)| *when != When::InHouse) {
            let gap = field
                .split('.')
                .rev()
                .fold(Value::Null, |inner, step| json!({ step: inner }));
            let letter = with(cast.story.down(), gap);
            cast.refuses(
                &cast.county,
                "submitReferral",
                letter,
                &format!("input.{field}"),
                ProblemCode::Required.name(),
            )
            .await;
        }
        let letter = with(cast.story.up(), json!({ "patient": null }));
        cast.refuses(
            &cast.hill,
            "submitReferral",
            letter,
            "input.patient",
            "REQUIRED",
        )
        .await;
    });
}

#[test]
fn an_emergency_leaves_out_all_but_five() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let station = w.client(Role::Clinician, &w.district().hill_station).await;
        for field in ["senderPhone", "receiver", "diagnoses", "consent"] {
            let letter = with(cast.story.emergency(), json!({ field: null }));
            cast.refuses(
                &station,
                "submitReferral",
                letter,
                &format!("input.{field}"),
                "REQUIRED",
            )
            .await;
        }
        let unknown = json!({ "patient": { "register": { "name": null, "certificate": null, "birthDate": null, "phone": null, "sex": "UNKNOWN", "unidentified": true } } });
        let posted = cast
            .story
            .submit(&station, with(cast.story.emergency(), unknown.clone()))
            .await;
        assert_eq!(posted.status, "SUBMITTED");
        let planned = with(cast.story.up(), unknown);
        cast.refuses(
            &cast.hill,
            "submitReferral",
            planned,
            "input.patient",
            "NOT_ALLOWED",
        )
        .await;
    });
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, one disagreement a row")]
fn what_disagrees_is_named() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let diagnosis = |code: &str, principal: bool| json!({ "code": code, "text": "脑梗死", "principal": principal });
        let faults = [
            (
                json!({ "reason": "STABLE" }),
                "input.reason",
                "INCONSISTENT",
            ),
            (json!({ "reason": "OTHER" }), "input.reasonText", "REQUIRED"),
            (json!({ "diagnoses": [] }), "input.diagnoses", "REQUIRED"),
            (
                json!({ "diagnoses": [diagnosis("I63.9", false)] }),
                "input.diagnoses",
                "INCONSISTENT",
            ),
            (
                json!({ "diagnoses": [diagnosis("I63.9", true), diagnosis("I10", true)] }),
                "input.diagnoses",
                "INCONSISTENT",
            ),
            (
                json!({ "diagnoses": vec![diagnosis("I63.9", true); 21] }),
                "input.diagnoses",
                "TOO_LARGE",
            ),
            (
                json!({ "diagnoses": [{ "text": "脑梗死", "principal": true }] }),
                "input.diagnoses",
                "REQUIRED",
            ),
            (
                json!({ "diagnoses": [{ "code": "I63.9", "text": "", "principal": true }] }),
                "input.diagnoses[0].text",
                "REQUIRED",
            ),
            (
                json!({ "diagnoses": [{ "system": "TCM_PATTERN", "code": "B04.01", "text": "气虚血瘀证", "principal": true }] }),
                "input.diagnoses",
                "INCONSISTENT",
            ),
            (
                json!({ "consent": { "signer": null } }),
                "input.consent.signer",
                "REQUIRED",
            ),
            (
                json!({ "consent": { "relation": null } }),
                "input.consent.relation",
                "REQUIRED",
            ),
            (
                json!({ "consent": { "at": null } }),
                "input.consent.at",
                "REQUIRED",
            ),
            (
                json!({ "consent": { "at": letter::moment(&w, Duration::minutes(6)) } }),
                "input.consent.at",
                "ORDER",
            ),
            (
                json!({ "consent": { "kind": "EMERGENCY_OVERRIDE" } }),
                "input.consent.overrideReason",
                "REQUIRED",
            ),
            (
                json!({ "validTo": letter::day(&w, -1) }),
                "input.validTo",
                "ORDER",
            ),
            (
                json!({ "validFrom": letter::day(&w, 8) }),
                "input.validTo",
                "ORDER",
            ),
            (
                json!({ "senderPractitioner": letter::practitioner(d.county.id) }),
                "input.senderPractitioner",
                "UNKNOWN_ID",
            ),
            (
                json!({ "senderPractitioner": letter::practitioner(d.river_doctor.id) }),
                "input.senderPractitioner",
                "UNKNOWN_ID",
            ),
            (
                json!({ "receiverPractitioner": letter::practitioner(d.hill_doctor.id) }),
                "input.receiverPractitioner",
                "UNKNOWN_ID",
            ),
            (
                json!({ "receiverDepartment": letter::department(d.river_general.id) }),
                "input.receiverDepartment",
                "UNKNOWN_ID",
            ),
            (
                json!({ "senderDepartment": letter::department(d.neurology.id) }),
                "input.senderDepartment",
                "UNKNOWN_ID",
            ),
            (
                json!({ "assessor": letter::practitioner(d.neurologist.id) }),
                "input.assessor",
                "UNKNOWN_ID",
            ),
            (
                json!({ "receiver": letter::institution(d.neurology.id) }),
                "input.receiver",
                "UNKNOWN_ID",
            ),
        ];
        for (fault, path, code) in faults {
            let letter = with(cast.story.up(), fault);
            cast.refuses(&cast.hill, "submitReferral", letter, path, code)
                .await;
        }
    });
}
