//! Sessions as slots: offered, held by referrals, withdrawn when the expert leaves.

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::{
    Post, Seen, because, handed, on, refuses, refuses_each, refuses_others, tell, wait_days,
};
use crate::{
    harness::{both, client::Client},
    referral::{
        census::census,
        letter::{self, with},
        story::{Story, Told},
    },
};

const VERB: &str = "publishDispatchSessions";

/// The slots of a dispatch at `hill`.
pub async fn slots(by: &Client, host: &str, seen: &Seen, more: Value) -> Vec<Value> {
    let document = "query($filter: SlotFilter!) { slots(filter: $filter, first: 100) { edges { node { id startsAt endsAt capacity held used free withdrawn version practitioner { id } department { id } dispatch { id } } } } }";
    let filter = with(json!({ "institution": host, "dispatch": seen.id }), more);
    let answer = by.call(document, json!({ "filter": filter })).await.ok();
    let edges = answer.data("slots.edges").as_array().expect("a list");
    edges.iter().map(|edge| edge["node"].clone()).collect()
}

/// A patient whom `hill` takes in that session.
pub async fn booked(story: &Story, post: &Post, slot: &Value) -> (Told, Client) {
    let office = post
        .w
        .client(Role::Coordinator, &post.w.district().hill)
        .await;
    let (posted, _) = handed(post, story).await;
    let said = json!({ "slot": slot["id"], "plannedAt": slot["startsAt"] });
    let accepted = story.accept(&office, &posted, said).await;
    (accepted, office)
}

#[test]
fn each_half_day_becomes_a_slot() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let hill = letter::institution(d.hill.id);
        let confirmed = post.bring("CONFIRMED").await;
        let before = census(&w).await;
        let said = with(
            on(&confirmed),
            json!({ "until": letter::day(&w, 8), "capacity": 12 }),
        );
        let published = tell(&post.host, VERB, said.clone()).await;
        assert_eq!(
            (published.status.as_str(), published.version),
            ("CONFIRMED", confirmed.version + 1)
        );
        let offered = slots(&post.host, &hill, &published, json!({})).await;
        let times: Vec<_> = offered
            .iter()
            .map(|slot| slot["startsAt"].as_str().expect("a time"))
            .collect();
        // It is nine on Monday: this morning's session has begun.
        let expected = [
            "2026-03-02T06:00:00+00:00",
            "2026-03-03T00:00:00+00:00",
            "2026-03-03T06:00:00+00:00",
            "2026-03-04T00:00:00+00:00",
            "2026-03-09T00:00:00+00:00",
            "2026-03-09T06:00:00+00:00",
            "2026-03-10T00:00:00+00:00",
            "2026-03-10T06:00:00+00:00",
        ];
        assert_eq!(times, expected);
        for slot in &offered {
            assert_eq!(slot["capacity"], 12);
            assert_eq!(
                slot["practitioner"],
                json!({ "id": letter::practitioner(d.neurologist.id) })
            );
            assert_eq!(slot["dispatch"], json!({ "id": published.id }));
        }
        assert_eq!(offered[0]["endsAt"], "2026-03-02T09:30:00+00:00");
        assert_eq!(census(&w).await.since(&before, "event"), 9);
        let again = tell(&post.host, VERB, said).await;
        assert!(again.replayed);
        // Once more with more days: what is offered stays as it is.
        let more = with(
            on(&published),
            json!({ "until": letter::day(&w, 9), "capacity": 5 }),
        );
        tell(&post.host, VERB, more).await;
        let offered = slots(&post.host, &hill, &published, json!({})).await;
        assert_eq!(offered.len(), 9);
        assert_eq!(
            (&offered[0]["capacity"], &offered[8]["capacity"]),
            (&json!(12), &json!(5))
        );
        // Whoever sees no dispatch sees the session all the same.
        let lake = w.client(Role::Clinician, &d.lake).await;
        let seen = slots(&lake, &hill, &published, json!({})).await;
        assert_eq!((seen.len(), &seen[0]["dispatch"]), (9, &Value::Null));
    });
}

