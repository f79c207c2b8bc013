//! Following orders as they change.

use std::time::Duration;

use entity::enums::Role;
use serde_json::json;

use super::cast::Cast;
use crate::{
    harness::{both, socket::Socket},
    live::live,
};

const DOCUMENT: &str = "subscription($institution: ID, $centre: ID) { orderChanged(institution: $institution, centre: $centre) { id status } }";

#[test]
fn both_sides_hear_of_it_and_nobody_else() {
    both(async |w| {
        let (_live, cast) = (live(&w), Cast::of(&w).await);
        let at_centre = cast.centres.client(Role::Diagnostician, "IMAGING").await;
        let elsewhere = cast.centres.client(Role::Diagnostician, "ECG").await;
        let mut sockets = Vec::new();
        for client in [
            &cast.hill,
            &cast.reader,
            &at_centre,
            &cast.stranger,
            &elsewhere,
        ] {
            let mut socket = Socket::of(client).await;
            socket.subscribe("orders", DOCUMENT, json!({})).await;
            sockets.push(socket);
        }
        let mut narrowed = Socket::of(&cast.reader).await;
        let only = json!({ "centre": cast.centres.centre("ECG") });
        narrowed.subscribe("orders", DOCUMENT, only).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let placed = cast.place("CHEST_DX", 1).await;
        for socket in &mut sockets[..3] {
            let heard = socket.message().await;
            assert_eq!(
                heard["payload"]["data"]["orderChanged"],
                json!({ "id": placed.id, "status": "REQUESTED" })
            );
        }
        for socket in sockets[3..].iter_mut().chain([&mut narrowed]) {
            assert!(socket.next_within(Duration::from_secs(1)).await.is_none());
        }
    });
}

#[test]
fn who_may_not_follow_is_told_so() {
    both(async |w| {
        let (_live, cast) = (live(&w), Cast::of(&w).await);
        let admin = w.client(Role::InstitutionAdmin, &w.district().county).await;
        for (client, variables, code) in [
            (&admin, json!({}), "FORBIDDEN"),
            (&cast.hill, json!({ "centre": "x" }), "INVALID_INPUT"),
        ] {
            let mut socket = Socket::of(client).await;
            socket.subscribe("orders", DOCUMENT, variables).await;
            let refused = socket.message().await;
            assert_eq!(refused["payload"]["errors"][0]["extensions"]["code"], code);
        }
    });
}
