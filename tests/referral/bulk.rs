//! Many letters in one call: each stands alone.

use std::time::Instant;

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::{
    cast::Cast,
    census::census,
    letter::{self, with},
};
use crate::harness::{
    World, both,
    canary::Patient,
    client::{Answer, Client},
};

/// Posts many.
pub const BULK: &str = "mutation Bulk($inputs: [SubmitReferralInput!]!) {
    submitReferrals(inputs: $inputs) {
        __typename
        ... on SubmittedReferral { index replayed referral { id status version externalId patient { id } } }
        ... on RefusedInput { index externalId code retryable message problems { path code } existing { id ... on Referral { status } } }
    }
}";

/// Posts the letters in one call.
pub async fn post(by: &Client, letters: &[Value]) -> Answer {
    by.call(BULK, json!({ "inputs": letters })).await
}

/// What came of each letter.
pub fn results(answer: &Answer) -> &[Value] {
    let results = answer.data("submitReferrals").as_array();
    results.expect("a list")
}

/// Letters up of so many patients, each with an id of its own.
pub fn letters(w: &World, patients: std::ops::Range<u32>) -> Vec<Value> {
    let letter = |n: u32| {
        let id = json!({ "externalId": format!("HIS-{n}") });
        with(letter::up(w, &Patient::nth(n)), id)
    };
    patients.map(letter).collect()
}

#[test]
fn each_stands_alone() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let up = |n: u32| letter::up(&w, &Patient::nth(n));
        let taken = cast.story.submit(&cast.system, up(90)).await;
        let before = census(&w).await;
        let letters = [
            with(up(1), json!({ "externalId": "HIS-1" })),
            with(
                up(2),
                json!({ "externalId": "HIS-2", "diagnoses": null, "senderPhone": "n/a" }),
            ),
            with(
                up(3),
                json!({ "receiver": letter::department(d.neurology.id) }),
            ),
            with(up(4), json!({ "validTo": "soon", "occurredAt": "now" })),
            with(up(5), json!({ "patient": null })),
            with(up(6), json!({ "receiver": letter::institution(d.city.id) })),
            with(up(7), json!({ "sender": letter::institution(d.county.id) })),
            with(up(90), json!({ "externalId": "HIS-90" })),
            json!({ "draft": { "id": taken.id }, "version": 1 }),
            with(up(8), json!({ "externalId": "HIS-8" })),
        ];
        let answer = post(&cast.system, &letters).await.ok();
        let found: Vec<_> = results(&answer)
            .iter()
            .map(|result| {
                let paths = result["problems"].as_array().into_iter().flatten();
                let paths: Vec<_> = paths
                    .filter_map(|problem| problem["path"].as_str())
                    .collect();
                (result["code"].as_str().unwrap_or("posted"), paths.join(" "))
            })
            .collect();
        let found: Vec<_> = found
            .iter()
            .map(|(code, paths)| (*code, paths.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("posted", ""),
                ("INVALID_INPUT", "inputs[1].senderPhone inputs[1].diagnoses"),
                ("INVALID_INPUT", "inputs[2].receiver"),
                ("INVALID_INPUT", "inputs[3].occurredAt inputs[3].validTo"),
                ("INVALID_INPUT", "inputs[4].patient"),
                ("ROUTE_NOT_ALLOWED", "inputs[5].receiver"),
                ("FORBIDDEN", ""),
                ("DUPLICATE", "inputs[7].receiver"),
                ("INVALID_TRANSITION", ""),
                ("posted", ""),
            ],
            "{}",
            answer.text
        );
        for (place, result) in results(&answer).iter().enumerate() {
            assert_eq!(result["index"], place);
            assert_ne!(result["retryable"], true);
        }
        assert_eq!(results(&answer)[1]["externalId"], "HIS-2");
        let existing = json!({ "id": taken.id, "status": "SUBMITTED" });
        assert_eq!(results(&answer)[7]["existing"], existing);
        let after = census(&w).await;
        for (table, rows) in [("referral", 2), ("patient", 2), ("event", 4)] {
            assert_eq!(after.since(&before, table), rows, "{table}");
        }
        // Two posts and a denial; what is shown of the one found is no patient.
        assert_eq!(after.since(&before, "audit"), 3);
    });
}

#[test]
fn none_and_more_than_a_hundred_are_refused() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let before = census(&w).await;
        let one = cast.story.up();
        for (letters, code) in [(vec![], "REQUIRED"), (vec![one; 101], "TOO_LARGE")] {
            let answer = post(&cast.system, &letters).await;
            assert_eq!(answer.code("submitReferrals"), "INVALID_INPUT");
            assert_eq!(answer.problems(), [("inputs", code)]);
        }
        let unfit = [cast.story.up(), json!({ "urgency": "SOON" })];
        let answer = post(&cast.system, &unfit).await;
        assert_eq!(answer.problems(), [("inputs[1].urgency", "UNKNOWN_VALUE")]);
        assert_eq!(census(&w).await.changed_since(&before), []);
    });
}

