//! What is refused for its document or its variables, before anything of it is executed.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use reqwest::StatusCode;
use serde_json::json;

use super::assert_refused;
use crate::harness::{World, both_empty};

async fn assert_too_costly(w: &World, document: &str) {
    let answer = w.anonymous().ask(document).await;
    assert_refused(&answer, StatusCode::BAD_REQUEST, "COST_LIMIT");
}

#[test]
fn what_is_not_graphql_is_refused_without_repeating_it() {
    both_empty(async |w| {
        for document in [
            "",
            "{",
            "{ }",
            "{ secretName(",
            "{ __typename } }",
            "query secretName",
            "\u{feff}{ secretName \u{1} }",
        ] {
            let answer = w.anonymous().ask(document).await;
            assert_refused(&answer, StatusCode::BAD_REQUEST, "GRAPHQL_PARSE_FAILED");
            assert!(!answer.text.contains("secretName"), "{}", answer.text);
        }
    });
}

#[test]
fn what_does_not_fit_the_schema_is_refused_with_its_place() {
    both_empty(async |w| {
        for document in [
            "{ nothing }",
            "{ __typename { x } }",
            "{ ...F }",
            "{ __typename } fragment F on Query { __typename }",
            "query ($x: Nothing) { __typename }",
            "query ($x: Int) { __typename }",
            "{ __typename @nothing }",
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
            "{ ...A } fragment A on Query { ...A }",
            "subscription { nothing }",
            "{ __typename } { __typename }",
            "type Query { a: Int }",
        ] {
            let answer = w.anonymous().ask(document).await;
            assert_refused(
                &answer,
                StatusCode::BAD_REQUEST,
                "GRAPHQL_VALIDATION_FAILED",
            );
        }
        let answer = w.anonymous().ask("{\n  nothing\n}").await;
        assert_eq!(
            answer.errors()[0]["locations"],
            json!([{ "line": 2, "column": 3 }])
        );
    });
}

#[test]
fn no_more_than_ten_errors_are_named() {
    both_empty(async |w| {
        let fields: String = (0..20)
            .map(|n| format!(" nothing{n}"))
            .collect::<Vec<_>>()
            .concat();
        let answer = w.anonymous().ask(&format!("{{{fields} }}")).await;
        assert_refused(
            &answer,
            StatusCode::BAD_REQUEST,
            "GRAPHQL_VALIDATION_FAILED",
        );
        assert_eq!(answer.errors().len(), 10);
    });
}

#[test]
fn a_document_has_its_limits() {
    both_empty(async |w| {
        let typename = |times: usize| " __typename".repeat(times);
        let nested = |levels: usize| {
            format!(
                "{{ __schema {{ types {} {} }} }}",
                "{ ofType ".repeat(levels) + "{ name }",
                "}".repeat(levels)
            )
        };
        for (what, document) in [
            (
                "bytes",
                format!("{{ __typename }}{}", " ".repeat(64 * 1024)),
            ),
            (
                "tokens",
                format!("{{ __typename(x: [{}]) }}", "1 ".repeat(8_000)),
            ),
            (
                "brackets",
                format!(
                    "{{ __typename(x: {}) }}",
                    "[".repeat(1_000) + &"]".repeat(1_000)
                ),
            ),
            ("open brackets", "{a".repeat(2_000)),
            ("depth", nested(30)),
            ("root fields", format!("{{{} }}", typename(21))),
            (
                "root fields of fragments",
                format!(
                    "{{ ...F ...F ...F }} fragment F on Query {{{} }}",
                    typename(7)
                ),
            ),
            (
                "aliases",
                format!(
                    "{{ __schema {{{} }} }}",
                    (0..101)
                        .map(|n| format!(" a{n}: __typename"))
                        .collect::<Vec<_>>()
                        .concat()
                ),
            ),
            (
                "directives",
                format!(
                    "{{ __schema {{ __typename{} }} }}",
                    " @skip(if: false)".repeat(101)
                ),
            ),
            (
                "fields",
                format!("{{ __schema {{{} }} }}", " ...F".repeat(100))
                    + &format!(" fragment F on __Schema {{{} }}", typename(50)),
            ),
            (
                "levels",
                (0..100).fold(
                    "{ ...F0 } fragment F100 on Query { __typename }".to_owned(),
                    |mut text, n| {
                        let _ = write!(text, " fragment F{n} on Query {{ ...F{} }}", n + 1);
                        text
                    },
                ),
            ),
        ] {
            println!("{what}");
            assert_too_costly(&w, &document).await;
        }
        let _ = w
            .anonymous()
            .ask(&format!("{{{} }}", typename(20)))
            .await
            .ok();
    });
}

