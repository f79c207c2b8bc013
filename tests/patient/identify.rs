//! Saying who an unidentified patient or a newborn is.

use entity::{enums::Role, event};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use super::{look, merge::call, queue::waiting, registered, with};
use crate::{
    harness::{both, canary::Patient},
    referral::story::Story,
};

fn nobody() -> Value {
    json!({ "sex": "UNKNOWN", "unidentified": true, "name": "无名男童" })
}

#[test]
fn an_unidentified_patient_gets_an_identity() {
    both(async |w| {
        let story = Story::of(&w);
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let office = w.client(Role::Coordinator, &w.district().hill).await;
        let mut letter = story.emergency();
        letter["externalId"] = json!("HIS-1");
        letter["patient"] = json!({ "register": nobody() });
        let posted = story.submit(&hill, letter.clone()).await;
        let document = "query Look($by: ReferralKey!) { referral(by: $by) { patient { id } } }";
        let seen = hill
            .call(document, json!({ "by": { "id": posted.id } }))
            .await
            .ok();
        let id = seen.text_at("referral.patient.id").to_owned();

        let patient = Patient::nth(131);
        let input = json!({ "patient": id, "version": 1, "identity": patient.input() });
        let answer = call(&office, "identifyPatient", input.clone()).await.ok();
        assert_eq!(answer.text_at("identifyPatient.patient.id"), id);
        assert_eq!(answer.data("identifyPatient.patient.identified"), true);
        let seen = look(&hill, &id).await;
        assert_eq!(
            (&seen["name"], &seen["sex"]),
            (&json!(patient.name), &json!(patient.sex))
        );
        // Found by the certificate from now on, and the first post is still known again.
        assert_eq!(registered(&hill, &patient.input()).await, id);
        assert!(story.submit(&hill, letter).await.replayed);
        let events = event::Entity::find()
            .all(w.app.db.reader())
            .await
            .expect("events can be read");
        let kept = events
            .iter()
            .find(|event| event.detail["before"]["name"] == "无名男童");
        assert!(kept.is_some(), "what was guessed is in no event");
        // Again: a replay; with something else it is too late.
        let replay = call(&office, "identifyPatient", input.clone()).await.ok();
        assert_eq!(replay.data("identifyPatient.replayed"), true);
        let other = with(&input, "/identity", Patient::nth(132).input());
        let late = call(
            &office,
            "identifyPatient",
            with(&other, "/version", json!(2)),
        )
        .await;
        assert_eq!(late.code("identifyPatient"), "INVALID_TRANSITION");
    });
}

#[test]
fn a_newborn_gets_a_certificate() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let office = w.client(Role::InstitutionAdmin, &w.district().hill).await;
        let newborn = json!({ "name": "王龘之女", "sex": "FEMALE", "birthDate": "2026-02-28" });
        let id = registered(&hill, &newborn).await;
        let passport = json!({ "kind": "PASSPORT", "number": "E12345678" });
        let named = json!({ "name": "王龘小", "sex": "FEMALE", "birthDate": "2026-02-28", "certificate": passport });
        let input = json!({ "patient": id, "version": 1, "identity": named });
        let answer = call(&office, "identifyPatient", input).await.ok();
        assert_eq!(answer.number_at("identifyPatient.patient.version"), 2);
        assert_eq!(registered(&hill, &named).await, id);
    });
}

