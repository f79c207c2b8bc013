//! What followers are told, and what not.

use entity::enums::Role;
use serde_json::{Value, json};

use super::{listening, live};
use crate::{
    harness::{both, people::Place, socket::Socket},
    referral::{
        cast::Cast,
        letter::{self, with},
    },
};

const REFERRAL: &str = "subscription Inbox($institution: ID, $referral: ID) {
    referralChanged(institution: $institution, referral: $referral) {
        id version status headerOnly patient { id name } diagnoses { text }
    }
}";
const CHANGES: &str = "subscription Feed($after: String) {
    changes(after: $after) { id kind action status subject { id ... on Referral { status headerOnly } } }
}";

#[test]
fn both_sides_hear_of_it_as_it_happens() {
    both(async |w| {
        let (cast, _live) = (Cast::of(&w).await, live(&w));
        let mut sender = Socket::of(&cast.hill).await;
        let mut receiver = Socket::of(&cast.county).await;
        let mut stranger = Socket::of(&cast.stranger).await;
        let mut manager = Socket::of(&cast.manager).await;
        for socket in [&mut sender, &mut receiver, &mut stranger, &mut manager] {
            socket.subscribe("in", REFERRAL, json!({})).await;
        }
        listening().await;
        // What is said to nobody yet is told to nobody.
        cast.story.draft(&cast.hill, cast.story.up()).await;
        let draft = sender.data("in").await;
        assert_eq!(draft["referralChanged"]["status"], "DRAFT");

        let posted = cast.story.submit(&cast.hill, cast.story.up()).await;
        for socket in [&mut sender, &mut receiver] {
            let told = socket.data("in").await["referralChanged"].clone();
            assert_eq!(
                (&told["id"], &told["status"]),
                (&json!(posted.id), &json!("SUBMITTED"))
            );
            assert!(told["patient"]["name"].is_string(), "{told}");
        }
        let told = manager.data("in").await["referralChanged"].clone();
        assert_eq!(
            (&told["headerOnly"], &told["patient"]),
            (&json!(true), &Value::Null)
        );

        // Of one that is off the header is left, to the receiver.
        cast.story.reject(&cast.county, &posted, json!({})).await;
        let told = receiver.data("in").await["referralChanged"].clone();
        assert_eq!(
            (&told["status"], &told["headerOnly"]),
            (&json!("REJECTED"), &json!(true))
        );
        assert_eq!(
            (&told["patient"], &told["diagnoses"]),
            (&Value::Null, &Value::Null)
        );
        let told = sender.data("in").await["referralChanged"].clone();
        assert_eq!(
            (&told["status"], &told["headerOnly"]),
            (&json!("REJECTED"), &json!(false))
        );
        stranger.is_silent().await;

        // Whoever wants no more of it hears no more of it.
        receiver
            .send(json!({ "id": "in", "type": "complete" }))
            .await;
        cast.story.submit(&cast.hill, cast.story.up()).await;
        sender.data("in").await;
        receiver.is_silent().await;
    });
}

#[test]
fn a_follower_hears_only_of_what_it_asked_for() {
    both(async |w| {
        let (cast, _live) = (Cast::of(&w).await, live(&w));
        let d = w.district();
        let one = cast.bring("SUBMITTED").await;
        let manager = w.client(Role::CommunityManager, &d.general).await;
        let mut only = Socket::of(&cast.hill).await;
        only.subscribe("one", REFERRAL, json!({ "referral": one.id }))
            .await;
        let mut of_river = Socket::of(&manager).await;
        let river = json!({ "institution": letter::institution(d.river.id) });
        of_river.subscribe("river", REFERRAL, river).await;
        for socket in [&mut only, &mut of_river] {
            // Until both are listening.
            socket.send(json!({ "type": "ping" })).await;
            assert_eq!(socket.message().await["type"], "pong");
        }
        listening().await;
        cast.story.submit(&cast.hill, cast.story.up()).await;
        let from = w.client(Role::Clinician, &d.river).await;
        let by = json!({ "senderPractitioner": letter::practitioner(d.river_doctor.id) });
        let other = cast.story.submit(&from, with(cast.story.up(), by)).await;
        cast.story.accept(&cast.county, &one, json!({})).await;
        let mut told = only.data("one").await["referralChanged"].clone();
        if told["status"] == "SUBMITTED" {
            // Its posting was still on its way when the socket began to listen.
            told = only.data("one").await["referralChanged"].clone();
        }
        assert_eq!(
            (&told["id"], &told["status"]),
            (&json!(one.id), &json!("ACCEPTED"))
        );
        let told = of_river.data("river").await["referralChanged"].clone();
        assert_eq!(told["id"], other.id);
        only.is_silent().await;
        of_river.is_silent().await;
    });
}

