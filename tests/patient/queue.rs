//! The queue of registrations that disagree with the record.

use entity::{
    audit,
    enums::{Action, AuditOutcome, Role},
    patient_conflict,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use super::{register, registered, with};
use crate::{
    harness::{World, both, canary::Patient, client::Client},
    referral::story::Story,
};

/// What is asked of the queue.
const QUEUE: &str = "query Queue($decided: Boolean, $first: Int, $after: String) {
  patientConflicts(decided: $decided, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node {
    id version patientId provisionalId differs decision note institution { name } keeper { name }
    given { name birthDate idNumber phone } recorded { name birthDate idNumber phone } } } } }";

/// The conflicts that wait for somebody.
pub async fn waiting(by: &Client) -> Vec<Value> {
    let answer = by.call(QUEUE, json!({})).await.ok();
    let edges = answer.data("patientConflicts.edges").as_array().cloned();
    let nodes = edges.unwrap_or_default().into_iter();
    let nodes: Vec<Value> = nodes.map(|edge| edge["node"].clone()).collect();
    assert_eq!(
        answer.data("patientConflicts.totalCount"),
        &json!(nodes.len())
    );
    nodes
}

/// A registration that says another name of the same certificate.
pub fn another_name(patient: &Patient) -> Value {
    with(&patient.input(), "/name", json!("李龘四"))
}

#[test]
fn a_refused_registration_waits_once_for_both_offices() {
    both(async |w| {
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        let lake = w.client(Role::Clinician, &d.lake).await;
        let patient = Patient::nth(101);
        let id = registered(&hill, &patient.input()).await;
        let wrong = another_name(&patient);
        for _ in 0..3 {
            let answer = register(&lake, &wrong).await;
            assert_eq!(answer.problems(), [("input.name", "PATIENT_MISMATCH")]);
        }
        let rows = patient_conflict::Entity::find().count(w.app.db.reader());
        assert_eq!(rows.await.expect("conflicts can be counted"), 1);
        let keeper = waiting(&w.client(Role::Coordinator, &d.hill).await).await;
        let giver = waiting(&w.client(Role::InstitutionAdmin, &d.lake).await).await;
        let system = waiting(&w.client(Role::Integration, &d.lake).await).await;
        assert_eq!((keeper.len(), giver.len(), system.len()), (1, 1, 1));
        for seen in [&keeper[0], &giver[0]] {
            assert_eq!(seen["patientId"], json!(id));
            assert_eq!(seen["differs"], json!(["NAME"]));
            assert_eq!(seen["provisionalId"], Value::Null);
            assert_eq!(seen["given"]["name"], "李龘四");
            assert_eq!(seen["given"]["birthDate"], patient.birth_date.to_string());
            assert_eq!(seen["institution"]["name"], d.lake.name);
            assert_eq!(seen["keeper"]["name"], d.hill.name);
            let text = seen.to_string();
            assert!(
                !text.contains(&patient.number) && !text.contains(&patient.phone),
                "{text}"
            );
        }
        // Whose certificate it is is told to whoever registered it, not to whoever has it in its hands.
        assert_eq!(keeper[0]["recorded"]["name"], json!(patient.name));
        assert!(!giver[0]["recorded"].to_string().contains(&patient.name));
        assert_eq!(giver[0]["recorded"]["birthDate"], Value::Null);
        let others = waiting(&w.client(Role::Coordinator, &d.county).await).await;
        assert!(others.is_empty());
        let denied = audit::Entity::find()
            .filter(audit::Column::Action.eq(Action::RegisterPatient))
            .filter(audit::Column::Outcome.eq(AuditOutcome::Denied))
            .count(w.app.db.reader());
        assert_eq!(denied.await.expect("the audit can be counted"), 3);
    });
}

#[test]
fn what_was_given_is_encrypted_at_rest() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let patient = Patient::nth(102);
        registered(&hill, &patient.input()).await;
        register(&hill, &another_name(&patient)).await;
        let row = only(&w).await;
        let given = String::from_utf8_lossy(&row.given).into_owned();
        assert!(!given.contains("李龘四") && !given.contains(&patient.number));
    });
}

async fn only(w: &World) -> patient_conflict::Model {
    let rows = patient_conflict::Entity::find()
        .all(w.app.db.reader())
        .await;
    let mut rows = rows.expect("conflicts can be read");
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

#[test]
fn a_refused_referral_waits_too_and_an_emergency_brings_who_stands_in() {
    both(async |w| {
        let (story, d) = (Story::of(&w), w.district());
        let hill = w.client(Role::Clinician, &d.hill).await;
        let station = w.client(Role::Clinician, &d.lake_station).await;
        let mut letter = story.up();
        let known = letter["patient"]["register"].clone();
        registered(&station, &known).await;
        letter["patient"]["register"]["name"] = json!("王龘五");
        let refused = story.ask(&hill, "submitReferral", letter.clone()).await;
        assert_eq!(refused.code("submitReferral"), "CONFLICT");
        let office = w.client(Role::Coordinator, &d.hill).await;
        assert_eq!(waiting(&office).await.len(), 1);

        let mut emergency = story.emergency();
        emergency["patient"] = letter["patient"].clone();
        story.submit(&hill, emergency).await;
        // The same disagreement is the same conflict; now somebody stands in.
        let queue = waiting(&office).await;
        assert_eq!(queue.len(), 1);
        assert!(queue[0]["provisionalId"].is_string());
        assert_eq!(queue[0]["version"], 2);
        // The station's record is also looked after by the health centre that manages the station.
        let centre = waiting(&w.client(Role::Coordinator, &d.lake).await).await;
        assert_eq!(centre.len(), 1);
        assert_eq!(centre[0]["recorded"]["name"], known["name"]);
    });
}

#[test]
fn pages_follow_each_other_and_roles_are_asked() {
    both(async |w| {
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        for n in 103..108 {
            registered(&hill, &Patient::nth(n).input()).await;
            register(&hill, &another_name(&Patient::nth(n))).await;
            w.wait(chrono::Duration::seconds(1));
        }
        let office = w.client(Role::Coordinator, &d.hill).await;
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let answer = office
                .call(QUEUE, json!({ "first": 2, "after": after }))
                .await
                .ok();
            let edges = answer.data("patientConflicts.edges").as_array().cloned();
            seen.extend(
                edges
                    .unwrap_or_default()
                    .iter()
                    .map(|edge| edge["node"]["id"].to_string()),
            );
            if answer.data("patientConflicts.pageInfo.hasNextPage") == false {
                break;
            }
            after = answer.data("patientConflicts.pageInfo.endCursor").clone();
        }
        assert_eq!(seen.len(), 5);
        let mut sorted = seen.clone();
        sorted.sort();
        assert_eq!(seen, sorted);
        for (role, code) in [
            (Role::Clinician, "FORBIDDEN"),
            (Role::Technician, "FORBIDDEN"),
        ] {
            let answer = w.client(role, &d.hill).await.call(QUEUE, json!({})).await;
            assert_eq!(answer.code("patientConflicts"), code);
        }
        let bad = office.call(QUEUE, json!({ "after": "nonsense" })).await;
        assert_eq!(bad.problems(), [("after", "FORMAT")]);
    });
}
