//! How a connection ends.

use std::time::Duration;

use chrono::Duration as Span;
use entity::enums::Role;
use serde_json::json;

use crate::harness::{
    both,
    socket::{Said, Socket},
};

const FEED: &str = "subscription { changes { id } }";

#[test]
fn a_token_that_runs_out_ends_the_stream() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let mut socket = Socket::of(&client).await;
        socket.subscribe("feed", FEED, json!({})).await;
        socket.is_silent().await;
        w.wait(Span::hours(25));
        let said = socket.next_within(Duration::from_secs(5)).await;
        assert_eq!(said, Some(Said::Closed(4401)));
    });
}

#[test]
fn a_session_that_is_ended_ends_the_stream_within_five_seconds() {
    both(async |w| {
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let mut socket = Socket::of(&client).await;
        socket.subscribe("feed", FEED, json!({})).await;
        socket.is_silent().await;
        let _ = client.ask("mutation { signOut }").await.ok();
        let said = socket.next_within(Duration::from_secs(5)).await;
        assert_eq!(said, Some(Said::Closed(4401)));
    });
}

#[test]
fn a_service_that_stops_says_so() {
    both(async |w| {
        let mut beside = w.beside(|_| {}).await;
        let client = w.client(Role::Clinician, &w.district().hill).await;
        let mut socket = Socket::of(&beside.client(&client)).await;
        socket.subscribe("feed", FEED, json!({})).await;
        socket.is_silent().await;
        beside.tell_to_stop();
        assert_eq!(socket.next().await, Said::Closed(1001));
        beside.stopped().await;
    });
}