#[test]
fn who_may_post_nothing_is_refused_once() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let before = census(&w).await;
        let letters = letters(&w, 1..4);
        let answer = post(&cast.hill_technician, &letters).await;
        assert_eq!(answer.code("submitReferrals"), "FORBIDDEN");
        let changed = census(&w).await.changed_since(&before);
        let expected = [("audit".to_owned(), 1), ("audit_outbox".to_owned(), 1)];
        assert_eq!(changed, expected);
    });
}

#[test]
fn a_batch_that_is_sent_again_is_answered_again() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let keyed = cast.system.clone().with_key("batch-1");
        let mut some = letters(&w, 1..6);
        some[2]["diagnoses"] = Value::Null;
        let first = post(&keyed, &some).await.ok();
        let ids = |answer: &Answer| -> Vec<Value> {
            let results = results(answer).iter();
            results
                .map(|result| result["referral"]["id"].clone())
                .collect()
        };
        let before = census(&w).await;
        for by in [&keyed, &cast.system] {
            let again = post(by, &some).await.ok();
            assert_eq!(ids(&again), ids(&first));
            let replayed = results(&again).iter();
            let replayed: Vec<_> = replayed.map(|result| result["replayed"] == true).collect();
            assert_eq!(replayed, [true, true, false, true, true]);
        }
        let changed = census(&w).await.changed_since(&before);
        let tables: Vec<_> = changed.iter().map(|(table, _)| table.as_str()).collect();
        assert_eq!(
            tables,
            ["audit", "audit_outbox", "audit_patient"],
            "{changed:?}"
        );
        // Without ids of their own, by the key alone; each input is one of its own.
        let keyed = cast.system.clone().with_key("batch-2");
        let nameless: Vec<_> = (11..14).map(|n| letter::up(&w, &Patient::nth(n))).collect();
        let first = post(&keyed, &nameless).await.ok();
        let again = post(&keyed, &nameless).await.ok();
        assert_eq!(ids(&again), ids(&first));
        assert!(
            results(&again)
                .iter()
                .all(|result| result["replayed"] == true)
        );
        // Another body under the same key changes nothing.
        let before = census(&w).await;
        let other = post(&keyed, &letters(&w, 21..23)).await.ok();
        for result in results(&other) {
            assert_eq!(result["code"], "IDEMPOTENCY_MISMATCH");
        }
        assert_eq!(census(&w).await.changed_since(&before), []);
    });
}

#[test]
fn two_batches_that_name_the_same_patients_in_another_order_do_not_stand_in_each_others_way() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let forth = letters(&w, 1..16);
        let back: Vec<_> = forth.iter().rev().cloned().collect();
        let (one, other) = futures::join!(post(&cast.system, &forth), post(&cast.hill, &back));
        let (one, other) = (one.ok(), other.ok());
        for (place, result) in results(&one).iter().enumerate() {
            let twin = &results(&other)[14 - place];
            assert_eq!(
                result["referral"]["id"], twin["referral"]["id"],
                "{} {}",
                one.text, other.text
            );
            assert_ne!(
                result["replayed"], twin["replayed"],
                "one of the two posted it"
            );
        }
    });
}

#[test]
fn a_hundred_full_letters_pass_with_a_few_statements_each() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        // 12,000 characters each, of three bytes.
        let text = "病情摘要与检查所见".repeat(266);
        let full = |letter: Value| {
            let said = json!({ "clinical": {
                "presentIllness": text, "pastHistory": text, "treatment": text, "examinations": text, "cautions": text,
            } });
            with(letter, said)
        };
        let few: Vec<_> = letters(&w, 1..11).into_iter().map(full).collect();
        let ten = post(&cast.system, &few).await.ok().statements();
        let many: Vec<_> = letters(&w, 11..111).into_iter().map(full).collect();
        let began = Instant::now();
        let answer = post(&cast.system, &many).await.ok();
        let took = began.elapsed();
        assert!(
            results(&answer)
                .iter()
                .all(|result| result["replayed"] == false)
        );
        assert!(
            took < std::time::Duration::from_secs(30),
            "it took {took:?}"
        );
        let hundred = answer.statements();
        assert!(
            ten <= 10 * 25 && hundred <= 10 * ten,
            "{ten} for ten, {hundred} for a hundred"
        );
    });
}

#[test]
fn a_system_posts_for_its_stations_and_what_was_written_offline() {
    both(async |w| {
        let d = w.district();
        let system = w.client(Role::Integration, &d.lake).await;
        let yesterday = letter::moment(&w, Duration::days(-1));
        let letters: Vec<_> = (1..4)
            .map(|n| {
                let from = json!({ "sender": letter::institution(d.lake_station.id), "occurredAt": yesterday });
                with(letter::emergency(&w, &Patient::nth(n)), from)
            })
            .collect();
        let answer = post(&system, &letters).await.ok();
        for result in results(&answer) {
            assert_eq!(result["referral"]["status"], "SUBMITTED", "{}", answer.text);
        }
    });
}
