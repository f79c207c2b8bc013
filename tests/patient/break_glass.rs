//! Break-glass 应急调阅: opening a patient in need, and the review of it.

use chrono::Duration;
use entity::{
    audit,
    enums::{Action, Role},
    event,
};
use futures::future::join_all;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use super::{SEEN, look, registered, with};
use crate::{
    harness::{
        World, both,
        canary::Patient,
        client::{Answer, Client},
        people::Place,
    },
    order::cast::{Cast, Told as Ordered, findings},
    referral::story::{Story, Told, document},
};

/// Opens a patient, whatever comes of it.
pub async fn open(by: &Client, input: Value) -> Answer {
    let document = format!(
        "mutation Open($input: OpenPatientInput!) {{ openPatient(input: $input) {{ replayed patient {{ {SEEN} }} }} }}"
    );
    by.call(&document, json!({ "input": input })).await
}

/// What is said who opens a patient by the certificate.
pub fn need(patient: &Patient) -> Value {
    let certificate = json!({ "kind": "RESIDENT_ID_CARD", "number": patient.number });
    json!({ "patient": { "certificate": certificate }, "reason": "EMERGENCY", "text": "昏迷送入，需了解既往用药" })
}

/// What was opened, as a reviewer sees it.
pub async fn opened(by: &Client) -> Vec<Value> {
    let document = "query Opened { breakGlassEvents(first: 10) { totalCount edges { node {
      id version accountId accountName patientId reason text openedAt until verdict reviewNote reviewedAt institution { name } } } } }";
    let answer = by.ask(document).await.ok();
    let edges = answer.data("breakGlassEvents.edges").as_array().cloned();
    let nodes = edges.unwrap_or_default().into_iter();
    nodes.map(|edge| edge["node"].clone()).collect()
}

/// Says what a review found.
pub async fn review(by: &Client, input: Value) -> Answer {
    let document = "mutation Review($input: ReviewBreakGlassInput!) { reviewBreakGlass(input: $input) { replayed event { verdict reviewNote version } } }";
    by.call(document, json!({ "input": input })).await
}

/// The referrals that the patient's own list shows, with what is said of the illness.
async fn referrals(by: &Client, id: &str) -> Vec<Value> {
    let document =
        "query List($id: ID!) { patient(id: $id) { referrals(first: 5) { totalCount edges { node {
      id headerOnly diagnoses { text } availableActions { action } patient { id masked } } } } } }";
    let answer = by.call(document, json!({ "id": id })).await.ok();
    let edges = answer.data("patient.referrals.edges").as_array().cloned();
    let nodes: Vec<Value> = edges
        .unwrap_or_default()
        .into_iter()
        .map(|edge| edge["node"].clone())
        .collect();
    assert_eq!(
        answer.data("patient.referrals.totalCount"),
        &json!(nodes.len())
    );
    nodes
}

/// A patient sent by `hill` to `county`, and a clinician of `herbs`, who has nothing to do with either.
struct Case {
    hill: Client,
    herbs: Client,
    patient: Patient,
    id: String,
    posted: Told,
}

async fn case(w: &World) -> Case {
    let (story, d) = (Story::of(w), w.district());
    let hill = w.client(Role::Clinician, &d.hill).await;
    let herbs = w.client(Role::Clinician, &d.herbs).await;
    let patient = story.patient();
    let id = registered(&hill, &patient.input()).await;
    let posted = story
        .submit(&hill, crate::referral::letter::up(w, &patient))
        .await;
    Case {
        hill,
        herbs,
        patient,
        id,
        posted,
    }
}

#[test]
fn it_opens_the_patient_and_their_referrals_to_the_account_alone_for_three_hours() {
    both(async |w| {
        let case = case(&w).await;
        let colleague = w.client(Role::Clinician, &w.district().herbs).await;
        assert!(look(&case.herbs, &case.id).await.is_null());
        let answer = open(&case.herbs, need(&case.patient)).await.ok();
        let seen = answer.data("openPatient.patient").clone();
        assert_eq!(
            (&seen["id"], &seen["name"]),
            (&json!(case.id), &json!(case.patient.name))
        );
        assert_eq!(seen["masked"], false);
        assert!(seen["birthDate"].is_string());

        let story = Story::of(&w);
        w.wait(Duration::minutes(179));
        assert_eq!(
            look(&case.herbs, &case.id).await["name"],
            json!(case.patient.name)
        );
        let rows = referrals(&case.herbs, &case.id).await;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0]["diagnoses"][0]["text"], "脑梗死");
        assert_eq!(rows[0]["availableActions"], json!([]));
        assert_eq!(
            rows[0]["patient"],
            json!({ "id": case.id, "masked": false })
        );
        assert!(story.look(&case.herbs, &case.posted).await.is_some());
        // To nobody else there, and to the last minute.
        assert!(look(&colleague, &case.id).await.is_null());
        assert!(story.look(&colleague, &case.posted).await.is_none());
        w.wait(Duration::minutes(1));
        assert!(look(&case.herbs, &case.id).await.is_null());
        assert!(story.look(&case.herbs, &case.posted).await.is_none());
    });
}

