//! Who saw a patient: the list that a patient may ask for.

use api::id::{self, Kind};
use entity::{
    audit,
    enums::{Action, Purpose, Role},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use serde_json::{Value, json};

use super::{look, merge::merged, registered};
use crate::harness::{
    both,
    canary::Patient,
    client::{Answer, Client},
    people::Place,
};

async fn list(by: &Client, key: Value, purpose: &str, first: i32, after: Value) -> Answer {
    let document = "query List($key: PatientKey!, $purpose: Purpose!, $first: Int, $after: String) {
      patientAccesses(patient: $key, purpose: $purpose, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        edges { node { id action accountId patients } } } }";
    let variables = json!({ "key": key, "purpose": purpose, "first": first, "after": after });
    by.call(document, variables).await
}

#[test]
fn an_auditor_and_the_institutions_administrator_read_it_a_page_at_a_time() {
    both(async |w| {
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        let lake = w.client(Role::Clinician, &d.lake).await;
        let patient = Patient::nth(181);
        let id = registered(&hill, &patient.input()).await;
        registered(&lake, &patient.input()).await;
        for _ in 0..3 {
            w.wait(chrono::Duration::seconds(1));
            look(&lake, &id).await;
        }
        registered(&hill, &Patient::nth(182).input()).await;
        let auditor = w.client(Role::Auditor, Place::INSTALLATION).await;
        let admin = w.client(Role::InstitutionAdmin, &d.lake).await;
        let certificate =
            json!({ "certificate": { "kind": "RESIDENT_ID_CARD", "number": patient.number } });
        let (mut actions, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = list(&auditor, json!({ "id": id }), "QUALITY_REVIEW", 2, after)
                .await
                .ok();
            let edges = page.data("patientAccesses.edges").as_array().cloned();
            for edge in edges.unwrap_or_default() {
                assert_eq!(edge["node"]["patients"], json!([id]));
                actions.push(
                    edge["node"]["action"]
                        .as_str()
                        .unwrap_or_default()
                        .to_owned(),
                );
            }
            if page.data("patientAccesses.pageInfo.hasNextPage") == false {
                break;
            }
            after = page.data("patientAccesses.pageInfo.endCursor").clone();
        }
        let looked = actions
            .iter()
            .filter(|action| *action == "READ_PATIENT")
            .count();
        let registered = actions
            .iter()
            .filter(|action| *action == "REGISTER_PATIENT")
            .count();
        assert_eq!((looked, registered), (3, 2), "{actions:?}");
        // The administrator's own reading is in it from then on, with its purpose.
        let page = list(
            &admin,
            certificate.clone(),
            "PATIENT_REQUEST",
            20,
            Value::Null,
        )
        .await
        .ok();
        let before = page.number_at("patientAccesses.totalCount");
        let again = list(&admin, certificate, "PATIENT_REQUEST", 20, Value::Null)
            .await
            .ok();
        assert_eq!(again.number_at("patientAccesses.totalCount"), before + 1);
        assert!(!again.text.contains("龘"));
        let read = audit::Entity::find()
            .filter(audit::Column::Action.eq(Action::ReadAccesses))
            .filter(audit::Column::AccountId.eq(admin.account))
            .all(w.app.db.reader())
            .await
            .expect("the audit can be read");
        assert!(
            read.iter()
                .all(|entry| entry.purpose == Some(Purpose::PatientRequest))
        );
    });
}

#[test]
fn whoever_may_not_is_refused() {
    both(async |w| {
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        let id = registered(&hill, &Patient::nth(183).input()).await;
        let key = json!({ "id": id });
        let admin = w.client(Role::InstitutionAdmin, &d.hill).await;
        let answer = list(&admin, key.clone(), "TREATMENT", 5, Value::Null).await;
        assert_eq!(answer.problems(), [("purpose", "NOT_ALLOWED")]);
        let answer = list(&admin, key.clone(), "OTHER", 5, Value::Null).await;
        assert_eq!(
            answer.problems(),
            [("note", "REQUIRED"), ("purpose", "NOT_ALLOWED")]
        );
        let answer = list(
            &admin,
            json!({ "id": "pat_x" }),
            "PATIENT_REQUEST",
            5,
            Value::Null,
        )
        .await;
        assert_eq!(answer.problems(), [("patient.id", "FORMAT")]);
        // Patients of others: as if there were none.
        let stranger = w.client(Role::InstitutionAdmin, &d.lake).await;
        let answer = list(&stranger, key.clone(), "PATIENT_REQUEST", 5, Value::Null)
            .await
            .ok();
        assert!(answer.data("patientAccesses").is_null());
        for role in [Role::Clinician, Role::Coordinator] {
            let client = w.client(role, &d.hill).await;
            let answer = list(&client, key.clone(), "PATIENT_REQUEST", 5, Value::Null).await;
            assert_eq!(answer.code("patientAccesses"), "FORBIDDEN");
        }
        let document = "query Of($id: ID!) { patient(id: $id) { accesses(purpose: PATIENT_REQUEST) { totalCount } } }";
        let answer = hill.call(document, json!({ "id": id })).await;
        assert_eq!(answer.code("patient.accesses"), "FORBIDDEN");
        // Whoever reads patients and administers the institution too finds it on the patient.
        let holder = w.client(Role::Clinician, &d.hill).await;
        let security = w.client(Role::SecurityAdmin, Place::INSTALLATION).await;
        let grant =
            "mutation Grant($input: GrantRoleInput!) { grantRole(input: $input) { replayed } }";
        let scope = json!({ "kind": "INSTITUTION", "institution": id::encode(Kind::Institution, d.hill.id) });
        let input = json!({
            "account": id::encode(Kind::Account, holder.account), "version": 1,
            "grant": { "role": "INSTITUTION_ADMIN", "scope": scope },
        });
        let _ = security.call(grant, json!({ "input": input })).await.ok();
        let answer = holder.call(document, json!({ "id": id })).await.ok();
        assert!(answer.number_at("patient.accesses.totalCount") > 0);
    });
}

#[test]
fn the_list_of_a_merged_patient_is_one() {
    both(async |w| {
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.hill).await;
        let auditor = w.client(Role::Auditor, Place::INSTALLATION).await;
        let nobody = json!({ "sex": "MALE", "unidentified": true });
        let unknown = registered(&hill, &nobody).await;
        let record = registered(&hill, &Patient::nth(184).input()).await;
        merged(&office, &unknown, &record, 1).await;
        for id in [&unknown, &record] {
            let page = list(
                &auditor,
                json!({ "id": id }),
                "QUALITY_REVIEW",
                20,
                Value::Null,
            )
            .await
            .ok();
            let edges = page
                .data("patientAccesses.edges")
                .as_array()
                .cloned()
                .unwrap_or_default();
            let mut ids: Vec<String> = edges
                .iter()
                .map(|edge| edge["node"]["id"].to_string())
                .collect();
            let count = ids.len();
            ids.dedup();
            assert_eq!(ids.len(), count, "an entry is listed twice");
            for patient in [&unknown, &record] {
                assert!(edges.iter().any(|edge| {
                    edge["node"]["patients"]
                        .to_string()
                        .contains(patient.as_str())
                }));
            }
        }
    });
}
