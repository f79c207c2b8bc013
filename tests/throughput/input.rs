//! What cannot be asked for is refused, field by field.

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::{ask, book::Book, span};
use crate::{
    harness::{both, people::Place},
    referral::letter::{self, with},
};

#[test]
fn each_bad_field_is_named() {
    both(async |w| {
        let monitor = w.client(Role::Monitor, Place::INSTALLATION).await;
        let now = w.now();
        let good = span(now - Duration::days(1), now, "DAY");
        let hill = letter::institution(w.district().hill.id);
        let many = vec![hill.clone(); 501];
        for (fault, path, code) in [
            (json!({ "from": "yesterday" }), "input.from", "FORMAT"),
            (
                json!({ "to": "2026-13-01T00:00:00Z" }),
                "input.to",
                "FORMAT",
            ),
            (
                json!({ "to": now - Duration::days(1) }),
                "input.to",
                "ORDER",
            ),
            (
                json!({ "to": now - Duration::days(2) }),
                "input.to",
                "ORDER",
            ),
            (
                json!({ "from": "1999-12-31T00:00:00Z", "bucket": "WHOLE" }),
                "input.from",
                "TOO_LARGE",
            ),
            (
                json!({ "to": "2101-01-01T00:00:00Z" }),
                "input.to",
                "TOO_LARGE",
            ),
            (
                json!({ "from": now - Duration::days(63), "bucket": "HOUR" }),
                "input.to",
                "TOO_LARGE",
            ),
            (
                json!({ "from": now - Duration::days(801) }),
                "input.to",
                "TOO_LARGE",
            ),
            (
                json!({ "centres": [hill] }),
                "input.centres[0]",
                "WRONG_TYPE",
            ),
            (
                json!({ "centres": ["\u{1f600}"] }),
                "input.centres[0]",
                "FORMAT",
            ),
            (
                json!({ "requestedBy": [hill, ""] }),
                "input.requestedBy[1]",
                "FORMAT",
            ),
            (
                json!({ "requestedBy": many }),
                "input.requestedBy",
                "TOO_LARGE",
            ),
        ] {
            let answer = ask(&monitor, with(good.clone(), fault.clone())).await;
            assert_eq!(
                answer.code("throughput"),
                "INVALID_INPUT",
                "{fault}: {}",
                answer.text
            );
            assert!(
                answer.problems().contains(&(path, code)),
                "{fault}: {}",
                answer.text
            );
        }
        for fault in [
            json!({ "bucket": "YEAR" }),
            json!({ "by": ["PATIENT"] }),
            json!({ "kinds": ["ANY"] }),
            json!({ "from": Value::Null }),
            json!({ "bucket": Value::Null }),
        ] {
            let answer = ask(&monitor, with(good.clone(), fault.clone())).await;
            assert_eq!(
                answer.errors()[0]["extensions"]["code"],
                "INVALID_INPUT",
                "{fault}: {}",
                answer.text
            );
        }
    });
}

#[test]
fn an_answer_of_more_than_five_thousand_rows_is_refused() {
    both(async |w| {
        let book = Book::open(&w).await;
        let d = w.district();
        let monitor = w.client(Role::Monitor, Place::INSTALLATION).await;
        // What waits has a row in every hour that it waits.
        for group in 0..5 {
            let mut order = book.order(&book.laboratory, &d.hill, w.now() - Duration::days(60));
            order.item_group = group.to_string();
            book.place(&order).await;
        }
        let hours = span(w.now() - Duration::days(60), w.now(), "HOUR");
        let answer = ask(
            &monitor,
            with(hours.clone(), json!({ "by": ["ITEM_GROUP"] })),
        )
        .await;
        assert_eq!(
            answer.code("throughput"),
            "INVALID_INPUT",
            "{}",
            answer.text
        );
        assert_eq!(answer.problems(), [("input", "TOO_LARGE")]);
        let _ = ask(&monitor, hours).await.ok();
    });
}
