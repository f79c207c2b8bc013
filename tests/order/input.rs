//! Bad input of every kind, one after the other: a clear code at the field that is wrong, and nothing written.

use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};

use super::cast::{Cast, Told, ask, findings};
use crate::{
    harness::both,
    referral::{
        census::{Census, census},
        letter::{self, moment, with},
    },
};

/// What was written since; who was refused what is in the audit trail, and nowhere else.
async fn written(cast: &Cast, before: &Census) -> Vec<(String, i64)> {
    let changed = census(&cast.w).await.changed_since(before);
    let audited = |(table, _): &(String, i64)| table.starts_with("audit");
    changed.into_iter().filter(|row| !audited(row)).collect()
}

/// A verb that is refused for one field.
struct Bad<'a> {
    what: &'a str,
    verb: &'a str,
    on: Option<&'a Told>,
    said: Value,
    problem: (&'a str, &'a str),
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, one fault a row")]
fn what_is_wrong_is_named_and_nothing_is_written() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let blood = cast.place("GLU", 1).await;
        let other = cast.place("GLU", 2).await;
        let drawn = cast.bring("COLLECTED", 3).await;
        let claimed = cast.bring("CLAIMED", 4).await;
        let reported = cast.bring("REPORTED", 5).await;
        let place = |said: Value| with(cast.order("GLU", 6), said);
        let tube = |said: Value| with(json!({ "barcode": "T1", "kind": "SERUM" }), said);
        let seen = |said: Value| {
            let good =
                json!({ "code": "2345-7", "name": "葡萄糖", "value": 5.0, "unit": "mmol/L" });
            with(findings(), json!({ "observations": [with(good, said)] }))
        };
        let hour = |hours: i64| moment(&w, Duration::hours(hours));
        let herbs = letter::institution(d.herbs.id);
        for bad in [
            Bad {
                what: "an unknown item",
                verb: "placeOrder",
                on: None,
                said: place(json!({ "item": "itm_01h455vb4pex5vsknk084sn02q" })),
                problem: ("input.item", "UNKNOWN_ID"),
            },
            Bad {
                what: "an item of another centre",
                verb: "placeOrder",
                on: None,
                said: place(json!({ "centre": cast.centres.centre("IMAGING") })),
                problem: ("input.item", "INCONSISTENT"),
            },
            Bad {
                what: "written in a time to come",
                verb: "placeOrder",
                on: None,
                said: place(json!({ "occurredAt": hour(1) })),
                problem: ("input.occurredAt", "ORDER"),
            },
            Bad {
                what: "written too long ago",
                verb: "placeOrder",
                on: None,
                said: place(json!({ "occurredAt": hour(-24 * 31) })),
                problem: ("input.occurredAt", "ORDER"),
            },
            Bad {
                what: "another specimen than the item needs",
                verb: "collectSpecimen",
                on: Some(&blood),
                said: tube(json!({ "kind": "URINE" })),
                problem: ("input.kind", "INCONSISTENT"),
            },
            Bad {
                what: "the barcode of another patient",
                verb: "collectSpecimen",
                on: Some(&other),
                said: tube(json!({ "barcode": "B00003" })),
                problem: ("input.barcode", "TAKEN"),
            },
            Bad {
                what: "drawn before it was asked for",
                verb: "collectSpecimen",
                on: Some(&blood),
                said: tube(json!({ "occurredAt": hour(-1) })),
                problem: ("input.occurredAt", "ORDER"),
            },
            Bad {
                what: "sent before it was drawn",
                verb: "sendSpecimen",
                on: Some(&drawn),
                said: json!({ "occurredAt": hour(-1) }),
                problem: ("input.occurredAt", "ORDER"),
            },
            Bad {
                what: "a unit that is none",
                verb: "reportOrder",
                on: Some(&claimed),
                said: seen(json!({ "unit": "毫摩尔/升" })),
                problem: ("input.observations[0].unit", "FORMAT"),
            },
            Bad {
                what: "a unit with a bracket too many",
                verb: "reportOrder",
                on: Some(&claimed),
                said: seen(json!({ "unit": "mm[Hg" })),
                problem: ("input.observations[0].unit", "FORMAT"),
            },
            Bad {
                what: "a number without unit",
                verb: "reportOrder",
                on: Some(&claimed),
                said: seen(json!({ "unit": null })),
                problem: ("input.observations[0].unit", "REQUIRED"),
            },
            Bad {
                what: "measured in a time to come",
                verb: "reportOrder",
                on: Some(&claimed),
                said: seen(json!({ "at": hour(1) })),
                problem: ("input.observations[0].at", "ORDER"),
            },
            Bad {
                what: "reported before it was claimed",
                verb: "reportOrder",
                on: Some(&claimed),
                said: with(findings(), json!({ "occurredAt": hour(-1) })),
                problem: ("input.occurredAt", "ORDER"),
            },
            Bad {
                what: "reviewed before it was reported",
                verb: "reviewOrder",
                on: Some(&reported),
                said: json!({ "occurredAt": hour(-1) }),
                problem: ("input.occurredAt", "ORDER"),
            },
        ] {
            let before = census(&w).await;
            let by = match bad.verb {
                "placeOrder" => &cast.hill,
                "collectSpecimen" | "sendSpecimen" => &cast.hill_technician,
                "reviewOrder" => &cast.second,
                _ => &cast.reader,
            };
            let answer = match bad.on {
                Some(order) => cast.ask(by, bad.verb, order, bad.said).await,
                None => ask(by, bad.verb, bad.said).await,
            };
            assert_eq!(answer.code(bad.verb), "INVALID_INPUT", "{}", bad.what);
            assert_eq!(
                answer.problems(),
                [bad.problem],
                "{}: {}",
                bad.what,
                answer.text
            );
            assert_eq!(written(&cast, &before).await, [], "{}", bad.what);
        }
        // Who is not served is told so, be it the hospital of another community or one in whose name nobody here may ask.
        let before = census(&w).await;
        let answer = ask(&cast.stranger, "placeOrder", cast.order("GLU", 6)).await;
        assert_eq!(answer.problems(), [("input.item", "NOT_ALLOWED")]);
        let for_others = place(json!({ "requestedBy": herbs }));
        let answer = ask(&cast.hill, "placeOrder", for_others).await;
        assert_eq!(answer.code("placeOrder"), "FORBIDDEN");
        assert_eq!(written(&cast, &before).await, []);
        no_number(&cast, &claimed).await;
    });
}

