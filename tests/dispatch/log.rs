//! What an expert did, by the half-day; corrected where it was wrong.

use chrono::Duration;
use serde_json::json;

use super::{
    Post, because, half_day, logged, on, refuses, refuses_each, refuses_others, tell, wait_days,
};
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

const VERB: &str = "logDispatch";

#[test]
fn host_and_expert_log_and_it_adds_up() {
    both(async |w| {
        let (post, d) = (Post::of(&w).await, w.district());
        let active = post.bring("ACTIVE").await;
        wait_days(&w, 1);
        let whole = json!({
            "date": letter::day(&w, 0), "half": "AM", "outpatients": 12, "wardRounds": 8, "operations": 1, "consultations": 2,
            "teachingHours": 1.5, "teachingHeads": 9, "note": "卒中筛查带教",
        });
        let entries = json!([half_day(&w, -1, "AM", 20), half_day(&w, -1, "PM", 5), whole]);
        let said = tell(&post.host, VERB, logged(&active, entries)).await;
        let totals = json!({
            "halfDays": 3, "serviceDays": 1.5, "patientsServed": 48, "outpatients": 37, "wardRounds": 8, "operations": 1,
            "consultations": 2, "teachingHours": 1.5, "teachingHeads": 9,
        });
        assert_eq!(said.all["totals"], totals);
        assert_eq!(
            (said.status.as_str(), said.version),
            ("ACTIVE", active.version + 1)
        );
        let there = post.there(&d.hill).await;
        let entries = json!([half_day(&w, 0, "PM", 3)]);
        let said = tell(&there, VERB, logged(&said, entries)).await;
        let latest = &said.all["logs"]["edges"][0]["node"];
        assert_eq!(
            (&latest["half"], &latest["byExpert"]),
            (&json!("PM"), &json!(true))
        );
        assert_eq!(said.all["logs"]["totalCount"], 4);
        // At home they are the same person.
        let entries = json!([half_day(&w, 0, "PM", 4)]);
        let said = tell(&post.home, VERB, logged(&said, entries)).await;
        assert_eq!(said.all["totals"]["outpatients"], 41);
    });
}

#[test]
fn a_correction_counts_and_what_was_said_before_stays() {
    both(async |w| {
        let post = Post::of(&w).await;
        let active = post.bring("ACTIVE").await;
        let mut seen = active;
        for outpatients in [10, 11, 12] {
            let entries = json!([half_day(&w, 0, "AM", outpatients)]);
            seen = tell(&post.host, VERB, logged(&seen, entries)).await;
        }
        assert_eq!(seen.all["totals"]["outpatients"], 12);
        assert_eq!(seen.all["logs"]["totalCount"], 1);
        let log = &seen.all["logs"]["edges"][0]["node"];
        assert_eq!(log["revision"], 3);
        let earlier: Vec<_> = log["earlier"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["outpatients"].as_i64())
            .collect();
        assert_eq!(earlier, [Some(11), Some(10)]);
        assert_eq!(log["earlier"][0]["replacedAt"], w.now().to_rfc3339());
        let before = census(&w).await;
        let entries = json!([half_day(&w, 0, "AM", 12)]);
        let again = tell(
            &post.host,
            VERB,
            logged(
                &super::Seen {
                    version: seen.version - 1,
                    ..seen.clone()
                },
                entries,
            ),
        )
        .await;
        assert!(again.replayed);
        assert_eq!(census(&w).await.since(&before, "dispatch_log"), 0);
    });
}

