//! How well an expert did.

use serde_json::json;

use super::{Post, on, refuses, refuses_each, refuses_others, tell};
use crate::{harness::both, referral::letter::with};

const VERB: &str = "appraiseDispatch";

#[test]
fn the_host_says_how_well_they_did() {
    both(async |w| {
        let post = Post::of(&w).await;
        let completed = post.bring("COMPLETED").await;
        let said = with(
            on(&completed),
            json!({ "score": 92, "comment": "带教认真" }),
        );
        let appraised = tell(&post.host, VERB, said.clone()).await;
        assert_eq!(appraised.status, "APPRAISED");
        assert_eq!(
            appraised.all["appraisal"],
            json!({ "score": 92, "comment": "带教认真" })
        );
        let again = tell(&post.host, VERB, said).await;
        assert!(again.replayed);
        let other = with(on(&appraised), json!({ "score": 10 }));
        refuses(&w, &post.host, VERB, other, "INVALID_TRANSITION").await;
    });
}

#[test]
fn nobody_else_and_not_before_they_have_gone() {
    both(async |w| {
        let post = Post::of(&w).await;
        let completed = post.bring("COMPLETED").await;
        let said = with(on(&completed), json!({ "score": 92 }));
        refuses_others(&post, VERB, &said, &[&post.host]).await;
        refuses(&w, &post.home, VERB, said.clone(), "FORBIDDEN").await;
        let old = with(said, json!({ "version": 1 }));
        refuses(&w, &post.host, VERB, old, "CONFLICT").await;
        super::wait_days(&w, 1);
        let active = post
            .active(json!({ "startsOn": crate::referral::letter::day(&w, 0) }))
            .await;
        let said = with(on(&active), json!({ "score": 92 }));
        refuses(&w, &post.host, VERB, said, "INVALID_TRANSITION").await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let post = Post::of(&w).await;
        let completed = post.bring("COMPLETED").await;
        let good = with(on(&completed), json!({ "score": 50 }));
        let faults = [
            (json!({ "score": -1 }), "input.score", "TOO_SMALL"),
            (json!({ "score": 101 }), "input.score", "TOO_LARGE"),
            (json!({ "comment": "" }), "input.comment", "REQUIRED"),
            (
                json!({ "comment": "评".repeat(2_001) }),
                "input.comment",
                "TOO_LONG",
            ),
        ];
        refuses_each(&w, &post.host, VERB, &good, &faults).await;
    });
}