/// What is no number is not taken for one: words, what JSON has no way to write, and what is too large for one.
async fn no_number(cast: &Cast, claimed: &Told) {
    let before = census(&cast.w).await;
    let document =
        "mutation($input: ReportOrderInput!) { reportOrder(input: $input) { replayed } }";
    for value in ["\"high\"", "\"5.0\"", "true", "[5]", "NaN", "1e999"] {
        let body = format!(
            "{{\"query\":\"{document}\",\"variables\":{{\"input\":{{\"orders\":[{{\"order\":{{\"id\":\"{}\"}},\"version\":{}}}],\
             \"conclusion\":\"血糖\",\"observations\":[{{\"code\":\"2345-7\",\"name\":\"葡萄糖\",\"value\":{value},\"unit\":\"mmol/L\"}}]}}}}}}",
            claimed.id, claimed.version
        );
        let request = cast.reader.request(Method::POST, "/graphql");
        let request = request
            .header("content-type", "application/json")
            .body(body);
        let answer = cast.reader.send(request).await;
        let code = answer
            .errors()
            .first()
            .map(|error| &error["extensions"]["code"]);
        let code = code.and_then(Value::as_str).unwrap_or("no code");
        assert!(
            ["INVALID_INPUT", "GRAPHQL_PARSE_FAILED", "BAD_REQUEST"].contains(&code),
            "{value}: {}",
            answer.text
        );
    }
    assert_eq!(written(cast, &before).await, []);
    let seen = cast.look(&cast.reader, claimed).await.expect("it is seen");
    assert_eq!(seen.version, claimed.version);
}
