//! How much one client may hold open, and for how long it may keep the service waiting.

use std::time::{Duration, Instant};

use entity::enums::Role;
use serde_json::{Value, json};

use crate::harness::{
    both,
    client::Client,
    socket::{Said, Socket},
};

const FEED: &str = "subscription { changes { id } }";
/// Answers that nobody reads.
const DEAF: usize = 60;
const PROTOCOL: Option<&str> = Some("graphql-transport-ws");

/// Whether the account may have one socket more.
async fn is_taken(client: &Client) -> bool {
    let mut socket = Socket::connect(client, PROTOCOL).await;
    let token = json!({ "token": client.token() });
    socket
        .send(json!({ "type": "connection_init", "payload": token }))
        .await;
    match socket.next().await {
        Said::Message(_) => true,
        Said::Closed(code) => {
            assert_eq!(code, 1013);
            false
        }
    }
}

#[test]
fn an_account_has_so_many_sockets_and_no_more() {
    both(async |w| {
        let beside = w.beside(|settings| settings.sockets.sockets = 2).await;
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let client = beside.client(&client);
        let first = Socket::of(&client).await;
        let _second = Socket::of(&client).await;
        assert!(!is_taken(&client).await);
        let other = w.client(Role::Clinician, &w.district().hill).await;
        Socket::of(&beside.client(&other)).await;
        drop(first);
        tokio::time::sleep(Duration::from_millis(200)).await;
        Socket::of(&client).await;
    });
}

#[test]
fn an_account_follows_so_much_and_no_more() {
    both(async |w| {
        let beside = w
            .beside(|settings| settings.sockets.subscriptions = 2)
            .await;
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let client = beside.client(&client);
        let (mut one, mut other) = (Socket::of(&client).await, Socket::of(&client).await);
        one.subscribe("a", FEED, json!({})).await;
        other.subscribe("a", FEED, json!({})).await;
        other.is_silent().await;
        one.subscribe("b", FEED, json!({})).await;
        let refused = one.message().await;
        assert_eq!(
            (&refused["type"], &refused["id"]),
            (&json!("error"), &json!("b"))
        );
        let extensions = &refused["payload"][0]["extensions"];
        assert_eq!(extensions["code"], "RATE_LIMITED", "{refused}");
        assert_eq!(extensions["retryAfter"], 1);
        // What is given up is free again.
        one.send(json!({ "id": "a", "type": "complete" })).await;
        one.subscribe("b", "{ viewer { roles } }", json!({})).await;
        one.data("b").await;
    });
}

#[test]
fn who_does_not_introduce_themselves_in_time_is_disconnected() {
    both(async |w| {
        let beside = w.beside(|settings| settings.sockets.init_time = 1).await;
        let began = Instant::now();
        let mut socket = Socket::connect(&beside.anonymous(), PROTOCOL).await;
        assert_eq!(socket.next().await, Said::Closed(4408));
        assert!(began.elapsed() < Duration::from_secs(4));
    });
}

#[test]
fn who_reads_nothing_is_disconnected_and_holds_up_nobody() {
    both(async |w| {
        let beside = w
            .beside(|settings| {
                settings.sockets.send_time = 1;
                settings.sockets.sockets = 2;
            })
            .await;
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let client = beside.client(&client);
        let mut deaf = Socket::of(&client).await;
        let mut other = Socket::of(&client).await;
        let big = "{ __schema { types { name description fields { name description type { name } args { name description } } } } }";
        // As much as the two ends of the line and the queue between them hold, and more.
        for number in 0..DEAF {
            deaf.subscribe(&number.to_string(), big, json!({})).await;
        }
        // There is room for a third socket as soon as the deaf one is disconnected.
        let began = Instant::now();
        while !is_taken(&client).await {
            other
                .subscribe("a", "{ viewer { roles } }", json!({}))
                .await;
            other.data("a").await;
            assert_eq!(other.message().await["type"], "complete");
            assert!(began.elapsed() < Duration::from_mins(1), "it is kept");
        }
        let mut heard = 0;
        let closed = loop {
            match deaf.next().await {
                Said::Message(Value::Object(_)) => heard += 1,
                Said::Message(other) => panic!("no message: {other}"),
                Said::Closed(code) => break code,
            }
        };
        assert!(heard < 2 * DEAF, "it was not all sent");
        assert!([1013, 1006].contains(&closed), "{closed}");
    });
}

#[test]
fn a_message_that_is_too_long_ends_the_connection() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let mut socket = Socket::of(&client).await;
        let long = "x".repeat(2 * 1024 * 1024);
        let _ = socket.try_send_text(&long).await;
        assert!(matches!(socket.next().await, Said::Closed(4400 | 1006)));
    });
}