#[test]
fn somebody_on_record_is_merged_into_it_where_the_input_says_so() {
    both(async |w| {
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.hill).await;
        let own = Patient::nth(133);
        let record = registered(&hill, &own.input()).await;
        let elsewhere = Patient::nth(134);
        registered(
            &w.client(Role::Clinician, &d.lake).await,
            &elsewhere.input(),
        )
        .await;
        let id = registered(&hill, &nobody()).await;
        let input =
            |patient: &Patient| json!({ "patient": id, "version": 1, "identity": patient.input() });

        let refused = call(&office, "identifyPatient", input(&own)).await;
        assert_eq!(refused.code("identifyPatient"), "DUPLICATE");
        assert_eq!(
            refused.error("identifyPatient")["extensions"]["existing"],
            json!(record)
        );
        // Whoever does not see the record is not told which.
        let refused = call(&office, "identifyPatient", input(&elsewhere)).await;
        assert_eq!(refused.code("identifyPatient"), "DUPLICATE");
        assert!(refused.error("identifyPatient")["extensions"]["existing"].is_null());

        let merging = with(&input(&own), "/mergeIfKnown", json!(true));
        let answer = call(&office, "identifyPatient", merging.clone()).await.ok();
        assert_eq!(answer.text_at("identifyPatient.patient.id"), record);
        assert_eq!(look(&hill, &id).await["id"], json!(record));
        let replay = call(&office, "identifyPatient", merging).await.ok();
        assert_eq!(replay.data("identifyPatient.replayed"), true);
        assert_eq!(replay.text_at("identifyPatient.patient.id"), record);
    });
}

#[test]
fn a_record_that_disagrees_is_a_conflict_for_the_queue() {
    both(async |w| {
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.hill).await;
        let patient = Patient::nth(135);
        registered(&hill, &patient.input()).await;
        let id = registered(&hill, &nobody()).await;
        let wrong = with(&patient.input(), "/name", json!("李龘四"));
        let input = json!({ "patient": id, "version": 1, "identity": wrong, "mergeIfKnown": true });
        let refused = call(&office, "identifyPatient", input).await;
        assert_eq!(refused.code("identifyPatient"), "CONFLICT");
        assert_eq!(
            refused.problems(),
            [("input.identity.name", "PATIENT_MISMATCH")]
        );
        let queue = waiting(&office).await;
        assert_eq!(queue.len(), 1);
        assert_eq!(queue[0]["provisionalId"], json!(id));
        assert_eq!(look(&hill, &id).await["identified"], false);
    });
}

#[test]
fn who_and_what_cannot_is_refused() {
    both(async |w| {
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.hill).await;
        let id = registered(&hill, &nobody()).await;
        let known = registered(&hill, &Patient::nth(136).input()).await;
        let good = json!({ "patient": id, "version": 1, "identity": Patient::nth(137).input() });
        let events = async || {
            event::Entity::find()
                .count(w.app.db.reader())
                .await
                .expect("events can be counted")
        };
        let before = events().await;
        let stranger = w.client(Role::Coordinator, &d.lake).await;
        for (by, field, value, code, problems) in [
            (&hill, "/version", json!(1), "FORBIDDEN", vec![]),
            (&stranger, "/version", json!(1), "NOT_FOUND", vec![]),
            (
                &office,
                "/version",
                Value::Null,
                "INVALID_INPUT",
                vec![("input.version", "REQUIRED")],
            ),
            (
                &office,
                "/version",
                json!(5),
                "CONFLICT",
                vec![("input.version", "VERSION")],
            ),
            (
                &office,
                "/patient",
                json!(known),
                "INVALID_TRANSITION",
                vec![],
            ),
            (
                &office,
                "/patient",
                json!("pat_"),
                "INVALID_INPUT",
                vec![("input.patient", "FORMAT")],
            ),
            (
                &office,
                "/identity/name",
                json!(" "),
                "INVALID_INPUT",
                vec![("input.identity.name", "REQUIRED")],
            ),
            (
                &office,
                "/identity/certificate/number",
                json!("1"),
                "INVALID_INPUT",
                vec![("input.identity.certificate.number", "FORMAT")],
            ),
            (
                &office,
                "/identity",
                nobody(),
                "INVALID_INPUT",
                vec![("input.identity.unidentified", "NOT_ALLOWED")],
            ),
        ] {
            let answer = call(by, "identifyPatient", with(&good, field, value.clone())).await;
            assert_eq!(answer.code("identifyPatient"), code, "{field} {value}");
            assert_eq!(answer.problems(), problems, "{field} {value}");
        }
        assert_eq!(events().await, before);
    });
}
