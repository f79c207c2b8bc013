//! Whoever follows is told of exactly what they may see, while all tales are told, and of each as much as they see at that moment.

use std::{collections::BTreeSet, time::Duration};

use entity::{enums::Role, outbox};
use futures::future::join_all;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use super::{
    cast::{Caller, cast},
    schema::SCHEMA,
    stories::{SECRETS, Tale, tales},
    table::{self, Who},
    view::{Relation, View, relation, view},
};
use crate::{
    harness::{
        World, both, canary,
        socket::{Said, Socket},
    },
    live::live,
};

const DOCUMENTS: [(&str, &str); 2] = [
    (
        "referralChanged",
        "subscription { referralChanged { id headerOnly clinical { presentIllness treatment } reasonText patient { name idNumber phone } } }",
    ),
    (
        "changes",
        "subscription { changes { kind subject { __typename id
            ... on Referral { headerOnly clinical { presentIllness treatment } reasonText patient { name idNumber phone } }
            ... on Patient { name }
        } } }",
    ),
];

#[test]
fn every_subscription_is_tried() {
    let published = SCHEMA.fields("Subscription").iter();
    let mut published: Vec<&str> = published.map(|field| field.name.as_str()).collect();
    published.sort_unstable();
    // What shared centres do is followed otherwise: tests/order/follow.rs, tests/critical_value, tests/throughput/live.rs.
    assert_eq!(
        published,
        [
            "changes",
            "criticalValueRaised",
            "orderChanged",
            "referralChanged",
            "throughputChanged"
        ]
    );
}

#[test]
fn followers_are_told_nothing_that_they_may_not_see() {
    both(async |w| {
        let (_live, cast) = (live(&w), cast(&w).await);
        let (mut followers, mut others) = (Vec::new(), BTreeSet::new());
        for caller in cast.iter().filter(|caller| caller.role.is_some()) {
            let may = DOCUMENTS.map(|(name, _)| match table::who(name) {
                Some(Who::Only(roles)) => caller.role.is_some_and(|role| roles.contains(&role)),
                _ => panic!("{name} has a line of its own"),
            });
            // One of each role that may not is enough.
            if !may[0] && !others.insert(caller.role) {
                continue;
            }
            let mut socket = Socket::of(&caller.client).await;
            for ((name, document), may) in DOCUMENTS.into_iter().zip(may) {
                socket.subscribe(name, document, json!({})).await;
                if !may {
                    let refused = socket.message().await;
                    let error = &refused["payload"]["errors"][0]["extensions"]["code"];
                    assert_eq!(error, "FORBIDDEN", "{}", caller.label);
                    assert_eq!(socket.message().await["type"], "complete");
                }
            }
            followers.push((caller, socket));
        }
        let tales = tales(&w).await;
        all_is_placed(&w).await;
        let tales = &tales;
        join_all(
            followers
                .into_iter()
                .map(|(caller, mut socket)| async move {
                    let mut heard: [BTreeSet<String>; 2] = Default::default();
                    while let Some(said) = socket.next_within(Duration::from_secs(2)).await {
                        let Said::Message(message) = said else {
                            panic!("{} was disconnected: {said:?}", caller.label);
                        };
                        let name = message["id"].as_str().unwrap_or_default();
                        let place = usize::from(name == "changes");
                        heard[place].extend(check(caller, tales, &message));
                    }
                    let expected: BTreeSet<String> = tales
                        .iter()
                        .filter(|tale| sees(caller, tale) >= View::Header)
                        .map(|tale| tale.told.id.clone())
                        .collect();
                    assert_eq!(heard, [expected.clone(), expected], "{}", caller.label);
                }),
        )
        .await;
    });
}

fn sees(caller: &Caller, tale: &Tale) -> View {
    let stands = relation(caller.at, &tale.sender, &tale.receiver);
    view(caller, stands, tale.stage)
}

async fn all_is_placed(w: &World) {
    while outbox::Entity::find()
        .count(w.app.db.reader())
        .await
        .expect("a count")
        > 0
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Whether the message tells nothing that is not for the caller; the referral that it tells of.
fn check(caller: &Caller, tales: &[Tale], message: &Value) -> Option<String> {
    let context = format!("{}: {message}", caller.label);
    let data = &message["payload"]["data"];
    assert!(
        message["payload"]["errors"].is_null() && data.is_object(),
        "{context}"
    );
    let subject = if data["changes"].is_object() {
        &data["changes"]["subject"]
    } else {
        &data["referralChanged"]
    };
    let admin = matches!(
        caller.role,
        Some(Role::InstitutionAdmin | Role::CommunityManager)
    );
    let text = message.to_string();
    let tells = canary::sings(&text) || SECRETS.iter().any(|secret| text.contains(secret));
    assert!(!(admin && tells), "{context}");
    let id = subject["id"].as_str()?;
    if subject["headerOnly"].is_null() {
        // A patient whom the caller registered, or something of the directory.
        assert!(!(admin && subject["__typename"] == "Patient"), "{context}");
        return None;
    }
    let tale = tales.iter().find(|tale| tale.told.id == id);
    let tale = tale.unwrap_or_else(|| panic!("nobody told of it: {context}"));
    let stands = relation(caller.at, &tale.sender, &tale.receiver);
    assert_ne!(stands, Relation::None, "{context}");
    let header = subject["headerOnly"] == true;
    assert!(
        header || !(admin || stands == Relation::Community),
        "{context}"
    );
    assert!(!(header && tells), "{context}");
    Some(id.to_owned())
}
