//! Every check of a registration.

use entity::enums::Role;
use serde_json::{Value, json};

use super::{register, register::rows, with};
use crate::harness::{both, canary::Patient};

#[test]
#[expect(clippy::too_many_lines, reason = "one table, a line a rule")]
fn each_bad_field_is_named_and_nothing_is_written() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let good = Patient::nth(7).input();
        let without = with(&good, "/certificate", Value::Null);
        let number = good["certificate"]["number"].as_str().expect("a number");
        let digit = if number.ends_with('1') { "2" } else { "1" };
        let misprint = format!("{}{digit}", &number[..17]);
        let tag = |from: &str, to: &str| json!({ "tag": "STROKE", "startsOn": from, "endsOn": to });
        let long = |length| json!("长".repeat(length));
        let certificate = |kind: &str, number: &str| json!({ "kind": kind, "number": number });
        let before = rows(&w).await;
        for (input, field, value, path, code) in [
            (&good, "/name", Value::Null, "input.name", "REQUIRED"),
            (&good, "/name", json!("  "), "input.name", "REQUIRED"),
            (&good, "/name", long(101), "input.name", "TOO_LONG"),
            (
                &good,
                "/name",
                json!("王\u{7}芳"),
                "input.name",
                "CHARACTERS",
            ),
            (&good, "/sex", json!("FEMALE"), "input.sex", "INCONSISTENT"),
            (
                &good,
                "/birthDate",
                json!("1999-01-01"),
                "input.birthDate",
                "INCONSISTENT",
            ),
            (
                &without,
                "/birthDate",
                json!("1999-13-01"),
                "input.birthDate",
                "FORMAT",
            ),
            (
                &without,
                "/birthDate",
                json!(19_990_101),
                "input.birthDate",
                "FORMAT",
            ),
            (
                &without,
                "/birthDate",
                json!("2026-03-03"),
                "input.birthDate",
                "TOO_LARGE",
            ),
            (
                &without,
                "/birthDate",
                json!("1876-03-01"),
                "input.birthDate",
                "TOO_SMALL",
            ),
            (
                &without,
                "/birthDate",
                Value::Null,
                "input.birthDate",
                "REQUIRED",
            ),
            (
                &good,
                "/certificate/number",
                json!(""),
                "input.certificate.number",
                "REQUIRED",
            ),
            (
                &good,
                "/certificate/number",
                json!(misprint),
                "input.certificate.number",
                "CHECK_DIGIT",
            ),
            (
                &good,
                "/certificate/number",
                json!(&number[..15]),
                "input.certificate.number",
                "FORMAT",
            ),
            (
                &good,
                "/certificate/number",
                json!("371302199902300010"),
                "input.certificate.number",
                "FORMAT",
            ),
            (
                &good,
                "/certificate/number",
                json!("371302209901010016"),
                "input.certificate.number",
                "TOO_LARGE",
            ),
            (
                &good,
                "/certificate",
                certificate("PASSPORT", "E1"),
                "input.certificate.number",
                "TOO_SMALL",
            ),
            (
                &good,
                "/certificate",
                certificate("PASSPORT", "护照一二三四五"),
                "input.certificate.number",
                "CHARACTERS",
            ),
            (
                &good,
                "/certificate",
                certificate("OTHER", &"9".repeat(51)),
                "input.certificate.number",
                "TOO_LONG",
            ),
            (&good, "/phone", json!(" "), "input.phone", "REQUIRED"),
            (&good, "/address", json!(""), "input.address", "REQUIRED"),
            (
                &good,
                "/healthRecordNumber",
                json!("  "),
                "input.healthRecordNumber",
                "REQUIRED",
            ),
            (
                &good,
                "/address",
                json!("一\n二"),
                "input.address",
                "CHARACTERS",
            ),
            (&good, "/phone", json!("call me"), "input.phone", "FORMAT"),
            (&good, "/phone", json!("12-34"), "input.phone", "TOO_SMALL"),
            (
                &good,
                "/phone",
                json!("1".repeat(31)),
                "input.phone",
                "TOO_LONG",
            ),
            (&good, "/address", long(301), "input.address", "TOO_LONG"),
            (
                &good,
                "/healthRecordNumber",
                long(51),
                "input.healthRecordNumber",
                "TOO_LONG",
            ),
            (
                &good,
                "/tags",
                json!([tag("2026-02-02", "2026-02-01")]),
                "input.tags[0].endsOn",
                "ORDER",
            ),
            (
                &good,
                "/tags",
                json!([tag("2026-02-30", "2026-03-01")]),
                "input.tags[0].startsOn",
                "FORMAT",
            ),
            (
                &good,
                "/tags",
                json!([
                    tag("2026-01-01", "2026-02-01"),
                    tag("2026-02-01", "2026-03-01")
                ]),
                "input.tags[1].tag",
                "TAKEN",
            ),
            (
                &good,
                "/unidentified",
                json!(true),
                "input.certificate",
                "NOT_ALLOWED",
            ),
        ] {
            let answer = register(&hill, &with(input, field, value.clone())).await;
            assert_eq!(
                answer.code("registerPatient"),
                "INVALID_INPUT",
                "{field} {value}"
            );
            assert_eq!(answer.problems(), [(path, code)], "{field} {value}");
        }
        let bad = with(&with(&good, "/name", long(101)), "/phone", json!("?"));
        let answer = register(&hill, &bad).await;
        assert_eq!(answer.problems().len(), 2, "all problems come at once");
        assert_eq!(rows(&w).await, before);
    });
}
