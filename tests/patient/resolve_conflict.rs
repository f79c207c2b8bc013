//! Deciding about a registration that disagrees with the record.

use entity::{enums::Role, event};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use super::{
    SEEN, look,
    queue::{another_name, waiting},
    register, registered, with,
};
use crate::{
    harness::{
        World, both,
        canary::Patient,
        client::{Answer, Client},
    },
    referral::story::{Story, Told},
};

async fn decide(by: &Client, input: Value) -> Answer {
    let document = format!(
        "mutation Decide($input: ResolvePatientConflictInput!) {{ resolvePatientConflict(input: $input) {{ replayed patient {{ {SEEN} }} }} }}"
    );
    by.call(&document, json!({ "input": input })).await
}

/// An emergency posted by `lake` with another name than the record that `hill` registered.
struct Case {
    hill: Client,
    lake: Client,
    office: Client,
    patient: Patient,
    record: String,
    posted: Told,
    letter: Value,
    conflict: Value,
}

async fn case(w: &World, n: u32) -> Case {
    let (story, d) = (Story::of(w), w.district());
    let hill = w.client(Role::Clinician, &d.hill).await;
    let lake = w.client(Role::Clinician, &d.lake).await;
    let patient = Patient::nth(n);
    let record = registered(&hill, &patient.input()).await;
    let mut letter = story.emergency();
    letter["externalId"] = json!("HIS-7");
    letter["patient"] = json!({ "register": another_name(&patient) });
    let posted = story.submit(&lake, letter.clone()).await;
    let office = w.client(Role::Coordinator, &d.lake).await;
    let conflict = waiting(&office).await.remove(0);
    Case {
        hill,
        lake,
        office,
        patient,
        record,
        posted,
        letter,
        conflict,
    }
}

impl Case {
    fn decision(&self, decision: &str) -> Value {
        json!({ "conflict": self.conflict["id"], "version": self.conflict["version"], "decision": decision })
    }

    fn stands_in(&self) -> &str {
        self.conflict["provisionalId"]
            .as_str()
            .expect("somebody stands in")
    }

    /// The patient of the referral, as the sender sees it.
    async fn patient_of_referral(&self) -> Value {
        let document = "query Look($by: ReferralKey!) { referral(by: $by) { patient { id name provisional masked } } }";
        let by = json!({ "by": { "id": self.posted.id } });
        let answer = self.lake.call(document, by).await.ok();
        answer.data("referral.patient").clone()
    }
}

#[test]
fn the_record_is_kept() {
    both(async |w| {
        let case = case(&w, 111).await;
        let before = look(&case.hill, &case.record).await;
        let answer = decide(&case.office, case.decision("KEEP_RECORD"))
            .await
            .ok();
        assert_eq!(
            answer.text_at("resolvePatientConflict.patient.id"),
            case.record
        );
        // The referral is of the record's patient now, in a treating relation as before.
        let seen = case.patient_of_referral().await;
        assert_eq!(
            seen,
            json!({ "id": case.record, "name": case.patient.name, "provisional": false, "masked": false })
        );
        assert_eq!(
            look(&case.lake, case.stands_in()).await["id"],
            json!(case.record)
        );
        assert_eq!(look(&case.hill, &case.record).await["name"], before["name"]);
        assert!(waiting(&case.office).await.is_empty());
        // Posted again, the same data mean the record: it was decided. So does a replay.
        let story = Story::of(&w);
        assert!(story.submit(&case.lake, case.letter.clone()).await.replayed);
        let again = register(&case.lake, &another_name(&case.patient))
            .await
            .ok();
        assert_eq!(again.text_at("registerPatient.patient.id"), case.record);
        // The same decision again is a replay, another is too late.
        let replay = decide(&case.office, case.decision("KEEP_RECORD"))
            .await
            .ok();
        assert_eq!(replay.data("resolvePatientConflict.replayed"), true);
        let late = decide(&case.office, case.decision("SEPARATE")).await;
        assert_eq!(late.code("resolvePatientConflict"), "INVALID_TRANSITION");
    });
}

#[test]
fn the_record_is_corrected_and_keeps_what_it_said_in_the_event() {
    both(async |w| {
        let case = case(&w, 112).await;
        let keeper = w.client(Role::InstitutionAdmin, &w.district().hill).await;
        let answer = decide(&keeper, case.decision("CORRECT_RECORD")).await.ok();
        assert_eq!(
            answer.text_at("resolvePatientConflict.patient.id"),
            case.record
        );
        assert_eq!(case.patient_of_referral().await["name"], "李龘四");
        let found = register(&case.lake, &another_name(&case.patient))
            .await
            .ok();
        assert_eq!(found.text_at("registerPatient.patient.id"), case.record);
        let events = event::Entity::find().all(w.app.db.reader()).await;
        let events = events.expect("events can be read");
        let old = events
            .iter()
            .find(|event| event.detail["before"]["name"] == json!(case.patient.name));
        assert!(old.is_some(), "the old name is in no event");
        assert!(
            !events
                .iter()
                .any(|event| event.detail.to_string().contains(&case.patient.number))
        );
        // The old name disagrees now.
        let old = register(&case.hill, &case.patient.input()).await;
        assert_eq!(old.problems(), [("input.name", "PATIENT_MISMATCH")]);
        assert_eq!(waiting(&keeper).await.len(), 1);
    });
}