#[test]
fn who_may_not_follow_is_told_so() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let auditor = w.client(Role::Auditor, Place::INSTALLATION).await;
        let mut socket = Socket::of(&auditor).await;
        for (document, path) in [(REFERRAL, "referralChanged"), (CHANGES, "changes")] {
            socket.subscribe("a", document, json!({})).await;
            let message = socket.message().await;
            let error = &message["payload"]["errors"][0];
            assert_eq!(error["extensions"]["code"], "FORBIDDEN", "{message}");
            assert_eq!(error["path"], json!([path]));
            assert_eq!(socket.message().await["type"], "complete");
        }
        let mut socket = Socket::of(&cast.hill).await;
        for (document, variables, problem) in [
            (REFERRAL, json!({ "referral": "x" }), ("referral", "FORMAT")),
            (
                REFERRAL,
                json!({ "institution": letter::department(w.district().neurology.id) }),
                ("institution", "WRONG_TYPE"),
            ),
            (CHANGES, json!({ "after": "x" }), ("after", "FORMAT")),
        ] {
            socket.subscribe("a", document, variables).await;
            let message = socket.message().await;
            let problems = &message["payload"]["errors"][0]["extensions"]["problems"];
            assert_eq!(
                (problems[0]["path"].as_str(), problems[0]["code"].as_str()),
                (Some(problem.0), Some(problem.1)),
                "{message}"
            );
            assert_eq!(socket.message().await["type"], "complete");
        }
    });
}

#[test]
fn the_feed_is_told_from_where_one_stopped_and_goes_on_live() {
    both(async |w| {
        let (cast, _live) = (Cast::of(&w).await, live(&w));
        let mut told: Vec<Value> = Vec::new();
        let take = async |socket: &mut Socket, told: &mut Vec<Value>, rows: usize| {
            for _ in 0..rows {
                told.push(socket.data("feed").await["changes"].clone());
            }
        };
        let posted = cast.story.submit(&cast.hill, cast.story.up()).await;
        let mut socket = Socket::of(&cast.hill).await;
        socket.subscribe("feed", CHANGES, json!({})).await;
        take(&mut socket, &mut told, 2).await;
        let accepted = cast.story.accept(&cast.county, &posted, json!({})).await;
        take(&mut socket, &mut told, 1).await;
        drop(socket);

        // While the line is down things go on.
        let departed = cast.story.depart(&cast.hill, &accepted, json!({})).await;
        w.wait(chrono::Duration::seconds(1));
        cast.story.submit(&cast.hill, cast.story.up()).await;
        let mut socket = Socket::of(&cast.hill).await;
        let last = told.last().expect("it was told something")["id"].clone();
        socket
            .subscribe("feed", CHANGES, json!({ "after": last }))
            .await;
        take(&mut socket, &mut told, 3).await;
        cast.story.arrive(&cast.county, &departed, json!({})).await;
        take(&mut socket, &mut told, 1).await;
        socket.is_silent().await;

        // A post registers its patient at the same moment: which of the two is first says nothing.
        let of = |kind: &str| -> Vec<&str> {
            let told = told.iter().filter(|change| change["kind"] == kind);
            told.filter_map(|change| change["action"].as_str())
                .collect()
        };
        assert_eq!(of("PATIENT"), ["REGISTER_PATIENT"; 2]);
        assert_eq!(
            of("REFERRAL"),
            [
                "SUBMIT_REFERRAL",
                "ACCEPT_REFERRAL",
                "RECORD_DEPARTURE",
                "SUBMIT_REFERRAL",
                "RECORD_ARRIVAL",
            ]
        );
        assert_eq!(told[6]["subject"]["status"], "ARRIVED");
        // The query lists the same, by the same ids.
        let answer = cast
            .hill
            .ask("{ changes { edges { node { id } } } }")
            .await
            .ok();
        let listed = answer
            .data("changes.edges")
            .as_array()
            .expect("a list")
            .iter();
        let listed: Vec<_> = listed.map(|edge| edge["node"]["id"].clone()).collect();
        let told: Vec<_> = told.iter().map(|change| change["id"].clone()).collect();
        assert_eq!(told, listed);
    });
}