#[test]
fn a_fragment_bomb_does_not_go_off() {
    both_empty(async |w| {
        // A document of the same kind first, so that what is made once does not count.
        let _ = w
            .anonymous()
            .ask("{ ...F } fragment F on Query { __typename }")
            .await
            .ok();
        let mut document = "{ ...F0 } fragment F30 on Query { __typename }".to_owned();
        for n in 0..30 {
            let _ = write!(
                document,
                " fragment F{n} on Query {{ ...F{0} ...F{0} ...F{0} }}",
                n + 1
            );
        }
        let began = Instant::now();
        assert_too_costly(&w, &document).await;
        let took = began.elapsed();
        assert!(took < Duration::from_millis(50), "it took {took:?}");
    });
}

#[test]
fn an_operation_is_named_where_there_are_several() {
    both_empty(async |w| {
        let document = "query A { __typename } query B { __typename }";
        for (body, expected) in [
            (json!({ "query": document }), ("operationName", "REQUIRED")),
            (
                json!({ "query": document, "operationName": "C" }),
                ("operationName", "UNKNOWN_VALUE"),
            ),
        ] {
            let answer = super::post(&w.anonymous(), body.to_string()).await;
            assert_refused(&answer, StatusCode::BAD_REQUEST, "INVALID_INPUT");
            assert_eq!(answer.problems(), [expected]);
        }
        let body = json!({ "query": document, "operationName": "B" });
        let _ = super::post(&w.anonymous(), body.to_string()).await.ok();
    });
}

#[test]
fn variables_fit_their_declaration_and_are_not_repeated() {
    both_empty(async |w| {
        let document = "query ($hide: Boolean!) { ... @skip(if: $hide) { __typename } }";
        for variables in [
            json!({}),
            json!({ "hide": null }),
            json!({ "hide": "secret" }),
            json!({ "hide": { "secret": 1 } }),
        ] {
            let answer = w.anonymous().call(document, variables).await;
            assert_refused(&answer, StatusCode::BAD_REQUEST, "INVALID_INPUT");
            let [(path, code)] = answer.problems()[..] else {
                panic!("one problem: {}", answer.text);
            };
            assert_eq!(path, "hide");
            assert!(["REQUIRED", "FORMAT"].contains(&code), "{}", answer.text);
            assert!(!answer.text.contains("secret"), "{}", answer.text);
        }
        let answer = w
            .anonymous()
            .call(document, json!({ "hide": true }))
            .await
            .ok();
        assert_eq!(answer.body["data"], json!({}));
    });
}

#[test]
fn a_syntax_error_repeats_nothing_of_the_document() {
    both_empty(async |w| {
        let answer = w.anonymous().ask("{ viewer { 黄芳 } }").await;
        assert_eq!(answer.status, 400);
        assert!(!answer.text.contains('黄'), "{}", answer.text);
    });
}

#[test]
fn a_document_that_does_not_fit_is_refused_without_its_own_names() {
    both_empty(async |w| {
        for document in [
            "{ huangfang }",
            "{ viewer { huangfang } }",
            "{ huangfang: viewer { huangfang: roles } huangfang: __typename }",
            "{ viewer(huangfang: 1) { roles } }",
            "{ referral(by: { huangfang: 1 }) { id } }",
            "query ($huangfang: Int) { viewer { roles } }",
            "query ($x: huangfang) { viewer { roles } }",
            "{ viewer { roles @huangfang } }",
            "{ viewer { ...huangfang } }",
            "{ viewer { roles } } fragment huangfang on Viewer { roles }",
            "{ viewer { ... on huangfang { roles } } }",
            "{ referrals(sort: huangfang) { totalCount } }",
            "{ patients(search: { name: $huangfang }) { totalCount } }",
            "query huangfang { viewer { roles } } query huangfang { viewer { roles } }",
        ] {
            let answer = w.anonymous().ask(document).await;
            assert_refused(
                &answer,
                StatusCode::BAD_REQUEST,
                "GRAPHQL_VALIDATION_FAILED",
            );
            assert!(
                !answer.text.contains("huangfang"),
                "{document}: {}",
                answer.text
            );
        }
        let answer = w.anonymous().ask("{ viewer { huangfang } }").await;
        assert!(answer.text.contains("`Viewer`"), "{}", answer.text);
    });
}

#[test]
fn a_variable_that_does_not_fit_is_named_as_its_caller_wrote_it() {
    both_empty(async |w| {
        let document = "mutation ($input: SubmitReferralInput!) { submitReferral(input: $input) { replayed } }";
        let input = json!({ "urgency": "huangfang", "huangfang": 1, "diagnoses": [{ "text": 7, "principal": true }] });
        let answer = w
            .anonymous()
            .call(document, json!({ "input": input }))
            .await;
        assert_refused(&answer, StatusCode::BAD_REQUEST, "INVALID_INPUT");
        assert_eq!(
            answer.problems(),
            [
                ("input", "NOT_ALLOWED"),
                ("input.urgency", "UNKNOWN_VALUE"),
                ("input.diagnoses[0].text", "FORMAT"),
            ]
        );
        assert!(!answer.text.contains("huangfang"), "{}", answer.text);
    });
}
