//! The examples fit the schema, and tell one story from post to timeline.

use api::id::{self, Kind};
use chrono::Duration;
use entity::enums::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{both, client::Client, socket::Socket},
    live::live,
    referral::letter,
};

/// The document and the variables of each tab, by the name of its operation.
async fn examples(client: &Client) -> Vec<(String, String, Value)> {
    let listed = client
        .send(client.request(Method::GET, "/explorer/examples.json"))
        .await;
    let tabs = listed.body.as_array().expect("a list").iter();
    tabs.map(|tab| {
        let document = tab["query"].as_str().expect("a document").to_owned();
        let variables = match tab["variables"].as_str() {
            Some(text) => serde_json::from_str(text).expect("variables are JSON"),
            None => json!({}),
        };
        (named(&document), document, variables)
    })
    .collect()
}

/// The name of a document's one operation.
fn named(document: &str) -> String {
    let begins = ["query ", "mutation ", "subscription "];
    let first = document
        .lines()
        .find_map(|line| begins.iter().find_map(|begin| line.strip_prefix(begin)))
        .expect("it has an operation");
    first
        .split(['(', ' '])
        .next()
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn they_play_a_referral_from_post_to_timeline() {
    both(async |w| {
        let _live = live(&w);
        let d = w.district();
        let system = w.client(Role::Integration, &d.hill).await;
        let county = w.client(Role::Coordinator, &d.county).await;
        let examples = examples(&w.anonymous()).await;
        let names: Vec<_> = examples.iter().map(|(name, ..)| name.as_str()).collect();
        let all = [
            "Inbox",
            "Destinations",
            "Submit",
            "Accept",
            "Timeline",
            "Changes",
        ];
        assert_eq!(names, all);
        let example = |wanted: &str| {
            let found = examples.iter().find(|(name, ..)| name == wanted);
            let (_, document, variables) = found.expect("it is among them").clone();
            (document, variables)
        };

        let (document, variables) = example("Destinations");
        let answer = system.call(&document, variables).await.ok();
        answer.text_at("suggestDestinations.0.institution.id");

        let (document, mut variables) = example("Submit");
        assert_eq!(variables["input"]["receiver"], "inst_", "to be filled in");
        variables["input"]["receiver"] = id::encode(Kind::Institution, d.county.id).into();
        let posted = system.call(&document, variables.clone()).await.ok();
        let referral = posted.text_at("submitReferral.referral.id").to_owned();
        let again = system.call(&document, variables).await.ok();
        assert_eq!(again.data("submitReferral.replayed"), true);

        let (document, variables) = example("Inbox");
        let inbox = county.call(&document, variables).await.ok();
        assert_eq!(inbox.text_at("referrals.edges.0.node.id"), referral);

        let (document, mut variables) = example("Accept");
        assert_eq!(
            variables["input"]["referral"]["id"], "ref_",
            "to be filled in"
        );
        variables["input"]["referral"]["id"] = referral.clone().into();
        variables["input"]["version"] = inbox.data("referrals.edges.0.node.version").clone();
        assert_eq!(variables["input"]["department"], "dep_", "to be filled in");
        let department = "referrals.edges.0.node.receiver.departments.edges.0.node.id";
        variables["input"]["department"] = inbox.data(department).clone();
        variables["input"]["plannedAt"] = letter::moment(&w, Duration::days(1)).into();
        let accepted = county.call(&document, variables).await.ok();
        assert_eq!(
            accepted.text_at("acceptReferral.referral.status"),
            "ACCEPTED"
        );

        let (document, mut variables) = example("Timeline");
        assert_eq!(variables["by"]["id"], "ref_", "to be filled in");
        variables["by"]["id"] = referral.clone().into();
        let told = system.call(&document, variables).await.ok();
        let edges = told.data("referral.timeline.edges").as_array();
        assert_eq!(edges.map(Vec::len), Some(2), "{}", told.text);

        let (document, variables) = example("Changes");
        let mut socket = Socket::of(&county).await;
        socket.subscribe("changes", &document, variables).await;
        let change = socket.data("changes").await;
        assert_eq!(change["changes"]["subject"]["id"], referral, "{change}");
    });
}
