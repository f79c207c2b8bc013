//! The audit trail through the API: what leaves an entry, who reads it, and what is refused while it cannot be written.

use entity::enums::Role;
use reqwest::{Method, StatusCode};
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::harness::{
    World, both,
    canary::Patient,
    client::{Answer, Client},
    people::Place,
};

const REGISTER: &str = "mutation($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id name } replayed } }";
const PATIENT: &str = "query($id: ID!) { patient(id: $id) { name birthDate } }";
const TRAIL: &str = "query($filter: AuditFilter!, $first: Int, $after: String) {
    auditEntries(filter: $filter, first: $first, after: $after) {
        edges { node { id at action outcome code accountId roles scopeKind scopeId subjectKind subjectId patients requestId address note } }
        pageInfo { hasNextPage endCursor }
        totalCount
    }
}";

async fn register(client: &Client, n: u32) -> String {
    let answer = client
        .call(REGISTER, json!({ "input": Patient::nth(n).input() }))
        .await
        .ok();
    answer.text_at("registerPatient.patient.id").to_owned()
}

async fn trail(auditor: &Client, filter: Value) -> Answer {
    auditor.call(TRAIL, json!({ "filter": filter })).await
}

/// Action, outcome and account of the entries, oldest first.
fn entries(answer: &Answer) -> Vec<(String, String, Value)> {
    let edges = answer.data("auditEntries.edges").as_array().cloned();
    let text = |node: &Value, field: &str| node[field].as_str().unwrap_or_default().to_owned();
    edges
        .unwrap_or_default()
        .iter()
        .rev()
        .map(|edge| {
            let node = &edge["node"];
            (
                text(node, "action"),
                text(node, "outcome"),
                node["accountId"].clone(),
            )
        })
        .collect()
}

async fn auditor(w: &World) -> Client {
    w.client(Role::Auditor, Place::INSTALLATION)
        .await
        .that_sees_no_patient()
}

#[test]
fn writing_reading_and_being_refused_leave_one_entry_each() {
    both(async |w| {
        let doctor = w.client(Role::Clinician, &w.district().river).await;
        let stranger = w.client(Role::Clinician, &w.district().lake).await;
        let monitor = w.client(Role::Monitor, &w.district().general).await;
        let auditor = auditor(&w).await;
        let account =
            |client: &Client| json!(::api::id::encode(::api::id::Kind::Account, client.account));

        let patient = register(&doctor, 1).await;
        w.wait(chrono::Duration::seconds(1));
        let read = doctor.call(PATIENT, json!({ "id": patient })).await.ok();
        let request = read.header("x-request-id").to_owned();
        w.wait(chrono::Duration::seconds(1));
        let seen = trail(&auditor, json!({ "patient": patient })).await.ok();
        let done = |action: &str, client| (action.to_owned(), "DONE".to_owned(), account(client));
        assert_eq!(
            entries(&seen),
            [
                done("REGISTER_PATIENT", &doctor),
                done("READ_PATIENT", &doctor)
            ]
        );
        let newest = seen.data("auditEntries.edges.0.node");
        assert_eq!(newest["requestId"], json!(request));
        assert_eq!(newest["patients"], json!([patient]));
        assert_eq!(newest["roles"], json!(["CLINICIAN"]));
        assert_eq!(newest["scopeKind"], "INSTITUTION");
        let river = ::api::id::encode(::api::id::Kind::Institution, w.district().river.id);
        assert_eq!(newest["scopeId"], json!(river));

        for (client, code) in [(&stranger, "NOT_FOUND"), (&monitor, "FORBIDDEN")] {
            w.wait(chrono::Duration::seconds(1));
            client.call(PATIENT, json!({ "id": patient })).await;
            let refused = trail(&auditor, json!({ "account": account(client) }))
                .await
                .ok();
            assert_eq!(
                entries(&refused),
                [(
                    "READ_PATIENT".to_owned(),
                    "DENIED".to_owned(),
                    account(client)
                )]
            );
            assert_eq!(refused.text_at("auditEntries.edges.0.node.code"), code);
        }
        w.wait(chrono::Duration::seconds(1));
        let own = trail(&auditor, json!({ "account": account(&auditor) }))
            .await
            .ok();
        assert_eq!(
            entries(&own),
            [(); 3].map(|()| done("READ_AUDIT", &auditor)),
            "its own reading comes with the next"
        );
    });
}

