//! What is asked for wrongly is named, and every wrong field at once.

use entity::enums::Role;
use serde_json::{Value, json};

use super::{ask, span, told};
use crate::{
    harness::{both, fixtures::REGION},
    referral::letter::{institution, with},
};

#[test]
fn every_wrong_field_is_named() {
    both(async |w| {
        let d = w.district();
        let regulator = w.client(Role::Regulator, REGION).await;
        let month = span("2026-01-01", "2026-01-31");
        let community = api::id::encode(api::id::Kind::Community, d.general.id);
        let hill = institution(d.hill.id);
        for (change, problems) in [
            (
                json!({ "from": "2026-01-02" }),
                vec![("input.from", "NOT_ALLOWED")],
            ),
            (
                json!({ "to": "2026-01-30" }),
                vec![("input.to", "NOT_ALLOWED")],
            ),
            (json!({ "to": "2025-12-31" }), vec![("input.to", "ORDER")]),
            (
                json!({ "from": "1999-01-01" }),
                vec![("input.from", "TOO_LARGE")],
            ),
            (
                json!({ "from": "2016-01-01", "to": "2026-12-31" }),
                vec![("input.to", "TOO_LARGE")],
            ),
            (
                json!({ "from": "January", "to": "2026-02-30" }),
                vec![("input.from", "FORMAT"), ("input.to", "FORMAT")],
            ),
            (
                json!({ "from": "2026-01-05", "to": "2026-01-20" }),
                vec![("input.from", "NOT_ALLOWED"), ("input.to", "NOT_ALLOWED")],
            ),
            (
                json!({ "region": "3301080" }),
                vec![("input.region", "FORMAT")],
            ),
            (
                json!({ "region": "33010八" }),
                vec![("input.region", "FORMAT")],
            ),
            (
                json!({ "institution": community }),
                vec![("input.institution", "WRONG_TYPE")],
            ),
            (
                json!({ "institution": "hill" }),
                vec![("input.institution", "FORMAT")],
            ),
            (
                json!({ "institution": hill, "region": REGION }),
                vec![("input", "INCONSISTENT")],
            ),
            (
                json!({ "codes": ["REFERRED_UP", "NOTHING"] }),
                vec![("codes", "UNKNOWN_VALUE")],
            ),
        ] {
            let answer = ask(&regulator, with(month.clone(), change.clone())).await;
            assert_eq!(answer.problems(), problems, "{change}: {}", answer.text);
        }
    });
}

#[test]
fn by_something_of_the_patient_a_period_is_of_the_calendar_and_over() {
    both(async |w| {
        // Monday, 2 March 2026.
        let regulator = w.client(Role::Regulator, REGION).await;
        for by in ["SEX", "AGE", "TAG", "DIAGNOSIS"] {
            for (from, to, good) in [
                ("2026-02-01", "2026-02-28", true),
                ("2025-10-01", "2025-12-31", true),
                ("2025-01-01", "2025-12-31", true),
                // Two months, a quarter that is none, a month and a year that are not over.
                ("2025-11-01", "2025-12-31", false),
                ("2025-11-01", "2026-01-31", false),
                ("2026-03-01", "2026-03-31", false),
                ("2026-01-01", "2026-12-31", false),
            ] {
                let input = with(
                    span(from, to),
                    json!({ "by": by, "codes": ["REFERRED_UP"] }),
                );
                let answer = ask(&regulator, input).await;
                let problems: &[(&str, &str)] = if good { &[] } else { &[("by", "NOT_ALLOWED")] };
                let named = if good { Vec::new() } else { answer.problems() };
                assert_eq!(named, problems, "{by} {from} {to}: {}", answer.text);
                assert_eq!(
                    answer.data("indicators") == &Value::Null,
                    !good,
                    "{}",
                    answer.text
                );
            }
        }
        // Whoever asks for its own patients may ask for any months.
        let own = w.client(Role::Coordinator, &w.district().hill).await;
        let input = with(span("2025-11-01", "2026-03-31"), json!({ "by": "SEX" }));
        told(&own, input).await;
    });
}
