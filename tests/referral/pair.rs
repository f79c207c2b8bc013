//! Two verbs in one document: the first is always answered, however bad the second is.

use serde_json::{Value, json};

use super::{
    cast::Cast,
    census::census,
    letter::{self, with},
    story::Told,
};
use crate::harness::{both, client::Answer};

/// A document that withdraws and, beside it, does something else.
fn document(second: &str, declared: &str) -> String {
    format!(
        "mutation Pair($input: WithdrawReferralInput!{declared}) {{ first: withdrawReferral(input: $input) {{ referral {{ status }} }} {second} }}"
    )
}

fn withdrawal(told: &Told) -> Value {
    with(super::story::on(told), json!({ "reason": "患者病情好转" }))
}

#[test]
fn whatever_is_wrong_with_the_second_the_first_is_answered() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let other = cast.bring("CLOSED").await;
        let stranger = "ref_00000000000000000000000000";
        let on = |id: &str| json!({ "referral": { "id": id }, "version": 1 });
        let accept = |id: &str, said: Value| ("acceptReferral", with(on(id), said));
        let bad: Vec<((&str, Value), &str)> = vec![
            (accept("nonsense", json!({})), "INVALID_INPUT"),
            (
                accept(&letter::institution(w.district().hill.id), json!({})),
                "INVALID_INPUT",
            ),
            (accept(stranger, json!({})), "NOT_FOUND"),
            (accept(&other.id, json!({})), "FORBIDDEN"),
            (
                accept(stranger, json!({ "plannedAt": "yesterday" })),
                "INVALID_INPUT",
            ),
            (
                accept(stranger, json!({ "department": "x" })),
                "INVALID_INPUT",
            ),
            (("submitReferral", json!({})), "INVALID_INPUT"),
            (
                (
                    "submitReferral",
                    with(cast.story.up(), json!({ "validTo": "2026-02-30" })),
                ),
                "INVALID_INPUT",
            ),
            (
                (
                    "submitReferral",
                    with(
                        cast.story.up(),
                        json!({ "receiver": letter::institution(w.district().city.id) }),
                    ),
                ),
                "ROUTE_NOT_ALLOWED",
            ),
            (
                (
                    "submitReferral",
                    with(
                        cast.story.up(),
                        json!({ "patient": { "register": { "birthDate": "1900-13-01" } } }),
                    ),
                ),
                "INVALID_INPUT",
            ),
            (
                (
                    "withdrawReferral",
                    with(
                        on(&other.id),
                        json!({ "reason": "\u{0}", "version": other.version }),
                    ),
                ),
                "INVALID_TRANSITION",
            ),
            (
                (
                    "withdrawReferral",
                    with(
                        on(&other.id),
                        json!({ "reason": "x", "occurredAt": "soon" }),
                    ),
                ),
                "INVALID_INPUT",
            ),
        ];
        for ((verb, input), code) in bad {
            let open = cast.bring("SUBMITTED").await;
            let kind = super::story::input_type(verb);
            let second = format!("second: {verb}(input: $second) {{ referral {{ id }} }}");
            let document = document(&second, &format!(", $second: {kind}!"));
            let variables = json!({ "input": withdrawal(&open), "second": input });
            let answer = cast.hill.call(&document, variables).await;
            is_answered(&answer);
            assert_eq!(answer.code("second"), code, "{}", answer.text);
            assert_eq!(answer.errors().len(), 1);
        }
    });
}

fn is_answered(answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.text_at("first.referral.status"), "WITHDRAWN");
    assert!(answer.data("second").is_null());
}

#[test]
fn arguments_written_into_the_document_are_no_different() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let bad = [
            r#"second: acceptReferral(input: { referral: { id: "nonsense" } }) { referral { id } }"#,
            r#"second: acceptReferral(input: { referral: { number: "R1" }, plannedAt: "yesterday" }) { referral { id } }"#,
            r#"second: submitReferral(input: { validTo: "never", receiver: "" }) { referral { id } }"#,
            r#"second: reportBack(input: { referral: { id: "" }, diagnosis: "", treatment: "", outcome: DIED, advice: "" }) { referral { id } }"#,
        ];
        for second in bad {
            let open = cast.bring("SUBMITTED").await;
            let variables = json!({ "input": withdrawal(&open) });
            let answer = cast.hill.call(&document(second, ""), variables).await;
            is_answered(&answer);
            assert_eq!(answer.code("second"), "INVALID_INPUT");
        }
    });
}

#[test]
fn a_document_that_does_not_fit_the_schema_does_nothing_at_all() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let open = cast.bring("SUBMITTED").await;
        let before = census(&w).await;
        let bad = [
            r#"second: acceptReferral(input: { referral: { id: "x", number: "y" } }) { referral { id } }"#,
            "second: acceptReferral(input: { }) { referral { id } }",
            "second: acceptReferral { referral { id } }",
            r#"second: rejectReferral(input: { referral: { id: "x" }, reason: BAD_LUCK }) { referral { id } }"#,
            r#"second: withdrawReferral(input: { referral: { id: "x" }, reason: 7 }) { referral { id } }"#,
            "second: noSuchVerb",
        ];
        for second in bad {
            let variables = json!({ "input": withdrawal(&open) });
            let answer = cast.hill.call(&document(second, ""), variables).await;
            assert_eq!(answer.status, 400, "{second}: {}", answer.text);
            assert!(answer.body.get("data").is_none());
        }
        assert_eq!(census(&w).await.changed_since(&before), []);
    });
}
