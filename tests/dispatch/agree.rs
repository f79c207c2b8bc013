//! Declined, approved, confirmed, cancelled.

use entity::enums::Role;
use serde_json::{Value, json};

use super::{Post, because, on, refuses, refuses_each, refuses_others, tell};
use crate::{
    harness::both,
    referral::letter::{self, with},
};

/// Each verb with a status that it leads out of, one that it does not, and where it leads to.
const VERBS: [(&str, &str, &str, &str); 3] = [
    ("declineDispatch", "REQUESTED", "PLANNED", "DECLINED"),
    ("approveDispatch", "PLANNED", "REQUESTED", "APPROVED"),
    ("confirmDispatch", "APPROVED", "PLANNED", "CONFIRMED"),
];

#[test]
fn each_leads_on() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        for (verb, from, _, to) in VERBS {
            let seen = post.bring(from).await;
            let by = if verb == "confirmDispatch" {
                &post.host
            } else {
                &post.sender
            };
            let input = if verb == "declineDispatch" {
                because(&seen)
            } else {
                on(&seen)
            };
            let done = tell(by, verb, input.clone()).await;
            assert_eq!((done.version, done.status.as_str()), (seen.version + 1, to));
            let again = tell(by, verb, input).await;
            assert_eq!((again.version, again.replayed), (done.version, true));
            // The expert is to be free for the next.
            if verb != "declineDispatch" {
                tell(&post.sender, "cancelDispatch", because(&done)).await;
            }
        }
        let planned = post.bring("PLANNED").await;
        let named = json!({ "approver": letter::practitioner(d.emergency_doctor.id) });
        let input = with(on(&planned), named.clone());
        let approved = tell(&post.sender, "approveDispatch", input).await;
        assert_eq!(approved.all["approver"], json!({ "id": named["approver"] }));
        assert_eq!(
            approved.all["approvedFor"],
            json!({ "id": letter::institution(d.county.id) })
        );
        assert_eq!(approved.all["approvedAt"], w.now().to_rfc3339());
    });
}

#[test]
fn each_is_its_sides() {
    both(async |w| {
        let post = Post::of(&w).await;
        for (verb, from, ..) in VERBS {
            let seen = post.bring(from).await;
            let own = if verb == "confirmDispatch" {
                &post.host
            } else {
                &post.sender
            };
            let input = if verb == "declineDispatch" {
                because(&seen)
            } else {
                on(&seen)
            };
            refuses_others(&post, verb, &input, &[own]).await;
            if from != "REQUESTED" {
                tell(&post.sender, "cancelDispatch", because(&seen)).await;
            }
        }
    });
}

#[test]
fn each_has_its_time() {
    both(async |w| {
        let post = Post::of(&w).await;
        for (verb, from, not, _) in VERBS {
            let by = if verb == "confirmDispatch" {
                &post.host
            } else {
                &post.sender
            };
            let said = |seen| {
                if verb == "declineDispatch" {
                    because(seen)
                } else {
                    on(seen)
                }
            };
            let seen = post.bring(not).await;
            refuses(&w, by, verb, said(&seen), "INVALID_TRANSITION").await;
            if not != "REQUESTED" {
                tell(&post.sender, "cancelDispatch", because(&seen)).await;
            }
            let seen = post.bring(from).await;
            let old = with(said(&seen), json!({ "version": seen.version + 1 }));
            refuses(&w, by, verb, old, "CONFLICT").await;
            if from != "REQUESTED" {
                tell(&post.sender, "cancelDispatch", because(&seen)).await;
            }
        }
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let asked = post.bring("REQUESTED").await;
        let reasons = [
            (json!({ "reason": " " }), "input.reason", "REQUIRED"),
            (
                json!({ "reason": "由".repeat(2_001) }),
                "input.reason",
                "TOO_LONG",
            ),
            (json!({ "dispatch": "?" }), "input.dispatch", "FORMAT"),
            (
                json!({ "dispatch": letter::institution(d.hill.id) }),
                "input.dispatch",
                "WRONG_TYPE",
            ),
            (
                json!({ "occurredAt": "then" }),
                "input.occurredAt",
                "FORMAT",
            ),
        ];
        let input = because(&asked);
        refuses_each(&w, &post.sender, "declineDispatch", &input, &reasons).await;
        refuses_each(&w, &post.host, "cancelDispatch", &input, &reasons).await;
        let planned = post.bring("PLANNED").await;
        let faults = [(
            json!({ "approver": letter::practitioner(d.hill_doctor.id) }),
            "input.approver",
            "UNKNOWN_ID",
        )];
        refuses_each(&w, &post.sender, "approveDispatch", &on(&planned), &faults).await;
        let before = letter::moment(&w, chrono::Duration::hours(-1));
        let faults = [(json!({ "occurredAt": before }), "input.occurredAt", "ORDER")];
        refuses_each(&w, &post.sender, "approveDispatch", &on(&planned), &faults).await;
    });
}

#[test]
fn where_nobody_sends_the_community_approves() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let alone = json!({
            "host": null,
            "kind": "REHIRED",
            "practitioner": letter::practitioner(d.hill_doctor.id),
        });
        let planned = tell(&post.host, "planDispatch", with(post.plan(), alone)).await;
        refuses(&w, &post.host, "approveDispatch", on(&planned), "FORBIDDEN").await;
        let other = w.client(Role::CommunityManager, &d.traditional).await;
        refuses(&w, &other, "approveDispatch", on(&planned), "NOT_FOUND").await;
        let approved = tell(&post.manager, "approveDispatch", on(&planned)).await;
        assert_eq!(approved.all["approvedFor"], Value::Null);
        assert_eq!(approved.status, "APPROVED");
        // Of what a hospital sends, a manager approves nothing.
        let planned = post.bring("PLANNED").await;
        refuses(
            &w,
            &post.manager,
            "approveDispatch",
            on(&planned),
            "FORBIDDEN",
        )
        .await;
    });
}

#[test]
fn either_side_may_think_better_of_it_until_the_expert_has_come() {
    both(async |w| {
        let post = Post::of(&w).await;
        for status in ["PLANNED", "APPROVED", "CONFIRMED"] {
            for by in [&post.sender, &post.host] {
                let seen = post.bring(status).await;
                let gone = tell(by, "cancelDispatch", because(&seen)).await;
                assert_eq!(gone.status, "CANCELLED", "{status}");
            }
        }
        let seen = post.bring("ACTIVE").await;
        for by in [&post.sender, &post.host] {
            refuses(
                &w,
                by,
                "cancelDispatch",
                because(&seen),
                "INVALID_TRANSITION",
            )
            .await;
        }
    });
}

#[test]
fn what_is_over_is_not_agreed_to_any_more() {
    both(async |w| {
        let post = Post::of(&w).await;
        let short = json!({ "endsOn": letter::day(&w, 1) , "sessions": [{ "weekday": "MONDAY", "half": "AM" }] });
        let planned = post.planned(short).await;
        super::wait_days(&w, 2);
        let answer = refuses(
            &w,
            &post.sender,
            "approveDispatch",
            on(&planned),
            "INVALID_TRANSITION",
        )
        .await;
        assert!(answer.text.contains("last day is over"), "{}", answer.text);
        let seen = post.look(&post.sender, &planned).await.expect("it is seen");
        assert_eq!(seen.next(), ["CANCEL_DISPATCH"]);
    });
}
