//! Who is kept in house is treated by an expert who is there.

use entity::enums::Role;
use serde_json::{Value, json};

use super::{Post, Seen, because, on, tell};
use crate::{
    harness::{both, client::Client},
    referral::{
        letter::{self, with},
        story::Story,
    },
};

/// A letter of `hill` that keeps the patient and names that dispatch.
fn letter(post: &Post, story: &Story, dispatch: &str) -> Value {
    let stays = json!({
        "receiver": letter::institution(post.w.district().hill.id),
        "careSetting": "OUTPATIENT",
        "dispatch": dispatch,
    });
    with(story.up(), stays)
}

/// The referrals that name the dispatch.
async fn naming(by: &Client, seen: &Seen) -> Vec<String> {
    let document = "query($filter: ReferralFilter!) { referrals(filter: $filter) { edges { node { id dispatch { id } } } } }";
    let filter = json!({ "filter": { "dispatch": seen.id } });
    let answer = by.call(document, filter).await.ok();
    let edges = answer.data("referrals.edges").as_array().expect("a list");
    edges
        .iter()
        .map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned())
        .collect()
}

async fn open(by: &Client, seen: &Seen) -> i64 {
    let document = "query($id: ID!) { dispatch(id: $id) { openReferrals } }";
    let answer = by.call(document, json!({ "id": seen.id })).await.ok();
    answer.number_at("dispatch.openReferrals")
}

#[test]
fn recalled_in_the_middle_the_host_finds_what_is_open() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let story = Story::of(&w);
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.hill).await;
        let active = post.bring("ACTIVE").await;
        let done = story
            .submit(&doctor, letter(&post, &story, &active.id))
            .await;
        assert_eq!(done.direction, "IN_HOUSE");
        story
            .withdraw(&doctor, &done, json!({ "reason": "患者要求" }))
            .await;
        let waiting = story
            .submit(&doctor, letter(&post, &story, &active.id))
            .await;
        // The expert sees whom they are to treat.
        let there = post.there(&d.hill).await;
        assert!(story.look(&there, &waiting).await.is_some());
        assert_eq!(open(&post.host, &active).await, 1);
        let recalled = tell(&post.sender, "recallDispatch", because(&active)).await;
        assert_eq!(open(&post.host, &recalled).await, 1);
        let found = naming(&office, &recalled).await;
        assert!(found.contains(&waiting.id), "{found:?}");
        let gone = there.call("query { viewer { roles } }", json!({})).await;
        let code = &gone.errors()[0]["extensions"]["code"];
        assert_eq!(code, "UNAUTHENTICATED", "they have left");
        // Headers say nothing of who treats whom.
        assert_eq!(naming(&post.manager, &recalled).await, Vec::<String>::new());
        // Nobody is sent to who has left.
        let late = letter(&post, &story, &recalled.id);
        let answer = story.ask(&doctor, "submitReferral", late).await;
        assert_eq!(answer.problems(), [("input.dispatch", "NOT_ALLOWED")]);
    });
}

#[test]
fn it_names_one_who_is_there_and_nothing_beside() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let story = Story::of(&w);
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let confirmed = post.bring("CONFIRMED").await;
        let refused = async |letter: Value, code: &str| {
            let answer = story.ask(&doctor, "submitReferral", letter).await;
            assert_eq!(
                answer.problems(),
                [("input.dispatch", code)],
                "{}",
                answer.text
            );
        };
        refused(letter(&post, &story, &confirmed.id), "NOT_ALLOWED").await;
        tell(&post.host, "checkInDispatch", on(&confirmed)).await;
        let lake = json!({ "host": letter::institution(d.lake.id), "sessions": [{ "weekday": "SUNDAY", "half": "AM" }] });
        let elsewhere = post.planned(lake).await;
        refused(letter(&post, &story, &elsewhere.id), "UNKNOWN_ID").await;
        let away = json!({ "receiver": letter::institution(d.county.id) });
        let leaves = with(letter(&post, &story, &confirmed.id), away);
        refused(leaves, "NOT_ALLOWED").await;
        let posted = story
            .submit(&doctor, letter(&post, &story, &confirmed.id))
            .await;
        let document = "query($by: ReferralKey!) { referral(by: $by) { dispatch { id } consultation { id } } }";
        let by = json!({ "by": { "id": posted.id } });
        let answer = doctor.call(document, by).await.ok();
        assert_eq!(answer.text_at("referral.dispatch.id"), confirmed.id);
    });
}