#[test]
fn two_people_stay_two_and_do_not_share_the_certificate() {
    both(async |w| {
        let case = case(&w, 113).await;
        let answer = decide(&case.office, case.decision("SEPARATE")).await.ok();
        let patient = |field: &str| {
            answer
                .data(&format!("resolvePatientConflict.patient.{field}"))
                .clone()
        };
        assert_eq!(patient("id"), case.stands_in());
        assert_eq!(patient("provisional"), false);
        assert_eq!(patient("idNumber"), Value::Null);
        assert_eq!(case.patient_of_referral().await["name"], "李龘四");
        assert!(look(&case.lake, &case.record).await.is_null());
        // Whoever posts it again means the other one.
        assert!(
            Story::of(&w)
                .submit(&case.lake, case.letter.clone())
                .await
                .replayed
        );
        let again = register(&case.lake, &another_name(&case.patient))
            .await
            .ok();
        assert_eq!(
            again.text_at("registerPatient.patient.id"),
            case.stands_in()
        );
    });
}

#[test]
fn a_refused_sender_posts_again_once_it_is_decided() {
    both(async |w| {
        let (story, d) = (Story::of(&w), w.district());
        let hill = w.client(Role::Clinician, &d.hill).await;
        let county = w.client(Role::Clinician, &d.county).await;
        let mut letter = story.up();
        let record = registered(&county, &letter["patient"]["register"]).await;
        letter["patient"]["register"]["name"] = json!("李龘四");
        let refused = story.ask(&hill, "submitReferral", letter.clone()).await;
        assert_eq!(refused.code("submitReferral"), "CONFLICT");
        let office = w.client(Role::Coordinator, &d.county).await;
        let conflict = waiting(&office).await.remove(0);
        let input = json!({ "conflict": conflict["id"], "version": 1, "decision": "KEEP_RECORD", "note": "电话核实" });
        let _ = decide(&office, input).await.ok();
        let posted = story.submit(&hill, letter).await;
        let document = "query Look($by: ReferralKey!) { referral(by: $by) { patient { id } } }";
        let seen = hill
            .call(document, json!({ "by": { "id": posted.id } }))
            .await
            .ok();
        assert_eq!(seen.text_at("referral.patient.id"), record);
    });
}

#[test]
fn who_and_what_cannot_decide_is_refused() {
    both(async |w| {
        let case = case(&w, 114).await;
        let d = w.district();
        let good = case.decision("KEEP_RECORD");
        let events = async || {
            event::Entity::find()
                .count(w.app.db.reader())
                .await
                .expect("events can be counted")
        };
        let before = events().await;
        for (client, code) in [
            (w.client(Role::Clinician, &d.lake).await, "FORBIDDEN"),
            (w.client(Role::Coordinator, &d.county).await, "NOT_FOUND"),
            (w.client(Role::Coordinator, &d.neurology).await, "NOT_FOUND"),
        ] {
            assert_eq!(
                decide(&client, good.clone())
                    .await
                    .code("resolvePatientConflict"),
                code
            );
        }
        let nobody = "cnf_01h455vb4pex5vsknk084sn02q";
        for (field, value, code, problems) in [
            (
                "/version",
                Value::Null,
                "INVALID_INPUT",
                vec![("input.version", "REQUIRED")],
            ),
            (
                "/version",
                json!(9),
                "CONFLICT",
                vec![("input.version", "VERSION")],
            ),
            (
                "/note",
                json!(" "),
                "INVALID_INPUT",
                vec![("input.note", "REQUIRED")],
            ),
            (
                "/note",
                json!("长".repeat(501)),
                "INVALID_INPUT",
                vec![("input.note", "TOO_LONG")],
            ),
            (
                "/conflict",
                json!("cnf_x"),
                "INVALID_INPUT",
                vec![("input.conflict", "FORMAT")],
            ),
            (
                "/conflict",
                json!(case.record),
                "INVALID_INPUT",
                vec![("input.conflict", "WRONG_TYPE")],
            ),
            ("/conflict", json!(nobody), "NOT_FOUND", vec![]),
        ] {
            let answer = decide(&case.office, with(&good, field, value.clone())).await;
            assert_eq!(
                answer.code("resolvePatientConflict"),
                code,
                "{field} {value}"
            );
            assert_eq!(answer.problems(), problems, "{field} {value}");
        }
        assert_eq!(events().await, before);
        // A hospital system needs not say which version it saw.
        let system = w.client(Role::Integration, &d.lake).await;
        let _ = decide(&system, with(&good, "/version", Value::Null))
            .await
            .ok();
    });
}