#[test]
fn it_is_for_reading_alone() {
    both(async |w| {
        let case = case(&w).await;
        // A doctor at the receiver, in a department that has nothing to do with it: by the institution alone the receiver's verbs would be theirs.
        let doctor = w.client(Role::Clinician, &w.district().internal).await;
        let _ = open(&doctor, need(&case.patient)).await.ok();
        let accept = json!({ "referral": { "id": case.posted.id }, "version": 1 });
        let answer = doctor
            .call(&document("acceptReferral"), json!({ "input": accept }))
            .await;
        assert_eq!(answer.code("acceptReferral"), "FORBIDDEN");
        let tag =
            json!({ "patient": case.id, "tag": "STROKE", "startsOn": "2026-01-01", "version": 1 });
        let verb =
            "mutation Tag($input: TagPatientInput!) { tagPatient(input: $input) { replayed } }";
        let answer = doctor.call(verb, json!({ "input": tag })).await;
        assert_eq!(answer.code("tagPatient"), "NOT_FOUND");
        // Nor is the patient in lists of what is one's own.
        let list = "{ referrals { totalCount } }";
        assert_eq!(
            doctor
                .ask(list)
                .await
                .ok()
                .number_at("referrals.totalCount"),
            0
        );
    });
}

#[test]
fn it_is_audited_and_told_and_reviewed() {
    both(async |w| {
        let case = case(&w).await;
        let _ = open(&case.herbs, need(&case.patient)).await.ok();
        look(&case.herbs, &case.id).await;
        let entries = audit::Entity::find()
            .filter(audit::Column::AccountId.eq(case.herbs.account))
            .filter(audit::Column::Basis.eq("BREAK_GLASS"))
            .all(w.app.db.reader())
            .await
            .expect("the audit can be read");
        let actions: Vec<_> = entries.iter().map(|entry| entry.action).collect();
        assert!(actions.contains(&Action::OpenPatient), "{actions:?}");
        assert!(actions.contains(&Action::ReadPatient), "{actions:?}");
        assert!(entries.iter().all(|entry| entry.patients.0.len() == 1));
        let events = event::Entity::find()
            .filter(event::Column::Action.eq(Action::OpenPatient))
            .all(w.app.db.reader())
            .await
            .expect("events can be read");
        assert_eq!(events[0].scopes.0, [api::record::event::INSTALLATION]);

        let security = w.client(Role::SecurityAdmin, Place::INSTALLATION).await;
        let auditor = w.client(Role::Auditor, Place::INSTALLATION).await;
        let seen = opened(&security).await;
        assert_eq!(seen, opened(&auditor).await);
        assert_eq!(seen.len(), 1);
        assert_eq!(seen[0]["patientId"], json!(case.id));
        assert_eq!(seen[0]["reason"], "EMERGENCY");
        assert_eq!(seen[0]["institution"]["name"], w.district().herbs.name);
        assert_eq!(seen[0]["verdict"], Value::Null);
        let good = json!({ "event": seen[0]["id"], "version": 1, "verdict": "UNJUSTIFIED", "note": "当日无接诊记录" });
        for (field, value, code, problems) in [
            (
                "/note",
                Value::Null,
                "INVALID_INPUT",
                vec![("input.note", "REQUIRED")],
            ),
            (
                "/note",
                json!("长".repeat(1_001)),
                "INVALID_INPUT",
                vec![("input.note", "TOO_LONG")],
            ),
            (
                "/version",
                Value::Null,
                "INVALID_INPUT",
                vec![("input.version", "REQUIRED")],
            ),
            (
                "/version",
                json!(4),
                "CONFLICT",
                vec![("input.version", "VERSION")],
            ),
            (
                "/event",
                json!("bgl_"),
                "INVALID_INPUT",
                vec![("input.event", "FORMAT")],
            ),
            (
                "/event",
                json!("bgl_01h455vb4pex5vsknk084sn02q"),
                "NOT_FOUND",
                vec![],
            ),
        ] {
            let answer = review(&security, with(&good, field, value.clone())).await;
            assert_eq!(answer.code("reviewBreakGlass"), code, "{field} {value}");
            assert_eq!(answer.problems(), problems, "{field} {value}");
        }
        assert_eq!(
            review(&case.herbs, good.clone())
                .await
                .code("reviewBreakGlass"),
            "FORBIDDEN"
        );
        let done = review(&security, good.clone()).await.ok();
        assert_eq!(
            done.text_at("reviewBreakGlass.event.verdict"),
            "UNJUSTIFIED"
        );
        assert_eq!(
            review(&security, good)
                .await
                .ok()
                .data("reviewBreakGlass.replayed"),
            true
        );
    });
}