#[test]
fn nobody_else_and_at_no_other_time() {
    both(async |w| {
        let post = Post::of(&w).await;
        let approved = post.bring("APPROVED").await;
        let said = |seen| {
            with(
                on(seen),
                json!({ "until": letter::day(&w, 8), "capacity": 12 }),
            )
        };
        refuses(&w, &post.host, VERB, said(&approved), "INVALID_TRANSITION").await;
        let confirmed = tell(&post.host, "confirmDispatch", on(&approved)).await;
        refuses_others(&post, VERB, &said(&confirmed), &[&post.host]).await;
        let old = with(said(&confirmed), json!({ "version": 1 }));
        refuses(&w, &post.host, VERB, old, "CONFLICT").await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let confirmed = post.bring("CONFIRMED").await;
        let day = |days| json!(letter::day(&w, days));
        let faults = [
            (json!({ "from": day(-1) }), "input.from", "ORDER"),
            (json!({ "until": day(90) }), "input.until", "ORDER"),
            (json!({ "from": day(9) }), "input.until", "ORDER"),
            (json!({ "from": "x" }), "input.from", "FORMAT"),
            (json!({ "capacity": 0 }), "input.capacity", "TOO_LARGE"),
            (json!({ "capacity": 201 }), "input.capacity", "TOO_LARGE"),
            (
                json!({ "department": letter::department(d.neurology.id) }),
                "input.department",
                "UNKNOWN_ID",
            ),
            (
                json!({ "from": day(3), "until": day(4) }),
                "input.until",
                "TOO_LARGE",
            ),
        ];
        let good = with(on(&confirmed), json!({ "until": day(8), "capacity": 12 }));
        refuses_each(&w, &post.host, VERB, &good, &faults).await;
    });
}

#[test]
fn recalled_with_places_held() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let (story, hill) = (Story::of(&w), letter::institution(d.hill.id));
        let active = post.bring("ACTIVE").await;
        let said = with(
            on(&active),
            json!({ "until": letter::day(&w, 15), "capacity": 12 }),
        );
        let published = tell(&post.host, VERB, said).await;
        let offered = slots(&post.host, &hill, &published, json!({})).await;
        // On Wednesday morning of this week, and on Monday of the next.
        let (_, _) = booked(&story, &post, &offered[3]).await;
        let (waiting, office) = booked(&story, &post, &offered[4]).await;
        wait_days(&w, 3);
        let recalled = tell(&post.sender, "recallDispatch", because(&published)).await;
        let now = slots(&post.host, &hill, &recalled, json!({})).await;
        let after: Vec<_> = now
            .iter()
            .map(|slot| {
                (
                    slot["withdrawn"].as_bool().expect("a flag"),
                    slot["held"].as_i64(),
                    slot["capacity"].as_i64(),
                )
            })
            .collect();
        let (early, gone) = ((false, Some(0), Some(12)), (true, Some(0), Some(12)));
        let expected = [
            early,
            early,
            early,
            (false, Some(1), Some(12)),
            (true, Some(1), Some(1)),
            gone,
            gone,
            gone,
            gone,
            gone,
        ];
        assert_eq!(after[..10], expected, "what is over stays as it was");
        let held = slots(
            &post.host,
            &hill,
            &recalled,
            json!({ "withdrawn": true, "held": true }),
        )
        .await;
        assert_eq!(held.len(), 1, "the host finds whom to tell");
        // Nobody is booked any more, and the patient is given another time.
        let (posted, _) = handed(&post, &story).await;
        let input = with(
            crate::referral::story::on(&posted),
            json!({ "slot": now[5]["id"], "plannedAt": now[5]["startsAt"] }),
        );
        let answer = story.ask(&office, "acceptReferral", input).await;
        assert_eq!(
            answer.code("acceptReferral"),
            "INVALID_INPUT",
            "{}",
            answer.text
        );
        let other = letter::moment(&w, Duration::days(5));
        story
            .reschedule(&office, &waiting, json!({ "plannedAt": other }))
            .await;
        let held = slots(
            &post.host,
            &hill,
            &recalled,
            json!({ "withdrawn": true, "held": true }),
        )
        .await;
        assert_eq!(held.len(), 0);
        // Nor does anybody offer again what nobody comes to.
        let admin = w.client(Role::InstitutionAdmin, &d.hill).await;
        let document =
            "mutation($input: UpdateSlotInput!) { updateSlot(input: $input) { replayed } }";
        let input = json!({ "id": now[5]["id"], "version": now[5]["version"], "withdrawn": false });
        let answer = admin.call(document, json!({ "input": input })).await;
        assert_eq!(answer.code("updateSlot"), "INVALID_INPUT");
    });
}

#[test]
fn cancelled_with_sessions_offered() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let confirmed = post.bring("CONFIRMED").await;
        let said = with(
            on(&confirmed),
            json!({ "until": letter::day(&w, 8), "capacity": 12 }),
        );
        let published = tell(&post.host, VERB, said).await;
        let gone = tell(&post.sender, "cancelDispatch", because(&published)).await;
        let left = slots(
            &post.host,
            &letter::institution(d.hill.id),
            &gone,
            json!({ "withdrawn": false }),
        )
        .await;
        assert_eq!(left, Vec::<Value>::new());
    });
}
