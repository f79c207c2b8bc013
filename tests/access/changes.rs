//! The feed tells everybody of exactly the referrals that their lists show, and of each as much as they see.

use std::collections::BTreeSet;

use api::record::relay::relay_once;
use serde_json::Value;

use super::{
    cast::{cast, everybody},
    stories::{SECRETS, tales},
    table::{self, Who},
    view::{View, relation, view},
};
use crate::harness::both;

#[test]
fn the_feed_tells_nobody_more_than_the_table() {
    both(async |w| {
        let (tales, cast) = (tales(&w).await, cast(&w).await);
        while relay_once(&w.app).await.expect("the relay works") > 0 {}
        let Some(Who::Only(readers)) = table::who("changes") else {
            panic!("the feed has a line of its own");
        };
        everybody(&cast, async |caller| {
            let document = "{ changes(first: 100) { pageInfo { hasNextPage } edges { node { kind subject { __typename id
                ... on Referral { headerOnly clinical { presentIllness } patient { name idNumber } }
                ... on Patient { name }
            } } } } }";
            let answer = caller.client.ask(document).await;
            let context = format!("{}: {}", caller.label, answer.text);
            if !caller.role.is_some_and(|role| readers.contains(&role)) {
                assert!(!answer.errors().is_empty(), "{context}");
                return;
            }
            assert_eq!(answer.data("changes.pageInfo.hasNextPage"), false);
            let edges = answer.data("changes.edges").as_array().expect("a list");
            let subjects = edges.iter().map(|edge| &edge["node"]["subject"]);
            let referrals: BTreeSet<&str> = subjects
                .clone()
                .filter(|subject| subject["__typename"] == "Referral")
                .filter_map(|subject| subject["id"].as_str())
                .collect();
            let seen = |tale: &super::stories::Tale| {
                let stands = relation(caller.at, &tale.sender, &tale.receiver);
                view(caller, stands, tale.stage)
            };
            let expected: BTreeSet<&str> = tales
                .iter()
                .filter(|tale| seen(tale) >= View::Header)
                .map(|tale| tale.told.id.as_str())
                .collect();
            assert_eq!(referrals, expected, "{context}");
            for subject in subjects {
                let tale = tales.iter().find(|tale| subject["id"] == tale.told.id.as_str());
                let Some(tale) = tale else {
                    // Somebody who sees patients, and registered this one.
                    let cares = caller.role.is_some_and(super::rights::cares);
                    assert!(cares || subject["__typename"] != "Patient", "{context}");
                    continue;
                };
                let header = seen(tale) == View::Header;
                assert_eq!(subject["headerOnly"], header, "{context}");
                if header {
                    assert_eq!(subject["patient"], Value::Null, "{context}");
                    let text = subject.to_string();
                    assert!(!SECRETS.iter().any(|secret| text.contains(secret)), "{context}");
                }
            }
        })
        .await;
    });
}
