//! A woman is carried into a hospital at night that has nothing to do with her; what it looked at is reviewed next day.

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::super::{letter, story::Story};
use crate::harness::{
    both,
    canary::Patient,
    client::{Answer, Client},
    people::Place,
};

async fn open(by: &Client, patient: &Patient) -> Answer {
    let certificate = json!({ "kind": "RESIDENT_ID_CARD", "number": patient.number });
    let input = json!({ "patient": { "certificate": certificate }, "reason": "EMERGENCY", "text": "昏迷送入，需了解既往用药" });
    let document = "mutation Open($input: OpenPatientInput!) { openPatient(input: $input) { patient { id name } } }";
    by.call(document, json!({ "input": input })).await.ok()
}

async fn opened(by: &Client) -> Vec<Value> {
    let document = "{ breakGlassEvents(first: 10) { edges { node { id patientId openedAt until verdict } } } }";
    let answer = by.ask(document).await.ok();
    let edges = answer.data("breakGlassEvents.edges").as_array().cloned();
    let nodes = edges.unwrap_or_default().into_iter();
    nodes.map(|edge| edge["node"].clone()).collect()
}

#[test]
fn the_glass_is_broken_at_night_and_reviewed_next_day() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        let night_doctor = w.client(Role::Clinician, &d.herbs_emergency).await;
        let day_doctor = w.client(Role::Clinician, &d.herbs).await;
        let security = w.client(Role::SecurityAdmin, Place::INSTALLATION).await;
        let auditor = w.client(Role::Auditor, Place::INSTALLATION).await;

        // By day her health centre sent her to the county hospital.
        let woman = story.patient();
        let posted = story.submit(&hill, letter::up(&w, &woman)).await;

        // At night she is carried into the other hospital, unconscious, her card in her bag.
        w.wait(Duration::hours(15));
        assert!(story.look(&night_doctor, &posted).await.is_none());
        let answer = open(&night_doctor, &woman).await;
        assert_eq!(answer.text_at("openPatient.patient.name"), woman.name);
        let id = answer.text_at("openPatient.patient.id").to_owned();
        let document = "query Look($id: ID!) { patient(id: $id) { referrals(first: 5) { edges { node { number clinical { presentIllness } } } } } }";
        let seen = night_doctor.call(document, json!({ "id": id })).await.ok();
        assert_eq!(
            seen.text_at("patient.referrals.edges.0.node.number"),
            posted.number
        );
        assert_eq!(
            seen.text_at("patient.referrals.edges.0.node.clinical.presentIllness"),
            "左侧肢体麻木三日，无头痛呕吐"
        );

        // In the morning it is closed again, and was never open to the colleague.
        w.wait(Duration::hours(8));
        assert!(story.look(&night_doctor, &posted).await.is_none());
        assert!(story.look(&day_doctor, &posted).await.is_none());

        // The security administrator finds it in the list, asks, and says that there was need; the auditor sees both.
        let events = opened(&security).await;
        assert_eq!((events.len(), &events[0]["patientId"]), (1, &json!(id)));
        let said = json!({ "event": events[0]["id"], "version": 1, "verdict": "JUSTIFIED", "note": "抢救记录属实" });
        let review = "mutation Review($input: ReviewBreakGlassInput!) { reviewBreakGlass(input: $input) { replayed } }";
        let _ = security.call(review, json!({ "input": said })).await.ok();
        let events = opened(&auditor).await;
        assert_eq!(events[0]["verdict"], "JUSTIFIED");
        let accesses = "query Accesses($key: PatientKey!) { patientAccesses(patient: $key, purpose: QUALITY_REVIEW) { edges { node { action basis } } } }";
        let list = auditor
            .call(accesses, json!({ "key": { "id": id } }))
            .await
            .ok();
        let list = list.data("patientAccesses.edges").to_string();
        assert!(
            list.contains("OPEN_PATIENT") && list.contains("BREAK_GLASS"),
            "{list}"
        );
    });
}
