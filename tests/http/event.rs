//! Operations answered as event streams, by graphql-sse's distinct connections.

use std::time::Duration;

use chrono::Duration as Span;
use entity::enums::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::assert_refused;
use crate::{
    harness::{
        both, both_empty,
        client::Client,
        event::{Event, Events},
    },
    live::{listening, live},
    referral::cast::Cast,
};

const REFERRAL: &str = "subscription Inbox { referralChanged { id status patient { name } } }";
const FEED: &str = "subscription { changes { id } }";

#[test]
fn a_subscription_is_told_as_it_happens() {
    both(async |w| {
        let (cast, _live) = (Cast::of(&w).await, live(&w));
        let mut sender = Events::of(&cast.hill, REFERRAL, json!({})).await;
        let mut stranger = Events::of(&cast.stranger, REFERRAL, json!({})).await;
        listening().await;
        let posted = cast.story.submit(&cast.hill, cast.story.up()).await;
        let told = sender.answer().await;
        let referral = &told["data"]["referralChanged"];
        assert_eq!(referral["id"], json!(posted.id));
        assert!(referral["patient"]["name"].is_string(), "{told}");
        assert!(told["extensions"]["cost"]["remaining"].is_u64(), "{told}");
        let silent = stranger.next_within(Duration::from_millis(900)).await;
        assert_eq!(silent, None);
    });
}

#[test]
fn queries_and_mutations_are_answered_and_complete() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let mut events = Events::of(&client, "{ viewer { roles } }", json!({})).await;
        let answer = events.answer().await;
        assert_eq!(
            answer["data"],
            json!({ "viewer": { "roles": ["CLINICIAN"] } })
        );
        assert_eq!(events.next().await, Event::Complete);
        assert_eq!(events.next().await, Event::End);

        let mut events = Events::of(&client, "mutation { signOut }", json!({})).await;
        assert_eq!(events.answer().await["data"], json!({ "signOut": true }));
    });
}

#[test]
fn what_is_refused_for_its_document_is_told_by_events() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().hill).await;
        for (document, code) in [
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
            (
                "subscription { changes { id } referralChanged { id } }",
                "GRAPHQL_VALIDATION_FAILED",
            ),
            (
                "subscription ($n: ID!) { referralChanged(referral: $n) { id } }",
                "INVALID_INPUT",
            ),
        ] {
            let mut events = Events::of(&client, document, json!({})).await;
            let answer = events.answer().await;
            let error = &answer["errors"][0];
            assert_eq!(error["extensions"]["code"], code, "{answer}");
            assert_eq!(answer.get("data"), None::<&Value>);
            assert_eq!(events.next().await, Event::Complete);
        }
    });
}

#[test]
fn who_may_not_follow_is_told_so() {
    both(async |w| {
        let machine = w.client(Role::Monitor, &w.district().hill).await;
        let mut events = Events::of(&machine, FEED, json!({})).await;
        let answer = events.answer().await;
        let code = &answer["errors"][0]["extensions"]["code"];
        assert_eq!(code, "FORBIDDEN", "{answer}");
        assert_eq!(events.next().await, Event::Complete);
    });
}

/// Posts with what a reader of events takes.
async fn post(client: &Client, document: &str) -> crate::harness::client::Answer {
    let client = client.clone().with_header("accept", "text/event-stream");
    client.ask(document).await
}

#[test]
fn what_is_refused_for_its_bearer_or_its_form_has_its_status() {
    both(async |w| {
        let bad = w.anonymous().with_token("x");
        let answer = post(&bad, FEED).await;
        assert_refused(&answer, StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
        let answer = post(&w.anonymous(), FEED).await;
        assert_refused(&answer, StatusCode::UNAUTHORIZED, "UNAUTHENTICATED");
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let get = client
            .clone()
            .with_header("accept", "text/event-stream")
            .request(Method::GET, "/graphql?query=mutation%7BsignOut%7D");
        let answer = client.send(get).await;
        assert_refused(&answer, StatusCode::METHOD_NOT_ALLOWED, "INVALID_INPUT");
    });
}

#[test]
fn a_subscription_by_get_is_told_too() {
    both(async |w| {
        let (cast, _live) = (Cast::of(&w).await, live(&w));
        let client = cast.hill.clone().with_header("accept", "text/event-stream");
        let path = "/graphql?query=subscription%7BreferralChanged%7Bid%7D%7D";
        let response = client.request(Method::GET, path).send().await;
        let mut events = Events::from(response.expect("the service answers"));
        listening().await;
        let posted = cast.story.submit(&cast.hill, cast.story.up()).await;
        let told = events.answer().await;
        assert_eq!(told["data"]["referralChanged"]["id"], json!(posted.id));
    });
}

#[test]
fn whoever_takes_json_too_gets_events_of_a_subscription_only() {
    both_empty(async |w| {
        let accept = "application/graphql-response+json, application/json, text/event-stream";
        let client = w.anonymous().with_header("accept", accept);
        let answer = client.ask("{ __typename }").await.ok();
        let media = "application/graphql-response+json; charset=utf-8";
        assert_eq!(answer.header("content-type"), media);
    });
}

#[test]
fn a_session_that_is_ended_ends_the_stream_within_five_seconds() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let mut events = Events::of(&client, FEED, json!({})).await;
        listening().await;
        let _ = client.ask("mutation { signOut }").await.ok();
        assert_unauthenticated(&mut events).await;
    });
}

#[test]
fn a_token_that_runs_out_ends_the_stream() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let mut events = Events::of(&client, FEED, json!({})).await;
        listening().await;
        w.wait(Span::hours(25));
        assert_unauthenticated(&mut events).await;
    });
}

/// The reason, and the end; no `complete`, for clients that connect again by themselves.
async fn assert_unauthenticated(events: &mut Events) {
    let said = events.next_within(Duration::from_secs(5)).await;
    let Some(Event::Next(answer)) = said else {
        panic!("no reason: {said:?}");
    };
    let code = &answer["errors"][0]["extensions"]["code"];
    assert_eq!(code, "UNAUTHENTICATED", "{answer}");
    assert_eq!(events.next().await, Event::End);
}

#[test]
fn a_service_that_stops_says_so() {
    both(async |w| {
        let mut beside = w.beside(|_| {}).await;
        let client = beside.client(&w.client(Role::Clinician, &w.district().hill).await);
        let mut events = Events::of(&client, FEED, json!({})).await;
        listening().await;
        beside.tell_to_stop();
        let answer = events.answer().await;
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!(extensions["code"], "UNAVAILABLE");
        assert_eq!(extensions["retryable"], true);
        assert_eq!(events.next().await, Event::End);
        drop(client);
        beside.stopped().await;
    });
}

#[test]
fn an_account_holds_so_many() {
    both(async |w| {
        let beside = w
            .beside(|settings| settings.sockets.subscriptions = 2)
            .await;
        let client = beside.client(&w.client(Role::Clinician, &w.district().hill).await);
        let first = Events::of(&client, FEED, json!({})).await;
        let _second = Events::of(&client, FEED, json!({})).await;
        let answer = post(&client, FEED).await;
        assert_eq!(answer.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(answer.code(""), "RATE_LIMITED");
        assert!(!answer.header("retry-after").is_empty());
        drop(first);
        tokio::time::sleep(Duration::from_millis(500)).await;
        let _again = Events::of(&client, FEED, json!({})).await;
    });
}
