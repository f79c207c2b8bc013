//! The feed as scopes follow it: in order, once, without gaps, and only what the scope could see.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use api::{
    auth::{Actor, Scope},
    record::{background, changes, following::Following, relay::relay_once},
};
use entity::enums::{Role, SubjectKind};
use futures::future::join_all;
use sea_orm::QueryTrait as _;
use serde_json::{Value, json};
use tokio::{sync::watch, time};
use uuid::Uuid;

use super::{feed::write, process};
use crate::{
    harness::{World, both, both_empty, client::Answer, client::Client, people::Place},
    referral::{
        letter::{self, with},
        story::Story,
    },
};

const FEED: &str = "query Feed($after: String, $first: Int, $kinds: [ChangeKind!]) {
    changes(after: $after, first: $first, kinds: $kinds) {
        totalCount pageInfo { hasNextPage hasPreviousPage }
        edges { cursor node {
            id kind action version status institution { id } occurredAt recordedAt
            subject { __typename id ... on Referral { headerOnly status patient { id name } } ... on Patient { name } }
        } }
    }
}";

/// Gives every event its place.
pub async fn place(w: &World) {
    while relay_once(&w.app).await.expect("the relay works") > 0 {}
}

async fn read(by: &Client, variables: Value) -> Answer {
    by.call(FEED, variables).await
}

fn nodes(answer: &Answer) -> Vec<&Value> {
    let edges = answer.data("changes.edges").as_array();
    let edges = edges.expect("a list").iter();
    edges.map(|edge| &edge["node"]).collect()
}

fn actions(answer: &Answer) -> Vec<&str> {
    let nodes = nodes(answer).into_iter();
    nodes.filter_map(|node| node["action"].as_str()).collect()
}

#[test]
fn a_system_goes_on_where_it_stopped() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let hill = w.client(Role::Integration, &d.hill).await;
        let county = w.client(Role::Clinician, &d.county).await;
        let posted = story.submit(&hill, story.up()).await;
        let accepted = story.accept(&county, &posted, json!({})).await;
        story.depart(&hill, &accepted, json!({})).await;
        assert_eq!(
            nodes(&read(&hill, json!({})).await.ok()),
            Vec::<&Value>::new(),
            "nothing has its place yet"
        );
        place(&w).await;

        let (mut after, mut seen) = (Value::Null, Vec::new());
        loop {
            let page = read(&hill, json!({ "after": after, "first": 2 }))
                .await
                .ok();
            for edge in page.data("changes.edges").as_array().expect("a list") {
                assert_eq!(edge["cursor"], edge["node"]["id"]);
                let said = ["kind", "action", "status"].map(|name| edge["node"][name].to_string());
                seen.push(said.join(" ").replace('"', ""));
                after = edge["cursor"].clone();
            }
            assert_eq!(page.number_at("changes.totalCount"), 4);
            if page.data("changes.pageInfo.hasNextPage") == false {
                break;
            }
        }
        // The post registers its patient at the same moment: which of the two is first says nothing.
        seen[..2].sort_by_key(ToString::to_string);
        assert_eq!(
            seen,
            [
                "PATIENT REGISTER_PATIENT null",
                "REFERRAL SUBMIT_REFERRAL SUBMITTED",
                "REFERRAL ACCEPT_REFERRAL ACCEPTED",
                "REFERRAL RECORD_DEPARTURE IN_TRANSIT",
            ]
        );
        let end = read(&hill, json!({ "after": after })).await.ok();
        assert_eq!(nodes(&end), Vec::<&Value>::new());
        assert_eq!(end.data("changes.pageInfo.hasPreviousPage"), true);

        // The subject is read as it is now, and what was shown of the patient is on record.
        let page = read(&county, json!({ "kinds": ["REFERRAL"] })).await.ok();
        let first = nodes(&page)[0];
        assert_eq!(first["status"], "SUBMITTED");
        assert_eq!(first["subject"]["id"], posted.id);
        assert_eq!(first["subject"]["status"], "IN_TRANSIT");
        assert_eq!(first["institution"]["id"], letter::institution(d.hill.id));
        assert!(first["subject"]["patient"]["name"].is_string());
    });
}

