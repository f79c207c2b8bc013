//! Recalled and completed: whatever was lent ends with it.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::{
    Post, because, half_day, logged, on, refuses, refuses_each, refuses_others, tell, wait_days,
};
use crate::{
    harness::both,
    referral::letter::{self, with},
};

#[test]
fn recalled_in_the_middle() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let active = post.bring("ACTIVE").await;
        wait_days(&w, 10);
        let recalled = tell(&post.sender, "recallDispatch", because(&active)).await;
        assert_eq!(recalled.status, "RECALLED");
        assert_eq!(recalled.all["endedOn"], letter::day(&w, 0));
        assert_eq!(
            recalled.all["endsOn"], active.all["endsOn"],
            "as it was planned"
        );
        assert_eq!(recalled.all["reason"], "院内值班人手不足");
        assert_eq!(post.lent(&d.hill).await[0].valid_to, Some(w.now()));
        let again = tell(&post.sender, "recallDispatch", because(&active)).await;
        assert!(again.replayed);
        let seen = post.look(&post.host, &recalled).await.expect("it is seen");
        assert_eq!(seen.next(), ["LOG_DISPATCH"]);
    });
}

#[test]
fn completed_before_the_last_day() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let active = post.bring("ACTIVE").await;
        wait_days(&w, 10);
        // Entered the day after: what was lent ends when that is known.
        let yesterday = letter::moment(&w, Duration::days(-1));
        let said = with(on(&active), json!({ "occurredAt": yesterday }));
        let completed = tell(&post.host, "completeDispatch", said).await;
        assert_eq!(completed.status, "COMPLETED");
        assert_eq!(completed.all["endedOn"], letter::day(&w, -1));
        assert_eq!(post.lent(&d.hill).await[0].valid_to, Some(w.now()));
        assert_eq!(completed.next(), ["LOG_DISPATCH", "APPRAISE_DISPATCH"]);
    });
}

#[test]
fn a_grant_that_was_taken_back_before_stays_so() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let active = post.bring("ACTIVE").await;
        let grant = post.lent(&d.hill).await.pop().expect("a grant");
        let keeper = w
            .client(
                Role::SecurityAdmin,
                crate::harness::people::Place::INSTALLATION,
            )
            .await;
        let document =
            "mutation($input: RevokeGrantInput!) { revokeGrant(input: $input) { replayed } }";
        let id = api::id::encode(api::id::Kind::Grant, grant.id);
        let input = json!({ "input": { "grant": id, "version": 2 } });
        let revoked = keeper.call(document, input).await.ok();
        assert_eq!(revoked.data("revokeGrant.replayed"), false);
        let longer = with(on(&active), json!({ "endsOn": "2026-06-30" }));
        let extended = tell(&post.sender, "extendDispatch", longer).await;
        tell(&post.sender, "recallDispatch", because(&extended)).await;
        let after = post.lent(&d.hill).await.pop().expect("a grant");
        assert_eq!(
            (after.valid_to, after.revoked_at.is_some()),
            (grant.valid_to, true)
        );
    });
}

#[test]
fn each_is_its_sides_and_has_its_time() {
    both(async |w| {
        let post = Post::of(&w).await;
        let active = post.bring("ACTIVE").await;
        refuses_others(&post, "recallDispatch", &because(&active), &[&post.sender]).await;
        refuses_others(&post, "completeDispatch", &on(&active), &[&post.host]).await;
        let old = with(because(&active), json!({ "version": 1 }));
        refuses(&w, &post.sender, "recallDispatch", old, "CONFLICT").await;
        let gone = tell(&post.sender, "recallDispatch", because(&active)).await;
        let again = with(because(&gone), json!({ "reason": "又一次" }));
        refuses(
            &w,
            &post.sender,
            "recallDispatch",
            again,
            "INVALID_TRANSITION",
        )
        .await;
        refuses(
            &w,
            &post.host,
            "completeDispatch",
            on(&gone),
            "INVALID_TRANSITION",
        )
        .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let post = Post::of(&w).await;
        let active = post.bring("ACTIVE").await;
        wait_days(&w, 1);
        let active = tell(
            &post.host,
            "logDispatch",
            logged(&active, json!([half_day(&w, 0, "AM", 3)])),
        )
        .await;
        let yesterday = json!({ "occurredAt": letter::moment(&w, Duration::days(-1)) });
        let before = json!({ "occurredAt": letter::moment(&w, Duration::days(-2)) });
        let faults = [
            (
                json!({ "reason": "\u{202E}" }),
                "input.reason",
                "CHARACTERS",
            ),
            (yesterday, "input.occurredAt", "ORDER"),
            (before, "input.occurredAt", "ORDER"),
        ];
        refuses_each(
            &w,
            &post.sender,
            "recallDispatch",
            &because(&active),
            &faults,
        )
        .await;
    });
}
