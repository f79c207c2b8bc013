//! The expert stays longer: an event, not a status.

use serde_json::json;

use super::{Post, on, plan::licence, refuses, refuses_each, refuses_others, tell, wait_days};
use crate::{
    harness::both,
    referral::letter::{self, with},
};

const VERB: &str = "extendDispatch";

#[test]
fn what_is_lent_lasts_as_long() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let active = post.bring("ACTIVE").await;
        let longer = with(
            on(&active),
            json!({ "endsOn": "2026-06-30", "reason": "带教未结束" }),
        );
        let extended = tell(&post.sender, VERB, longer.clone()).await;
        assert_eq!(
            (extended.status.as_str(), &extended.all["endsOn"]),
            ("ACTIVE", &json!("2026-06-30"))
        );
        assert_eq!(extended.version, active.version + 1);
        let lent = post.lent(&d.hill).await;
        let end = api::clock::end_of_day("2026-06-30".parse().expect("a day"));
        assert_eq!((lent.len(), lent[0].valid_to), (1, Some(end)));
        let again = tell(&post.sender, VERB, longer).await;
        assert!(again.replayed);
        // Before they come, too.
        let far = json!({ "startsOn": "2026-07-06", "endsOn": "2026-07-31" });
        let confirmed = post.confirmed(far).await;
        let longer = with(on(&confirmed), json!({ "endsOn": "2026-08-31" }));
        let extended = tell(&post.sender, VERB, longer).await;
        assert_eq!(extended.status, "CONFIRMED");
    });
}

#[test]
fn nobody_else_and_at_no_other_time() {
    both(async |w| {
        let post = Post::of(&w).await;
        let active = post.bring("ACTIVE").await;
        let longer = |seen| with(on(seen), json!({ "endsOn": "2026-06-30" }));
        refuses_others(&post, VERB, &longer(&active), &[&post.sender]).await;
        wait_days(&w, 90);
        refuses(
            &w,
            &post.sender,
            VERB,
            longer(&active),
            "INVALID_TRANSITION",
        )
        .await;
        let gone = tell(&post.host, "completeDispatch", on(&active)).await;
        refuses(&w, &post.sender, VERB, longer(&gone), "INVALID_TRANSITION").await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let active = post.bring("ACTIVE").await;
        let next = json!({ "host": letter::institution(d.lake.id), "startsOn": "2026-06-08", "endsOn": "2026-06-30", "sessions": [{ "weekday": "TUESDAY", "half": "PM" }] });
        post.planned(next).await;
        let faults = [
            (json!({ "endsOn": "later" }), "input.endsOn", "FORMAT"),
            (json!({ "endsOn": "2026-05-30" }), "input.endsOn", "ORDER"),
            (json!({ "endsOn": "2029-03-03" }), "input.endsOn", "ORDER"),
            (json!({ "endsOn": "2026-06-09" }), "input.endsOn", "TAKEN"),
            (
                json!({ "endsOn": "2026-06-07", "reason": " " }),
                "input.reason",
                "REQUIRED",
            ),
        ];
        let good = with(on(&active), json!({ "endsOn": "2026-06-08" }));
        refuses_each(&w, &post.sender, VERB, &good, &faults).await;
        licence(&w, &d.neurologist, Some("2026-06-07")).await;
        let faults = [(json!({}), "input.endsOn", "NOT_ALLOWED")];
        refuses_each(&w, &post.sender, VERB, &good, &faults).await;
        licence(&w, &d.neurologist, Some("2026-06-08")).await;
        tell(&post.sender, VERB, good).await;
    });
}