#[test]
fn what_is_asked_for_wrongly_is_named() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        for (variables, problem) in [
            (json!({ "first": 0 }), ("first", "TOO_LARGE")),
            (json!({ "first": 101 }), ("first", "TOO_LARGE")),
            (json!({ "after": "nonsense" }), ("after", "FORMAT")),
            (
                json!({ "after": letter::institution(Uuid::nil()) }),
                ("after", "WRONG_TYPE"),
            ),
        ] {
            let answer = read(&hill, variables).await;
            assert_eq!(answer.code("changes"), "INVALID_INPUT");
            assert_eq!(answer.problems(), [problem]);
        }
    });
}

#[test]
fn everybody_follows_what_they_could_see_and_nothing_else() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        let county = w.client(Role::Clinician, &d.county).await;
        let to = json!({ "receiverDepartment": letter::department(d.neurology.id) });
        let posted = story.submit(&hill, with(story.up(), to)).await;
        let elsewhere = json!({ "department": letter::department(d.internal.id) });
        let accepted = story.accept(&county, &posted, elsewhere).await;
        story.arrive(&county, &accepted, json!({})).await;
        place(&w).await;
        let all = ["SUBMIT_REFERRAL", "ACCEPT_REFERRAL", "RECORD_ARRIVAL"];

        let answer = read(&county, json!({})).await.ok();
        assert_eq!(
            actions(&answer),
            all,
            "the receiver hears of no patient that it did not register"
        );
        // The first department keeps the header, and hears what becomes of it.
        let neurology = w.client(Role::Clinician, &d.neurology).await;
        let answer = read(&neurology, json!({})).await.ok();
        assert_eq!(actions(&answer), all);
        let subject = &nodes(&answer)[2]["subject"];
        assert_eq!(
            (&subject["headerOnly"], &subject["patient"]),
            (&json!(true), &Value::Null)
        );
        let internal = w.client(Role::Clinician, &d.internal).await;
        assert_eq!(actions(&read(&internal, json!({})).await.ok()), all[1..]);
        // Administrators and managers: headers, no patient.
        for by in [
            w.client(Role::InstitutionAdmin, &d.hill).await,
            w.client(Role::CommunityManager, &d.general).await,
        ] {
            let answer = read(
                &by,
                json!({ "kinds": ["REFERRAL", "PATIENT", "FOLLOW_UP"] }),
            )
            .await
            .ok();
            assert_eq!(actions(&answer), all, "{}", answer.text);
            for node in nodes(&answer) {
                assert_eq!(node["subject"]["headerOnly"], true);
            }
        }
        let stranger = w.client(Role::Clinician, &d.herbs).await;
        assert_eq!(
            actions(&read(&stranger, json!({})).await.ok()),
            Vec::<&str>::new()
        );
        // Whoever sends experts follows those, and no patient.
        let officer = w.client(Role::DispatchOfficer, &d.hill).await;
        assert_eq!(
            actions(&read(&officer, json!({})).await.ok()),
            Vec::<&str>::new()
        );
        let auditor = w.client(Role::Auditor, Place::INSTALLATION).await;
        let regulator = w.client(Role::Regulator, "3301").await;
        for by in [auditor, regulator] {
            assert_eq!(read(&by, json!({})).await.code("changes"), "FORBIDDEN");
        }
        assert_eq!(
            read(&w.anonymous(), json!({})).await.code("changes"),
            "UNAUTHENTICATED"
        );
    });
}

#[test]
fn a_page_costs_the_same_few_statements_and_an_index_serves_it() {
    both(async |w| {
        let story = Story::of(&w);
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let cost = async |letters: u32| {
            for _ in 0..letters {
                story.submit(&hill, story.up()).await;
            }
            place(&w).await;
            let all = hill.measure(FEED, json!({ "first": 100 })).await;
            all.statements()
        };
        let (few, many) = (cost(1).await, cost(12).await);
        // The page, the total, referrals, patients (once more where a referral asks while they are on the way), the audit entry.
        assert!(few.max(many) <= 8, "{few} for a few rows, {many} for many");
        let page = changes::page(Uuid::nil(), SubjectKind::ALL, 5, 21);
        let statement = page.build(w.app.db.backend());
        w.assert_index_serves(&statement).await;
    });
}

