//! What an expert sees of the host: nothing before, what its clinicians see while they are there, and nothing a moment after, however it ends.

use api::{
    clock::end_of_day,
    id::{self, Kind},
};
use chrono::{DateTime, Duration, Utc};
use entity::enums::Role;
use serde_json::json;

use super::{Post, Seen, because, clock::run_to, handed, on, tell};
use crate::{
    harness::{World, both, client::Client},
    referral::{
        letter::with,
        story::{Story, Told},
    },
};

/// What an expert could look at: a referral from `herbs` to `hill`, its patient, the lists and the feed.
struct Ward {
    referral: Told,
    patient: String,
    story: Story,
}

impl Ward {
    async fn of(post: &Post) -> Self {
        let story = Story::of(&post.w);
        let (referral, herbs) = handed(post, &story).await;
        let document = "query($by: ReferralKey!) { referral(by: $by) { patient { id } } }";
        let by = json!({ "by": { "id": referral.id } });
        let answer = herbs.call(document, by).await.ok();
        Self {
            patient: answer.text_at("referral.patient.id").to_owned(),
            referral,
            story,
        }
    }

    /// Whether the caller sees all of it, or nothing: a half would be a leak.
    async fn seen_by(&self, by: &Client) -> bool {
        let document = "query($by: ReferralKey!, $id: ID!, $patient: ID!) {
            referral(by: $by) { patient { name } diagnoses { text } clinical { presentIllness } timeline(first: 5) { totalCount } }
            node(id: $id) { id }
            nodes(ids: [$id, $patient]) { id }
            patient(id: $patient) { name phone referrals { totalCount } }
            referrals(first: 5) { totalCount edges { node { id } } }
        }";
        let asked = json!({ "by": { "id": self.referral.id }, "id": self.referral.id, "patient": self.patient });
        let answer = by.call(document, asked).await;
        if answer.body["data"].is_null() || answer.data("referral").is_null() {
            assert!(!answer.text.contains(&self.referral.id), "{}", answer.text);
            let list = &answer.body["data"]["referrals"]["totalCount"];
            assert!(list.is_null() || *list == json!(0), "{}", answer.text);
            for root in ["node", "patient"] {
                assert!(
                    answer.body["data"][root].is_null(),
                    "{root}: {}",
                    answer.text
                );
            }
            return false;
        }
        let answer = answer.ok();
        for path in [
            "referral.patient.name",
            "referral.clinical.presentIllness",
            "node.id",
            "patient.name",
            "nodes.1.id",
        ] {
            answer.text_at(path);
        }
        assert_eq!(answer.number_at("referrals.totalCount"), 1);
        true
    }
}

/// How it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Recalled,
    Completed,
    /// The clock says so in time.
    Over,
    /// The last day is over, and nobody has told the dispatch yet.
    OverUntold,
}

/// Tells a posting to its end: the expert sees nothing before, everything to the last moment, and nothing from then on.
async fn told(w: &World, ending: Ending) {
    let (post, hill) = (Post::of(w).await, &w.district().hill);
    let ward = Ward::of(&post).await;
    assert!(!ward.seen_by(&post.home).await, "before");
    let confirmed = post.bring("CONFIRMED").await;
    assert_eq!(post.lent(hill).await, []);
    let active = tell(&post.host, "checkInDispatch", on(&confirmed)).await;
    let end = match ending {
        Ending::Recalled | Ending::Completed => w.now() + Duration::hours(2),
        Ending::Over | Ending::OverUntold => end_of_day("2026-05-30".parse().expect("a day")),
    };
    w.app.clock.set(end - Duration::milliseconds(1));
    // With whatever is remembered of their session from now on.
    let there = post.there(hill).await;
    assert!(ward.seen_by(&there).await, "during");
    assert!(!ward.seen_by(&post.home).await, "at home, during");
    let (referral, story) = (&ward.referral, &ward.story);
    leave(&post, &active, ending, end).await;
    assert!(!ward.seen_by(&there).await, "after");
    assert!(!ward.seen_by(&post.home).await, "at home, after");
    // What they could do there they cannot any more.
    let input = crate::referral::story::on(referral);
    let accepted = story.ask(&there, "acceptReferral", input).await;
    let code = &accepted.errors()[0]["extensions"]["code"];
    assert_ne!(code, "INVALID_INPUT", "{}", accepted.text);
    assert!(accepted.body["data"]["acceptReferral"].is_null());
    // Nor do they get back in.
    let document = "mutation($grant: ID!) { switchScope(grant: $grant) { expiresAt } }";
    let grant = post.lent(hill).await.pop().expect("a grant");
    let grant = id::encode(Kind::Grant, grant.id);
    let back = post.home.call(document, json!({ "grant": grant })).await;
    assert!(!back.errors().is_empty(), "{}", back.text);
    // Those who stay see it as before.
    let clinician = w.client(Role::Clinician, hill).await;
    assert!(ward.seen_by(&clinician).await, "a clinician of the host");
}

async fn leave(post: &Post, active: &Seen, ending: Ending, end: DateTime<Utc>) {
    match ending {
        Ending::Recalled => {
            tell(&post.sender, "recallDispatch", because(active)).await;
        }
        Ending::Completed => {
            tell(&post.host, "completeDispatch", on(active)).await;
        }
        Ending::Over => run_to(&post.w, end).await,
        Ending::OverUntold => post.w.app.clock.set(end),
    }
}

#[test]
fn until_they_are_recalled() {
    both(async |w| told(&w, Ending::Recalled).await);
}

#[test]
fn until_it_is_completed() {
    both(async |w| told(&w, Ending::Completed).await);
}

#[test]
fn until_the_last_day_is_over() {
    both(async |w| told(&w, Ending::Over).await);
}

#[test]
fn not_a_moment_longer_though_the_clock_is_late() {
    both(async |w| told(&w, Ending::OverUntold).await);
}

#[test]
fn as_long_as_it_is_extended() {
    both(async |w| {
        let (post, hill) = (Post::of(&w).await, &w.district().hill);
        let ward = Ward::of(&post).await;
        let active = post.bring("ACTIVE").await;
        let first = end_of_day("2026-05-30".parse().expect("a day"));
        w.app.clock.set(first - Duration::milliseconds(1));
        let there = post.there(hill).await;
        let longer = with(on(&active), json!({ "endsOn": "2026-05-31" }));
        tell(&post.sender, "extendDispatch", longer).await;
        run_to(&w, first).await;
        assert!(ward.seen_by(&there).await, "the day after");
        let last = first + Duration::days(1);
        w.app.clock.set(last - Duration::milliseconds(1));
        let there = post.there(hill).await;
        assert!(ward.seen_by(&there).await, "to the last moment of it");
        w.app.clock.set(last);
        assert!(!ward.seen_by(&there).await, "and no longer");
    });
}