#[test]
fn only_an_auditor_reads_the_trail() {
    both(async |w| {
        let doctor = w.client(Role::Clinician, &w.district().river).await;
        let answer = trail(&doctor, json!({})).await;
        assert_eq!(answer.code("auditEntries"), "FORBIDDEN");
        assert_eq!(answer.data("auditEntries"), &Value::Null);
        let auditor = auditor(&w).await;
        let denied = trail(&auditor, json!({ "outcome": "DENIED" })).await.ok();
        assert_eq!(
            denied.text_at("auditEntries.edges.0.node.action"),
            "READ_AUDIT"
        );
        assert_eq!(denied.number_at("auditEntries.totalCount"), 1);
    });
}

#[test]
fn every_problem_of_a_filter_is_named_at_once() {
    both(async |w| {
        let auditor = auditor(&w).await;
        let river = ::api::id::encode(::api::id::Kind::Institution, w.district().river.id);
        let variables = json!({
            "filter": {
                "at": { "from": "yesterday", "until": "2026-03-02" },
                "account": "acc_1", "patient": river, "subject": "rabbit",
            },
            "first": 101, "after": "x",
        });
        let answer = auditor.call(TRAIL, variables).await;
        assert_eq!(answer.code("auditEntries"), "INVALID_INPUT");
        let mut problems = answer.problems();
        problems.sort_unstable();
        assert_eq!(
            problems,
            [
                ("after", "FORMAT"),
                ("filter.account", "FORMAT"),
                ("filter.at.from", "FORMAT"),
                ("filter.at.until", "FORMAT"),
                ("filter.patient", "WRONG_TYPE"),
                ("filter.subject", "FORMAT"),
                ("first", "TOO_LARGE"),
            ]
        );
        let backwards =
            json!({ "at": { "from": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z" } });
        let answer = trail(&auditor, backwards).await;
        assert_eq!(answer.problems(), [("filter.at.until", "ORDER")]);
    });
}

#[test]
fn pages_follow_one_another() {
    both(async |w| {
        let doctor = w.client(Role::Clinician, &w.district().river).await;
        let patient = register(&doctor, 1).await;
        for _ in 0..6 {
            w.wait(chrono::Duration::seconds(1));
            let _ = doctor.call(PATIENT, json!({ "id": patient })).await.ok();
        }
        let auditor = auditor(&w).await;
        let (mut after, mut ids) = (Value::Null, Vec::new());
        loop {
            let variables =
                json!({ "filter": { "action": "READ_PATIENT" }, "first": 4, "after": after });
            let page = auditor.call(TRAIL, variables).await.ok();
            assert_eq!(page.number_at("auditEntries.totalCount"), 6);
            let edges = page
                .data("auditEntries.edges")
                .as_array()
                .cloned()
                .unwrap_or_default();
            ids.extend(edges.iter().map(|edge| edge["node"]["id"].to_string()));
            if page.data("auditEntries.pageInfo.hasNextPage") == &json!(false) {
                break;
            }
            after = page.data("auditEntries.pageInfo.endCursor").clone();
        }
        let read = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!((read, ids.len()), (6, 6));
    });
}

#[test]
fn without_an_audit_no_patient_is_shown_and_the_rest_goes_on() {
    both(async |w| {
        let doctor = w.client(Role::Clinician, &w.district().river).await;
        let auditor = auditor(&w).await;
        let patient = register(&doctor, 1).await;
        let db = w.database.connect().await;
        let run = async |sql: &str| {
            db.execute_unprepared(sql)
                .await
                .expect("the table can be renamed");
        };
        run("ALTER TABLE audit_outbox RENAME TO audit_away").await;
        let refused = doctor.clone().that_sees_no_patient();
        let answer = refused.call(PATIENT, json!({ "id": patient })).await;
        assert!(answer.text.contains("\"UNAVAILABLE\""), "{}", answer.text);
        let second = json!({ "input": Patient::nth(2).input() });
        let answer = refused.call(REGISTER, second).await;
        assert_eq!(
            answer.data("registerPatient"),
            &Value::Null,
            "no change without its entry"
        );

        let directory = doctor
            .ask("{ institutions(first: 3) { edges { node { name } } } }")
            .await;
        assert_eq!(
            directory
                .ok()
                .data("institutions.edges")
                .as_array()
                .map(Vec::len),
            Some(3)
        );
        let health = doctor.send(doctor.request(Method::GET, "/healthz")).await;
        assert_eq!(health.status, StatusCode::OK);

        run("ALTER TABLE audit_away RENAME TO audit_outbox").await;
        let _ = doctor.call(PATIENT, json!({ "id": patient })).await.ok();
        let found = trail(&auditor, json!({ "action": "REGISTER_PATIENT" }))
            .await
            .ok();
        assert_eq!(found.number_at("auditEntries.totalCount"), 1);
    });
}