#[test]
fn it_is_throttled_by_account() {
    both(async |w| {
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        let herbs = w.client(Role::Clinician, &d.herbs).await;
        let patients: Vec<Patient> = (141..149).map(Patient::nth).collect();
        for patient in &patients {
            registered(&hill, &patient.input()).await;
        }
        // All at once: five pass, whoever they are.
        let answers = join_all(patients.iter().map(|patient| open(&herbs, need(patient)))).await;
        let passed: Vec<bool> = answers
            .iter()
            .map(|answer| answer.errors().is_empty())
            .collect();
        assert_eq!(passed.iter().filter(|passed| **passed).count(), 5);
        let refused = answers
            .iter()
            .find(|answer| !answer.errors().is_empty())
            .expect("three are refused");
        assert_eq!(refused.code("openPatient"), "RATE_LIMITED");
        assert_eq!(
            refused.error("openPatient")["extensions"]["retryAfter"],
            3_600
        );
        // What is open already may be asked for again; somebody else has an allowance of their own.
        let place = passed.iter().position(|passed| *passed).expect("five pass");
        assert_eq!(
            open(&herbs, need(&patients[place]))
                .await
                .ok()
                .data("openPatient.replayed"),
            true
        );
        let closed = passed
            .iter()
            .position(|passed| !*passed)
            .expect("three are refused");
        let other = w.client(Role::Clinician, &d.herbs).await;
        let _ = open(&other, need(&patients[closed])).await.ok();
        w.wait(Duration::minutes(60));
        let _ = open(&herbs, need(&patients[closed])).await.ok();
    });
}

#[test]
fn a_key_that_names_nobody_tells_nothing_and_guessing_is_stopped() {
    both(async |w| {
        let herbs = w.client(Role::Clinician, &w.district().herbs).await;
        for n in 0..20 {
            let answer = open(&herbs, need(&Patient::nth(150 + n))).await;
            assert_eq!(answer.code("openPatient"), "NOT_FOUND");
            assert!(answer.problems().is_empty());
        }
        let answer = open(&herbs, need(&Patient::nth(171))).await;
        assert_eq!(answer.code("openPatient"), "RATE_LIMITED");
    });
}

#[test]
fn who_and_what_cannot_is_refused() {
    both(async |w| {
        let case = case(&w).await;
        let d = w.district();
        let good = need(&case.patient);
        for role in [Role::Coordinator, Role::InstitutionAdmin, Role::Integration] {
            let answer = open(&w.client(role, &d.herbs).await, good.clone()).await;
            assert_eq!(answer.code("openPatient"), "FORBIDDEN");
        }
        for (field, value, path, code) in [
            ("/text", json!(""), "input.text", "REQUIRED"),
            ("/text", json!("长".repeat(1_001)), "input.text", "TOO_LONG"),
            ("/text", json!("昏\u{7}迷"), "input.text", "CHARACTERS"),
            (
                "/patient",
                json!({ "id": "pat_" }),
                "input.patient.id",
                "FORMAT",
            ),
            (
                "/patient",
                json!({ "id": case.posted.id }),
                "input.patient.id",
                "WRONG_TYPE",
            ),
            (
                "/patient",
                json!({ "healthRecordNumber": " " }),
                "input.patient.healthRecordNumber",
                "REQUIRED",
            ),
            (
                "/patient",
                json!({ "certificate": { "kind": "RESIDENT_ID_CARD", "number": "1" } }),
                "input.patient.certificate.number",
                "FORMAT",
            ),
        ] {
            let answer = open(&case.herbs, with(&good, field, value.clone())).await;
            assert_eq!(answer.problems(), [(path, code)], "{field} {value}");
        }
        let by_id = with(&good, "/patient", json!({ "id": case.id }));
        let _ = open(&case.herbs, by_id).await.ok();
        let admin = w.client(Role::SystemAdmin, Place::INSTALLATION).await;
        let answer = admin.ask("{ breakGlassEvents { totalCount } }").await;
        assert_eq!(answer.code("breakGlassEvents"), "FORBIDDEN");
        assert!(look(&case.hill, &case.id).await["name"].is_string());
    });
}

