//! The protocol graphql-transport-ws, message by message.

use entity::enums::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::harness::{
    World, both,
    client::Client,
    socket::{Said, Socket},
};

const PROTOCOL: Option<&str> = Some("graphql-transport-ws");

async fn hill(w: &World) -> Client {
    w.client(Role::Clinician, &w.district().hill).await
}

#[test]
fn queries_and_mutations_are_answered_and_complete() {
    both(async |w| {
        let mut socket = Socket::of(&hill(&w).await).await;
        socket.send(json!({ "type": "ping" })).await;
        assert_eq!(socket.message().await, json!({ "type": "pong" }));
        socket.send(json!({ "type": "pong" })).await;

        socket
            .subscribe("a", "{ viewer { roles } }", json!({}))
            .await;
        let data = socket.data("a").await;
        assert_eq!(data, json!({ "viewer": { "roles": ["CLINICIAN"] } }));
        assert_eq!(
            socket.message().await,
            json!({ "id": "a", "type": "complete" })
        );

        // The id is free again.
        let register = "mutation Register($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { identified } } }";
        let input = crate::harness::canary::Patient::nth(1).input();
        socket
            .subscribe("a", register, json!({ "input": input }))
            .await;
        let data = socket.data("a").await;
        assert_eq!(data["registerPatient"]["patient"]["identified"], true);
        assert_eq!(socket.message().await["type"], "complete");
    });
}

#[test]
fn what_is_refused_is_an_error_and_the_connection_goes_on() {
    both(async |w| {
        let mut socket = Socket::of(&hill(&w).await).await;
        for (document, code) in [
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("{ huangfang }", "GRAPHQL_VALIDATION_FAILED"),
            (
                "subscription { referralChanged { id } changes { id } }",
                "GRAPHQL_VALIDATION_FAILED",
            ),
            (
                "query ($n: Int!) { referrals(first: $n) { totalCount } }",
                "INVALID_INPUT",
            ),
            (
                "query A { viewer { roles } } query B { viewer { roles } }",
                "INVALID_INPUT",
            ),
        ] {
            socket.subscribe("a", document, json!({})).await;
            let message = socket.message().await;
            assert_eq!(
                (&message["type"], &message["id"]),
                (&json!("error"), &json!("a"))
            );
            let error = &message["payload"][0];
            assert_eq!(error["extensions"]["code"], code, "{message}");
            assert!(!message.to_string().contains("huangfang"));
        }
        socket
            .subscribe("a", "{ viewer { roles } }", json!({}))
            .await;
        socket.data("a").await;
    });
}

/// Connects, says these, and is closed with that code.
async fn closes(client: &Client, says: &[Value], code: u16) {
    let mut socket = Socket::connect(client, PROTOCOL).await;
    for message in says {
        match message {
            Value::String(text) => socket.send_text(text).await,
            message => socket.send(message.clone()).await,
        }
    }
    loop {
        match socket.next().await {
            Said::Message(_) => {}
            Said::Closed(found) => {
                assert_eq!(found, code, "after {says:?}");
                return;
            }
        }
    }
}

#[test]
fn what_breaks_the_protocol_ends_the_connection_with_its_code() {
    both(async |w| {
        let client = hill(&w).await;
        let token = client.token().expect("a token").to_owned();
        let init = json!({ "type": "connection_init", "payload": { "token": token } });
        let subscribe = json!({ "id": "1", "type": "subscribe", "payload": { "query": "subscription { changes { id } }" } });
        for bad in [
            json!("nonsense"),
            json!([]),
            json!({ "type": "start" }),
            json!({ "id": "1", "type": "subscribe" }),
            json!({ "id": "1", "type": "subscribe", "payload": { "query": 1 } }),
            json!({ "id": "1", "type": "subscribe", "payload": [] }),
            json!({ "type": "ping", "payload": 1 }),
        ] {
            closes(&client, &[init.clone(), bad], 4400).await;
        }
        closes(&client, &[subscribe.clone()], 4401).await;
        for bad in [
            json!({}),
            json!({ "token": "x" }),
            json!({ "authorization": token }),
            json!({ "authorization": "Bearer x" }),
        ] {
            let init = json!({ "type": "connection_init", "payload": bad });
            closes(&client, &[init], 4403).await;
        }
        closes(&client, &[init.clone(), init.clone()], 4429).await;
        closes(&client, &[init, subscribe.clone(), subscribe], 4409).await;
        // And whoever speaks another one, or none.
        let mut socket = Socket::connect(&client, None).await;
        assert_eq!(socket.next().await, Said::Closed(4406));
        let mut socket = Socket::connect(&client, PROTOCOL).await;
        socket.send_bytes().await;
        assert_eq!(socket.next().await, Said::Closed(4400));
    });
}

#[test]
fn who_does_not_introduce_themselves_is_disconnected() {
    both(async |w| closes(&w.anonymous(), &[], 4408).await);
}

#[test]
fn http_does_not_carry_subscriptions_and_the_socket_is_no_page() {
    both(async |w| {
        let client = hill(&w).await;
        let answer = client.ask("subscription { changes { id } }").await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.errors()[0]["extensions"]["code"], "INVALID_INPUT");
        let answer = client
            .send(client.request(Method::GET, "/graphql/ws"))
            .await;
        assert_eq!(answer.status, StatusCode::UPGRADE_REQUIRED);
    });
}
