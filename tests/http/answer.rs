//! What an executed operation answers: one field's misfortune is no other's, and faults say nothing of their cause.

use entity::enums::Role;
use reqwest::StatusCode;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};

use crate::harness::{both, canary::Patient};

const REGISTER: &str = "mutation ($good: RegisterPatientInput!, $bad: RegisterPatientInput!) {
    a: registerPatient(input: $good) { patient { id name } }
    b: registerPatient(input: $bad) { patient { id name } }
}";

/// Whatever can be wrong with an input that fits its type.
fn bad_in_every_way() -> Vec<Value> {
    let good = Patient::nth(2).input();
    let with = |field: &str, value: Value| {
        let mut input = good.clone();
        input[field] = value;
        input
    };
    vec![
        with("name", json!("")),
        with("name", json!("长".repeat(5_000))),
        with("name", json!("a\u{0}b")),
        with(
            "certificate",
            json!({ "kind": "RESIDENT_ID_CARD", "number": "37130219420115002X" }),
        ),
        with(
            "certificate",
            json!({ "kind": "RESIDENT_ID_CARD", "number": "" }),
        ),
        with("birthDate", json!("2026-02-30")),
        with("birthDate", json!("tomorrow")),
        with("phone", json!("\u{1F4DE}".repeat(200))),
        with("phone", json!("1".repeat(10_000))),
    ]
}

#[test]
fn of_two_mutations_the_first_is_answered_whatever_the_second_is() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().river).await;
        let good = Patient::nth(1).input();
        for bad in bad_in_every_way() {
            let variables = json!({ "good": good, "bad": bad });
            let answer = client.call(REGISTER, variables).await;
            assert_eq!(answer.status, StatusCode::OK, "{bad}: {}", answer.text);
            assert!(answer.text_at("a.patient.id").starts_with("pat_"), "{bad}");
            assert!(answer.data("b").is_null(), "{bad}: {}", answer.text);
            assert_eq!(answer.code("b"), "INVALID_INPUT", "{bad}");
            assert!(!answer.problems().is_empty(), "{bad}: {}", answer.text);
        }
    });
}

#[test]
fn a_second_mutation_without_an_object_leaves_the_first_alone() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().river).await;
        let document = "mutation ($good: RegisterPatientInput!, $grant: ID!) {
            a: registerPatient(input: $good) { patient { id } }
            b: switchScope(grant: $grant) { accessToken }
        }";
        for grant in [
            "",
            "grt_01h455vb4pex5vsknk084sn02q",
            "pat_01h455vb4pex5vsknk084sn02q",
            "\u{0}",
        ] {
            let variables = json!({ "good": Patient::nth(1).input(), "grant": grant });
            let answer = client.call(document, variables).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
            assert!(answer.text_at("a.patient.id").starts_with("pat_"));
            assert!(answer.data("b").is_null());
            assert!(["INVALID_INPUT", "NOT_FOUND"].contains(&answer.code("b")));
        }
    });
}

#[test]
fn exactly_one_field_of_a_one_of_input() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().river).await;
        let document = "query ($by: ReferralKey!) { referral(by: $by) { id } }";
        for by in [
            json!({}),
            json!({ "id": "x", "number": "y" }),
            json!({ "id": null }),
        ] {
            let answer = client.call(document, json!({ "by": by })).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text);
            assert_eq!(answer.code(""), "INVALID_INPUT");
            assert!(answer.body.get("data").is_none());
        }
        let literal = client.ask("{ referral(by: {}) { id } }").await;
        assert_eq!(literal.status, StatusCode::BAD_REQUEST, "{}", literal.text);
    });
}

#[test]
fn a_fault_of_the_database_says_nothing_of_itself() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().river).await;
        let _ = client.ask("{ viewer { account { id } } }").await.ok();
        w.database
            .connect()
            .await
            .execute_unprepared("ALTER TABLE practitioner RENAME TO elsewhere")
            .await
            .expect("a table can be renamed");
        let answer = client
            .ask(
                "{ practitioners { edges { node { id } } } communities { edges { node { id } } } }",
            )
            .await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.code("practitioners"), "INTERNAL", "{}", answer.text);
        assert!(answer.data("communities.edges").is_array());
        let error = answer.error("practitioners");
        assert_eq!(
            error["message"],
            "The service failed; quote the request id to its operator."
        );
        assert_eq!(
            error["extensions"].as_object().map(serde_json::Map::len),
            Some(4)
        );
        let request = answer.header("x-request-id");
        let lines = w.logs();
        let lines: Vec<_> = lines.iter().filter(|line| line.contains(request)).collect();
        assert!(!lines.is_empty());
        for line in lines {
            assert!(!line.contains("SELECT") && !line.contains("FROM"), "{line}");
        }
    });
}

#[test]
fn without_an_audit_entry_nothing_is_shown() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().river).await;
        let variables = json!({ "input": Patient::nth(1).input() });
        let document = "mutation ($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }";
        let registered = client.call(document, variables).await.ok();
        let id = registered.text_at("registerPatient.patient.id").to_owned();
        let ask = "query ($id: ID!) { patient(id: $id) { name } }";
        let _ = client.call(ask, json!({ "id": id })).await.ok();
        w.database
            .connect()
            .await
            .execute_unprepared("ALTER TABLE audit_outbox RENAME TO elsewhere")
            .await
            .expect("a table can be renamed");
        let answer = client.call(ask, json!({ "id": id })).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.code(""), "UNAVAILABLE");
        assert!(answer.body.get("data").is_none(), "{}", answer.text);
    });
}

#[test]
fn nobody_may_do_nothing_but_sign_in() {
    both(async |w| {
        let answer = w
            .anonymous()
            .ask("{ communities { edges { node { id } } } referrals { edges { node { id } } } }")
            .await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.code("communities"), "UNAUTHENTICATED");
        assert_eq!(answer.code("referrals"), "UNAUTHENTICATED");
        assert_eq!(answer.statements(), 0);
    });
}

#[test]
fn what_costs_too_much_is_not_begun() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().river).await;
        let document = "query ($rows: Int) { communities(first: $rows) { edges { node {
            members(first: $rows) { edges { node { departments(first: $rows) { edges { node { id } } } } } } } } } }";
        let answer = client.call(document, json!({ "rows": 100 })).await;
        super::assert_refused(&answer, StatusCode::BAD_REQUEST, "COST_LIMIT");
        let _ = client.call(document, json!({ "rows": 5 })).await.ok();
    });
}