#[test]
fn only_of_days_within_and_until_a_week_after() {
    both(async |w| {
        let post = Post::of(&w).await;
        let active = post.bring("ACTIVE").await;
        wait_days(&w, 3);
        let recalled = tell(&post.sender, "recallDispatch", because(&active)).await;
        let at = |days| logged(&recalled, json!([half_day(&w, days, "AM", 1)]));
        for days in [-4, 1] {
            let faults = [(json!({}), "input.entries[0].date", "ORDER")];
            refuses_each(&w, &post.host, VERB, &at(days), &faults).await;
        }
        let said = tell(&post.host, VERB, at(0)).await;
        // Nothing of a day after they left, however late it is entered.
        wait_days(&w, 2);
        let late = logged(&said, json!([half_day(&w, -1, "AM", 1)]));
        let faults = [(json!({}), "input.entries[0].date", "ORDER")];
        refuses_each(&w, &post.host, VERB, &late, &faults).await;
        // Seven days after the last, at midnight, the book is closed.
        w.wait(Duration::days(5) + Duration::hours(15) - Duration::milliseconds(1));
        let said = tell(
            &post.home,
            VERB,
            logged(&said, json!([half_day(&w, -7, "PM", 1)])),
        )
        .await;
        w.wait(Duration::milliseconds(1));
        let late = logged(&said, json!([half_day(&w, -9, "AM", 1)]));
        let answer = refuses(&w, &post.host, VERB, late, "INVALID_TRANSITION").await;
        assert!(
            answer.text.contains("more than 7 days ago"),
            "{}",
            answer.text
        );
    });
}

#[test]
fn not_before_they_came_and_by_nobody_else() {
    both(async |w| {
        let post = Post::of(&w).await;
        let confirmed = post.bring("CONFIRMED").await;
        let entries = json!([half_day(&w, 0, "AM", 1)]);
        let input = logged(&confirmed, entries.clone());
        refuses(&w, &post.host, VERB, input, "INVALID_TRANSITION").await;
        wait_days(&w, 1);
        let active = tell(&post.host, "checkInDispatch", on(&confirmed)).await;
        let faults = [(json!({}), "input.entries[0].date", "ORDER")];
        let yesterday = logged(&active, json!([half_day(&w, -1, "AM", 1)]));
        refuses_each(&w, &post.host, VERB, &yesterday, &faults).await;
        let input = logged(&active, json!([half_day(&w, 0, "AM", 1)]));
        refuses_others(&post, VERB, &input, &[&post.host]).await;
        let old = with(input, json!({ "version": 1 }));
        refuses(&w, &post.host, VERB, old, "CONFLICT").await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let post = Post::of(&w).await;
        let active = post.bring("ACTIVE").await;
        let entry = |change| json!({ "entries": [with(half_day(&w, 0, "AM", 1), change)] });
        let many: Vec<_> = (0..63).map(|_| half_day(&w, 0, "AM", 1)).collect();
        let faults = [
            (json!({ "entries": [] }), "input.entries", "REQUIRED"),
            (json!({ "entries": many }), "input.entries", "TOO_LARGE"),
            (
                entry(json!({ "date": "today" })),
                "input.entries[0].date",
                "FORMAT",
            ),
            (
                entry(json!({ "half": "DAY" })),
                "input.entries[0].half",
                "NOT_ALLOWED",
            ),
            (
                entry(json!({ "outpatients": -1 })),
                "input.entries[0].outpatients",
                "TOO_SMALL",
            ),
            (
                entry(json!({ "operations": 1_001 })),
                "input.entries[0].operations",
                "TOO_LARGE",
            ),
            (
                entry(json!({ "teachingHours": 12.5 })),
                "input.entries[0].teachingHours",
                "TOO_LARGE",
            ),
            (
                entry(json!({ "teachingHours": -0.5 })),
                "input.entries[0].teachingHours",
                "TOO_SMALL",
            ),
            (
                entry(json!({ "note": "记".repeat(501) })),
                "input.entries[0].note",
                "TOO_LONG",
            ),
            (
                json!({ "entries": [half_day(&w, 0, "AM", 1), half_day(&w, 0, "AM", 2)] }),
                "input.entries[1].date",
                "TAKEN",
            ),
        ];
        refuses_each(&w, &post.host, VERB, &on(&active), &faults).await;
    });
}
