//! What a regulator is told: whole months, and no figure by which a patient could be recognised.

use chrono::{DateTime, Utc};
use entity::enums::{Role, Urgency};
use serde_json::{Value, json};

use super::{ask, book::Book, rows, span};
use crate::{
    harness::{both, fixtures::REGION},
    referral::letter::with,
};

fn at(text: &str) -> DateTime<Utc> {
    let at = DateTime::parse_from_rfc3339(text).expect("a moment");
    at.to_utc()
}

#[test]
fn a_regulator_reads_whole_months_and_no_small_figures() {
    both(async |w| {
        let book = Book::open(&w).await;
        let d = w.district();
        for (urgency, count) in [
            (Urgency::Emergency, 2),
            (Urgency::Urgent, 6),
            (Urgency::Routine, 9),
        ] {
            for _ in 0..count {
                let mut order = book.order(&book.laboratory, &d.hill, w.now());
                order.priority = urgency;
                book.place(&order).await;
            }
        }
        let regulator = w.client(Role::Regulator, REGION).await;
        let (march, april) = (
            at("2026-03-01T00:00:00+08:00"),
            at("2026-04-01T00:00:00+08:00"),
        );
        let month = span(march, april, "MONTH");
        let exact = rows(
            &regulator,
            with(month.clone(), json!({ "by": ["INSTITUTION"] })),
        )
        .await;
        assert_eq!(
            (&exact[0]["requested"], &exact[0]["suppressed"]),
            (&json!(17), &json!(false))
        );
        let small = rows(
            &regulator,
            with(month.clone(), json!({ "by": ["PRIORITY"] })),
        )
        .await;
        let told: Vec<_> = small
            .iter()
            .map(|row| (&row["requested"], &row["backlog"], &row["suppressed"]))
            .collect();
        let (yes, no, nine) = (json!(true), json!(false), json!(9));
        // The smallest, and with it the next: their sum would tell it.
        assert_eq!(
            told,
            [
                (&Value::Null, &Value::Null, &yes),
                (&Value::Null, &Value::Null, &yes),
                (&nine, &nine, &no)
            ]
        );
        for input in [
            span(march, april, "DAY"),
            span(march, april, "HOUR"),
            span(march, april, "WEEK"),
            span(march, w.now(), "WHOLE"),
        ] {
            let answer = ask(&regulator, input).await;
            assert_eq!(
                answer.problems(),
                [("input.bucket", "NOT_ALLOWED")],
                "{}",
                answer.text
            );
        }
        assert_eq!(
            rows(&regulator, span(march, april, "WHOLE")).await[0]["requested"],
            17
        );
        let actor = w.actor(Role::Regulator, REGION).await;
        let waiting = api::throughput::service::backlog(&w.app, &actor, book.laboratory.id).await;
        assert!(waiting.is_err(), "what waits this minute is no month");
    });
}
