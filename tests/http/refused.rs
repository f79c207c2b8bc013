//! Every way in which a request is refused before anything of it is executed: its status, its code, what it says, and no statement.

use std::fmt::Write as _;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::assert_refused;
use crate::harness::{World, both_empty};

/// A request that is refused.
struct Case {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Option<String>,
    status: StatusCode,
    code: &'static str,
    says: &'static str,
}

impl Case {
    /// A request with this body.
    fn posted(
        body: impl Into<String>,
        status: u16,
        code: &'static str,
        says: &'static str,
    ) -> Self {
        Self {
            method: Method::POST,
            path: "/graphql".into(),
            headers: vec![("content-type", "application/json".into())],
            body: Some(body.into()),
            status: StatusCode::from_u16(status).expect("a status"),
            code,
            says,
        }
    }

    /// A request for this document.
    fn document(text: impl Into<String>, code: &'static str, says: &'static str) -> Self {
        let body = json!({ "query": text.into() });
        Self::posted(body.to_string(), 400, code, says)
    }

    /// A good request with this header.
    fn headed(name: &'static str, value: &str, status: u16, code: &'static str) -> Self {
        let mut case = Self::posted(r#"{ "query": "{ __typename }" }"#, status, code, "");
        case.headers.retain(|(known, _)| *known != name);
        case.headers.push((name, value.to_owned()));
        case
    }

    /// A good request by this method.
    fn by(method: Method, query: &str, status: u16, code: &'static str) -> Self {
        Self {
            method,
            path: format!("/graphql?query={query}"),
            headers: Vec::new(),
            body: None,
            ..Self::posted("", status, code, "")
        }
    }

    async fn assert(&self, w: &World) {
        let mut client = w.anonymous();
        for (name, value) in &self.headers {
            client = client.with_header(name, value);
        }
        let mut request = client.request(self.method.clone(), &self.path);
        if let Some(body) = &self.body {
            request = request.body(body.clone());
        }
        let answer = client.send(request).await;
        assert_refused(&answer, self.status, self.code);
        let message = answer.errors()[0]["message"].as_str().unwrap_or_default();
        assert!(
            message.contains(self.says),
            "{}: {}",
            self.says,
            answer.text
        );
    }
}

#[test]
fn whatever_is_refused_for_its_form_costs_no_statement() {
    both_empty(async |w| {
        for case in forms().iter().chain(&bodies()).chain(&documents()) {
            case.assert(&w).await;
        }
    });
}

fn forms() -> Vec<Case> {
    let foreign = {
        let mut case = Case::headed("sec-fetch-site", "cross-site", 403, "FORBIDDEN");
        case.headers.push(("sec-fetch-mode", "no-cors".into()));
        case
    };
    vec![
        Case::by(Method::PUT, "%7B__typename%7D", 405, "INVALID_INPUT"),
        Case::by(Method::DELETE, "%7B__typename%7D", 405, "INVALID_INPUT"),
        Case::by(Method::GET, "mutation%7BsignOut%7D", 405, "INVALID_INPUT"),
        foreign,
        Case::headed("accept", "text/html", 406, "INVALID_INPUT"),
        Case::headed("content-type", "text/plain", 415, "INVALID_INPUT"),
        Case::headed("content-type", "application/graphql", 415, "INVALID_INPUT"),
        Case::headed(
            "content-type",
            "application/x-www-form-urlencoded",
            415,
            "INVALID_INPUT",
        ),
        Case::headed(
            "content-type",
            "multipart/form-data; boundary=x",
            415,
            "INVALID_INPUT",
        ),
        Case::headed("content-encoding", "gzip", 415, "INVALID_INPUT"),
        Case::headed("idempotency-key", "a b", 400, "INVALID_INPUT"),
        Case::headed("authorization", "Basic eDp5", 401, "UNAUTHENTICATED"),
        Case::headed("authorization", "Bearer x", 401, "UNAUTHENTICATED"),
    ]
}

fn bodies() -> Vec<Case> {
    let bad = |body: &str, says| Case::posted(body, 400, "INVALID_INPUT", says);
    let with = |extensions: Value| {
        json!({ "query": "{ __typename }", "extensions": extensions }).to_string()
    };
    let unknown = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "0".repeat(64) } } });
    let version = json!({ "persistedQuery": { "version": 2, "sha256Hash": "0".repeat(64) } });
    let other = json!({ "persistedQuery": { "version": 1, "sha256Hash": "0".repeat(64) } });
    let both = r#"{ "query": "{ __typename }", "documentId": "x" }"#;
    vec![
        bad("{", "not JSON"),
        bad("7", "not a JSON object"),
        bad(r#"[{ "query": "{ __typename }" }]"#, "Batches"),
        bad("{}", "parameters"),
        bad(r#"{ "query": 1 }"#, "parameters"),
        bad(both, "parameters"),
        bad(&with(version), "parameters"),
        bad(&with(other), "SHA-256"),
        Case::posted(
            unknown.to_string(),
            200,
            "PERSISTED_QUERY_NOT_FOUND",
            "PersistedQueryNotFound",
        ),
        Case::posted(
            r#"{ "documentId": "x" }"#,
            200,
            "PERSISTED_QUERY_NOT_FOUND",
            "PersistedQueryNotFound",
        ),
        Case::posted(
            with(json!(" ".repeat(5 * 1024 * 1024))),
            413,
            "COST_LIMIT",
            "longer than",
        ),
        Case::posted(
            with(json!({ "x": vec![1; 150_000] })),
            413,
            "COST_LIMIT",
            "values",
        ),
    ]
}

fn documents() -> Vec<Case> {
    let costly = |text: String, says| Case::document(text, "COST_LIMIT", says);
    let fields = |times: usize| " __typename".repeat(times);
    let aliases: String = (0..101).fold(String::new(), |mut text, n| {
        let _ = write!(text, " a{n}: __typename");
        text
    });
    let levels = (0..100).fold(
        "{ ...F0 } fragment F100 on Query { __typename }".to_owned(),
        |mut text, n| {
            let _ = write!(text, " fragment F{n} on Query {{ ...F{} }}", n + 1);
            text
        },
    );
    let deep =
        "{ __schema { types ".to_owned() + &"{ ofType ".repeat(30) + "{ name }" + &"}".repeat(32);
    let dear = "{ communities(first: 100) { edges { node { members(first: 100) { edges { node {
        departments(first: 100) { edges { node { id } } } } } } } } } }";
    vec![
        Case::document("{", "GRAPHQL_PARSE_FAILED", ""),
        Case::document("{ nothing }", "GRAPHQL_VALIDATION_FAILED", ""),
        Case::document(
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
            "GRAPHQL_VALIDATION_FAILED",
            "",
        ),
        Case::document(
            "query A { __typename } query B { __typename }",
            "INVALID_INPUT",
            "several operations",
        ),
        Case::document(
            "query ($n: Int!) { referrals(first: $n) { totalCount } }",
            "INVALID_INPUT",
            "variables",
        ),
        Case::document(
            "subscription { changes { id } }",
            "INVALID_INPUT",
            "event-stream",
        ),
        costly(
            format!("{{ __typename }}{}", " ".repeat(64 * 1024)),
            "bytes",
        ),
        costly(
            format!("{{ __typename(x: [{}]) }}", "1 ".repeat(8_000)),
            "tokens",
        ),
        costly("{a".repeat(2_000), "Brackets"),
        costly(deep, "levels of fields"),
        costly(levels, "levels of selections"),
        costly(format!("{{ __schema {{{aliases} }} }}"), "aliases"),
        costly(
            format!("{{ __typename{} }}", " @skip(if: false)".repeat(101)),
            "directives",
        ),
        costly(format!("{{{} }}", fields(21)), "root fields"),
        costly(
            format!("{{ __schema {{{} }} }}", " ...F".repeat(100))
                + &format!(" fragment F on __Schema {{{} }}", fields(50)),
            "fields",
        ),
        costly(dear.to_owned(), "costs"),
        Case {
            status: StatusCode::UNAUTHORIZED,
            ..Case::document("{ __schema { queryType { name } } }", "UNAUTHENTICATED", "")
        },
    ]
}
