//! Finding patients.

use entity::enums::Role;
use serde_json::{Value, json};

use super::{registered, with};
use crate::harness::{both, canary::Patient, client::Client};

const DOCUMENT: &str = "query Find($search: PatientSearch!, $first: Int, $after: String) {
  patients(search: $search, first: $first, after: $after) { totalCount edges { cursor node { id masked } } pageInfo { hasNextPage endCursor } }
}";

async fn found(by: &Client, search: Value) -> Vec<String> {
    let answer = by.call(DOCUMENT, json!({ "search": search })).await.ok();
    let edges = answer.data("patients.edges").as_array().cloned();
    let ids: Vec<_> = edges
        .unwrap_or_default()
        .iter()
        .filter_map(|edge| edge["node"]["id"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(answer.data("patients.totalCount"), &json!(ids.len()));
    ids
}

#[test]
fn a_patient_is_found_by_what_they_carry() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let lake = w.client(Role::Clinician, &w.district().lake).await;
        let patient = Patient::nth(41);
        let input = with(&patient.input(), "/healthRecordNumber", json!("hr-41"));
        let id = registered(&hill, &input).await;
        registered(&hill, &Patient::nth(52).input()).await;
        let beginning: String = patient.name.chars().take(2).collect();
        let phone = format!("+86 {}-{}", &patient.phone[..3], &patient.phone[3..]);
        for search in [
            json!({ "certificate": { "kind": "RESIDENT_ID_CARD", "number": patient.number } }),
            json!({ "phone": phone }),
            json!({ "healthRecordNumber": "HR-41" }),
            json!({ "name": patient.name }),
            json!({ "name": beginning }),
        ] {
            assert_eq!(
                found(&hill, search.clone()).await,
                std::slice::from_ref(&id),
                "{search}"
            );
            assert!(found(&lake, search.clone()).await.is_empty(), "{search}");
        }
        for search in [
            json!({ "certificate": { "kind": "OTHER", "number": patient.number } }),
            json!({ "phone": "13800000000" }),
            json!({ "name": "王%" }),
        ] {
            assert!(found(&hill, search.clone()).await.is_empty(), "{search}");
        }
    });
}

#[test]
fn a_search_that_cannot_be_is_refused() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        for (search, path, code) in [
            (json!({ "name": "王" }), "search.name", "TOO_SMALL"),
            (json!({ "phone": "x" }), "search.phone", "FORMAT"),
            (json!({ "phone": " " }), "search.phone", "REQUIRED"),
            (
                json!({ "healthRecordNumber": "" }),
                "search.healthRecordNumber",
                "REQUIRED",
            ),
            (
                json!({ "certificate": { "kind": "RESIDENT_ID_CARD", "number": "371302199901010011" } }),
                "search.certificate.number",
                "CHECK_DIGIT",
            ),
        ] {
            let answer = hill.call(DOCUMENT, json!({ "search": search })).await;
            assert_eq!(answer.problems(), [(path, code)], "{search}");
        }
        let admin = w.client(Role::InstitutionAdmin, &w.district().hill).await;
        let answer = admin
            .call(DOCUMENT, json!({ "search": { "name": "王芳" } }))
            .await;
        assert_eq!(answer.code("patients"), "FORBIDDEN");
    });
}

#[test]
fn pages_follow_each_other_without_gap() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let mut ids = Vec::new();
        for n in 60..65 {
            let named = with(&Patient::nth(n).input(), "/name", json!("欧阳龘龘"));
            ids.push(registered(&hill, &named).await);
            w.wait(chrono::Duration::seconds(1));
        }
        let (mut seen, mut after) = (Vec::new(), Value::Null);
        loop {
            let variables = json!({ "search": { "name": "欧阳" }, "first": 2, "after": after });
            let answer = hill.call(DOCUMENT, variables).await.ok();
            let edges = answer.data("patients.edges").as_array().cloned();
            for edge in edges.unwrap_or_default() {
                seen.push(edge["node"]["id"].as_str().unwrap_or_default().to_owned());
            }
            if answer.data("patients.pageInfo.hasNextPage") == false {
                break;
            }
            after = answer.data("patients.pageInfo.endCursor").clone();
        }
        assert_eq!(seen, ids);
    });
}