#[test]
fn changes_of_the_directory_go_to_whom_they_concern() {
    both(async |w| {
        let d = w.district();
        let admin = w.client(Role::InstitutionAdmin, &d.hill).await;
        let document = "mutation Rename($input: UpdateInstitutionInput!) { updateInstitution(input: $input) { replayed } }";
        let input = json!({ "id": letter::institution(d.hill_station.id), "version": d.hill_station.version, "phone": "0571-86860000" });
        let _ = admin.call(document, json!({ "input": input })).await.ok();
        place(&w).await;
        let own = w.client(Role::Clinician, &d.hill_station).await;
        let manager = w.client(Role::CommunityManager, &d.general).await;
        for by in [&admin, &own, &manager] {
            let answer = read(by, json!({ "kinds": ["INSTITUTION"] })).await.ok();
            assert_eq!(actions(&answer), ["UPDATE_INSTITUTION"]);
            assert_eq!(nodes(&answer)[0]["subject"]["__typename"], "Station");
        }
        let other = w.client(Role::Clinician, &d.county).await;
        assert_eq!(
            actions(&read(&other, json!({})).await.ok()),
            Vec::<&str>::new()
        );
    });
}

#[test]
fn a_follower_that_comes_back_misses_nothing_and_sees_nothing_twice() {
    both_empty(async |w| followed_once(&w, 20).await);
}

/// Eight writers, three processes that relay and tail, and a follower in each that stops and comes back with the last id it has seen, once
/// to another process each time: every change of the scope, once, in its order.
pub async fn followed_once(w: &World, each: i32) {
    const COMMON: u128 = 100;
    let processes = Arc::new([w.app.clone(), process(w).await, process(w).await]);
    let (stop, told) = watch::channel(false);
    let running: Vec<_> = processes
        .iter()
        .map(|app| background::spawn(app.clone(), told.clone()))
        .collect();
    let all = 8 * usize::try_from(each).unwrap_or_default();
    let followers = (0..3).map(|first| {
        let processes = processes.clone();
        tokio::spawn(async move { follow(&processes, first, COMMON, all).await })
    });
    let followers: Vec<_> = followers.collect();
    let writers = (0..8_u128).map(|writer| {
        let app = processes[usize::try_from(writer % 3).unwrap_or(0)].clone();
        tokio::spawn(async move { write(&app, writer, each).await })
    });
    for writer in join_all(writers).await {
        writer.expect("a writer works");
    }
    for follower in join_all(followers).await {
        let seen = follower.expect("a follower sees everything in time");
        let positions: Vec<i64> = seen.iter().map(|(position, ..)| *position).collect();
        assert_eq!(
            positions,
            (1..).take(all).collect::<Vec<i64>>(),
            "each once, in order"
        );
        let mut versions = BTreeMap::<Uuid, i32>::new();
        for (_, subject, version) in seen {
            let last = versions.entry(subject).or_default();
            assert_eq!(
                version,
                *last + 1,
                "the versions of an object in their order"
            );
            *last = version;
        }
    }
    let _ = stop.send(true);
    for running in running {
        running.await.expect("the background ends");
    }
}

/// Follows a scope, now by one process, now by another.
async fn follow(
    processes: &[api::app::App; 3],
    first: usize,
    scope: u128,
    all: usize,
) -> Vec<(i64, Uuid, i32)> {
    let actor = Actor {
        account: Uuid::from_u128(1),
        scope: Scope::Institution {
            id: Uuid::from_u128(scope),
            department: None,
        },
        roles: [Role::Coordinator].into(),
        ..Actor::system("test")
    };
    let mut seen: Vec<(i64, Uuid, i32)> = Vec::new();
    let mut turn = first;
    while seen.len() < all {
        let app = &processes[turn % 3];
        let last = seen.last().map_or(0, |(position, ..)| *position);
        let mut following = Following::after(app, &actor, last).expect("it may follow");
        // Now it stays for a few, now until nothing has come for a while.
        for _ in 0..(5 + 7 * (turn % 5)) {
            let next = time::timeout(Duration::from_millis(700), following.next(app)).await;
            let Ok(next) = next else { break };
            let change = next.expect("the feed can be read").expect("it catches up");
            seen.push((change.position, change.subject_id, change.version));
        }
        turn += 1;
    }
    seen
}