/// Opens what the patient was examined for: a clinician of another hospital sees the ECG that `hill` asked for and `county` reviewed.
#[test]
fn it_opens_the_orders_and_reports_of_the_patient_too() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let reviewed = cast.bring("REVIEWED", 1).await;
        w.wait(Duration::minutes(1));
        let taken = cast.bring("RECEIVED", 1).await;
        // Of somebody else.
        let other = cast.bring("REVIEWED", 2).await;
        let stranger = &cast.stranger;
        let id = id_of(&w, &reviewed.all["id"]).await;
        assert!(cast.look(stranger, &reviewed).await.is_none());
        let _ = open(stranger, need(&Patient::nth(1))).await.ok();

        w.wait(Duration::minutes(179));
        let seen = orders(stranger, &id, None).await;
        let found: Vec<_> = seen.iter().map(|order| order["id"].clone()).collect();
        assert_eq!(
            found,
            [json!(taken.id), json!(reviewed.id)],
            "the latest first"
        );
        assert_eq!(seen[1]["report"]["conclusion"], findings()["conclusion"]);
        assert_eq!(seen[1]["patient"], json!({ "id": id, "masked": false }));
        assert_eq!(seen[0]["specimens"][0]["barcode"], "B00001");
        assert!(
            seen.iter()
                .all(|order| order["availableActions"] == json!([]))
        );
        let page = orders(stranger, &id, Some(1)).await;
        assert_eq!(page[0]["id"], json!(taken.id));
        for order in [&reviewed, &taken] {
            assert!(cast.look(stranger, order).await.is_some());
        }
        assert!(cast.look(stranger, &other).await.is_none());
        assert_is_for_reading(&cast, &taken).await;
        let colleague = w.client(Role::Clinician, &d.herbs).await;
        assert!(cast.look(&colleague, &reviewed).await.is_none());

        // Who looked, and on what ground.
        let entries = audit::Entity::find()
            .filter(audit::Column::AccountId.eq(stranger.account))
            .filter(audit::Column::Action.eq(Action::ReadOrder))
            .all(w.app.db.reader())
            .await
            .expect("the audit can be read");
        let grounds: Vec<_> = entries.iter().map(|entry| entry.basis.as_deref()).collect();
        assert!(grounds.contains(&Some("BREAK_GLASS")), "{grounds:?}");
        assert!(
            grounds
                .iter()
                .all(|ground| ground.is_none_or(|ground| ground == "BREAK_GLASS"))
        );

        w.wait(Duration::minutes(1));
        for order in [&reviewed, &taken] {
            assert!(
                cast.look(stranger, order).await.is_none(),
                "three hours are over"
            );
        }
        assert!(look(stranger, &id).await.is_null());
    });
}

/// What is open is neither one's own to change nor among what is one's own.
async fn assert_is_for_reading(cast: &Cast, order: &Ordered) {
    let said = json!({ "reason": "误开" });
    let answer = cast.ask(&cast.stranger, "cancelOrder", order, said).await;
    assert_eq!(answer.code("cancelOrder"), "FORBIDDEN");
    let list = cast.stranger.ask("{ orders { totalCount } }").await.ok();
    assert_eq!(list.number_at("orders.totalCount"), 0);
}

/// The id of the patient of an order.
async fn id_of(w: &World, order: &Value) -> String {
    let order = order.as_str().expect("an id");
    let (_, order) = api::id::decode_any(order).expect("an id");
    let row = entity::order::Entity::find_by_id(order)
        .one(w.app.db.reader())
        .await;
    let row = row.expect("orders can be read").expect("there is one");
    let patient = row.patient_id.expect("it is for a patient");
    api::id::encode(api::id::Kind::Patient, patient)
}

/// The orders that the patient's own list shows.
async fn orders(by: &Client, id: &str, first: Option<i32>) -> Vec<Value> {
    let document = "query List($id: ID!, $first: Int) { patient(id: $id) { orders(first: $first) { totalCount edges { node {
      id report { conclusion } specimens { barcode } availableActions { action } patient { id masked } } } } } }";
    let variables = json!({ "id": id, "first": first });
    let answer = by.call(document, variables).await.ok();
    assert_eq!(*answer.data("patient.orders.totalCount"), json!(2));
    let edges = answer.data("patient.orders.edges").as_array().cloned();
    let nodes = edges.unwrap_or_default().into_iter();
    nodes.map(|edge| edge["node"].clone()).collect()
}
