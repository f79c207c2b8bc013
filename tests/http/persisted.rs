//! Documents that a request only names.

use std::sync::Arc;

use api::{
    config::{Limits, Listed},
    http::{DocumentList, OnlyFor},
};
use data_encoding::HEXLOWER;
use entity::enums::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{assert_refused, post};
use crate::harness::{
    World,
    beside::Beside,
    both, both_empty,
    client::{Answer, Client},
    socket::Socket,
};

const ROLES: &str = "query Roles { viewer { roles } }";
const NAME: &str = "query Name { __typename }";

fn sha256(text: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

/// A body as Apollo's clients send it: with the hash of that document, and the document where it is given.
fn apollo(of: &str, query: Option<&str>) -> Value {
    let named = json!({ "persistedQuery": { "version": 1, "sha256Hash": sha256(of) } });
    match query {
        Some(query) => json!({ "query": query, "extensions": named }),
        None => json!({ "extensions": named }),
    }
}

#[track_caller]
fn assert_not_found(answer: &Answer) {
    assert_refused(answer, StatusCode::OK, "PERSISTED_QUERY_NOT_FOUND");
    assert_eq!(answer.errors()[0]["message"], "PersistedQueryNotFound");
}

async fn send(client: &Client, body: Value) -> Answer {
    post(client, body.to_string()).await
}

#[test]
fn a_document_is_sent_once_and_named_from_then_on() {
    both_empty(async |w| {
        let client = w.anonymous();
        assert_not_found(&send(&client, apollo(NAME, None)).await);
        let _ = send(&client, apollo(NAME, Some(NAME))).await.ok();
        let answer = send(&client, apollo(NAME, None)).await.ok();
        assert_eq!(answer.text_at("__typename"), "Query");
        let extensions = apollo(NAME, None)["extensions"].to_string();
        let url = reqwest::Url::parse_with_params("http://x", [("extensions", extensions)]);
        let url = url.expect("an address");
        let path = format!("/graphql?{}", url.query().unwrap_or_default());
        let by_get = client.send(client.request(Method::GET, &path)).await.ok();
        assert_eq!(by_get.text_at("__typename"), "Query");
        let by_id = json!({ "documentId": format!("sha256:{}", sha256(NAME)) });
        let _ = send(&client, by_id).await.ok();
    });
}

#[test]
fn what_is_not_what_its_hash_says_or_no_document_is_not_remembered() {
    both_empty(async |w| {
        let client = w.anonymous();
        let answer = send(&client, apollo(NAME, Some("{ __typename }"))).await;
        assert_refused(&answer, StatusCode::BAD_REQUEST, "INVALID_INPUT");
        let path = "extensions.persistedQuery.sha256Hash";
        assert_eq!(answer.problems(), [(path, "INCONSISTENT")]);
        assert_not_found(&send(&client, apollo(NAME, None)).await);
        let _ = send(&client, apollo("{ nothing }", Some("{ nothing }"))).await;
        assert_not_found(&send(&client, apollo("{ nothing }", None)).await);
    });
}

/// A process with a list of one document.
async fn listed(w: &World, only_for: Option<OnlyFor>) -> Beside {
    let list = json!({ "roles": ROLES }).to_string();
    let list = DocumentList::of(&list, Limits::default()).expect("a good list");
    let list = Arc::new(list);
    w.beside(|settings| settings.listed = Listed { list, only_for })
        .await
}

#[test]
fn a_listed_document_is_known_from_the_start() {
    both(async |w| {
        let beside = listed(&w, None).await;
        let client = beside.client(&w.client(Role::Clinician, &w.district().hill).await);
        for body in [
            json!({ "documentId": "roles" }),
            json!({ "documentId": format!("sha256:{}", sha256(ROLES)) }),
            apollo(ROLES, None),
        ] {
            let answer = send(&client, body).await.ok();
            assert_eq!(*answer.data("viewer.roles"), json!(["CLINICIAN"]));
        }
        let _ = client.ask("{ viewer { roles } }").await.ok();
        assert_not_found(&send(&client, json!({ "documentId": "role" })).await);
    });
}

#[track_caller]
fn assert_forbidden(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.text);
    assert_eq!(answer.code(""), "FORBIDDEN");
    assert!(answer.body.get("data").is_none(), "{}", answer.text);
}

#[test]
fn the_list_can_be_all_there_is() {
    both(async |w| {
        let person = w.client(Role::Clinician, &w.district().hill).await;
        let machine = w.client(Role::Integration, &w.district().hill).await;
        let callers = |beside: &Beside| {
            [
                beside.anonymous(),
                beside.client(&machine),
                beside.client(&person),
            ]
        };
        for (only_for, bound) in [
            (None, 0),
            (Some(OnlyFor::Anonymous), 1),
            (Some(OnlyFor::Clients), 2),
            (Some(OnlyFor::Everyone), 3),
        ] {
            let beside = listed(&w, only_for).await;
            for (place, client) in callers(&beside).iter().enumerate() {
                // Whether by name or by text, what is listed may be run.
                let by_name = send(client, json!({ "documentId": "roles" })).await;
                assert_eq!(by_name.status, StatusCode::OK);
                assert_eq!(client.ask(ROLES).await.status, StatusCode::OK);
                let other = client.ask(NAME).await;
                if place < bound {
                    assert_forbidden(&other);
                    // And nobody lists what they send.
                    assert_forbidden(&send(client, apollo(NAME, Some(NAME))).await);
                } else {
                    let _ = other.ok();
                }
            }
            if bound >= 2 {
                let mut socket = Socket::of(&beside.client(&machine)).await;
                socket.subscribe("a", NAME, json!({})).await;
                let refused = socket.message().await;
                assert_eq!(refused["payload"][0]["extensions"]["code"], "FORBIDDEN");
                socket.subscribe("b", ROLES, json!({})).await;
                socket.data("b").await;
            }
        }
    });
}
