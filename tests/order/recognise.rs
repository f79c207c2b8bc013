//! Mutual recognition.

use chrono::Duration;
use serde_json::{Value, json};

use super::{
    cast::{Cast, ask},
    place::orders,
};
use crate::{
    harness::{both, canary::Patient},
    referral::letter::{self, with},
};

#[test]
fn ordered_twice_in_a_week_the_first_result_is_recognised() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let first = cast.bring("REVIEWED", 1).await;
        w.wait(Duration::days(5));
        let lake = w
            .client(entity::enums::Role::Clinician, &w.district().lake)
            .await;
        let input = || cast.order("CHEST_DX", 1);
        let answer = ask(&lake, "placeOrder", input()).await;
        assert_eq!(answer.code("placeOrder"), "RECOGNITION_AVAILABLE");
        assert_eq!(orders(&w).await, 1);

        // Whoever may order it is shown the result, wherever it was made.
        let patient = registered(&lake, 1).await;
        let found = recognisable(&cast, &lake, &patient, "CHEST_DX").await;
        assert_eq!(found, [first.id.clone()]);
        assert!(
            cast.look(&lake, &first).await.is_none(),
            "only to recognise it"
        );

        let input = with(input(), json!({ "result": { "order": first.id } }));
        let answer = ask(&lake, "recogniseResult", input).await.ok();
        let told = answer.data("recogniseResult.order");
        assert_eq!(
            (&told["status"], &told["version"]),
            (&json!("RECOGNISED"), &json!(1))
        );
        assert_eq!(told["recognisedFrom"]["order"]["id"], first.id);
        let seen = cast
            .look(&lake, &first)
            .await
            .expect("it goes on reading what it recognised");
        assert_eq!(seen.all["report"]["preliminary"], false);
    });
}

#[test]
fn with_a_coded_reason_it_is_made_again() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.bring("REVIEWED", 1).await;
        let said = json!({ "overrideReason": "CHANGED_CONDITION" });
        let again = cast
            .place_like(&cast.hill, with(cast.order("CHEST_DX", 1), said))
            .await;
        assert_eq!(again.all["overrideReason"], "CHANGED_CONDITION");
        // Where there was nothing to recognise, nothing was overridden.
        let said = json!({ "overrideReason": "FORENSIC" });
        let first = cast
            .place_like(&cast.hill, with(cast.order("HEAD_CT", 1), said))
            .await;
        assert_eq!(first.all["overrideReason"], Value::Null);
    });
}

#[test]
fn only_what_is_final_recent_and_the_same_counts() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.bring("REPORTED", 1).await;
        cast.place("CHEST_DX", 1).await;
        cast.bring("REVIEWED", 2).await;
        cast.place("CHEST_CT", 2).await;
        cast.place("CHEST_DX", 3).await;
        w.wait(Duration::days(31));
        cast.place("CHEST_DX", 2).await;
    });
}

#[test]
fn a_result_of_a_city_hospital_is_recognised() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let outside = |change: Value| {
            let result = json!({ "institution": "省人民医院", "at": letter::moment(&w, Duration::days(-3)), "marked": true });
            with(
                cast.order("CHEST_DX", 1),
                json!({ "result": { "outside": with(result, change) } }),
            )
        };
        for (change, path, code) in [
            (
                json!({ "institution": "" }),
                "input.result.outside.institution",
                "REQUIRED",
            ),
            (
                json!({ "at": letter::moment(&w, Duration::days(-31)) }),
                "input.result.outside.at",
                "ORDER",
            ),
            (
                json!({ "at": letter::moment(&w, Duration::days(1)) }),
                "input.result.outside.at",
                "ORDER",
            ),
        ] {
            let answer = ask(&cast.hill, "recogniseResult", outside(change)).await;
            assert_eq!(answer.problems(), [(path, code)], "{}", answer.text);
        }
        let answer = ask(&cast.hill, "recogniseResult", outside(json!({})))
            .await
            .ok();
        let told = answer.data("recogniseResult.order");
        assert_eq!(
            told["recognisedFrom"],
            json!({ "order": null, "institution": "省人民医院", "marked": true })
        );
    });
}

#[test]
fn what_cannot_be_recognised_is_not() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let reported = cast.bring("REPORTED", 1).await;
        let other = cast.bring("REVIEWED", 2).await;
        for order in [&reported.id, &other.id] {
            let input = with(
                cast.order("CHEST_DX", 1),
                json!({ "result": { "order": order } }),
            );
            let answer = ask(&cast.hill, "recogniseResult", input).await;
            assert_eq!(
                answer.problems(),
                [("input.result", "UNKNOWN_ID")],
                "{}",
                answer.text
            );
        }
        // An opinion is asked for anew.
        let input = with(
            cast.order("CONS_NEURO", 2),
            json!({ "result": { "order": other.id } }),
        );
        let answer = ask(&cast.hill, "recogniseResult", input).await;
        assert_eq!(answer.problems(), [("input.item", "NOT_ALLOWED")]);
        let answer = ask(
            &cast.reader,
            "recogniseResult",
            with(
                cast.order("CHEST_DX", 2),
                json!({ "result": { "order": other.id } }),
            ),
        )
        .await;
        assert_eq!(answer.code("recogniseResult"), "FORBIDDEN");
        assert_eq!(orders(&w).await, 2);
    });
}

#[test]
fn who_may_not_order_it_is_shown_nothing() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.bring("REVIEWED", 1).await;
        let patient = registered(&cast.hill, 1).await;
        let document = "query($patient: ID!, $item: ID!) { recognisableResults(patient: $patient, item: $item) { edges { node { id } } } }";
        let item = cast.centres.item("CHEST_DX");
        let variables = json!({ "patient": patient, "item": item });
        let answer = cast.reader.call(document, variables.clone()).await;
        assert_eq!(answer.code("recognisableResults"), "FORBIDDEN");
        let answer = cast.stranger.call(document, variables).await;
        assert_eq!(
            answer.body["data"]["recognisableResults"],
            Value::Null,
            "an unknown patient"
        );
        let strangers = registered(&cast.stranger, 1).await;
        let variables = json!({ "patient": strangers, "item": item });
        let answer = cast.stranger.call(document, variables).await;
        assert_eq!(
            answer.ok().body["data"]["recognisableResults"],
            Value::Null,
            "not served"
        );
        let variables = json!({ "patient": "nobody", "item": "nothing" });
        let answer = cast.hill.call(document, variables).await;
        assert_eq!(
            answer.problems(),
            [("patient", "FORMAT"), ("item", "FORMAT")]
        );
    });
}

/// The id of the n-th patient for somebody who registers them.
async fn registered(by: &crate::harness::client::Client, patient: u32) -> String {
    let document = "mutation($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }";
    let input = Patient::nth(patient).input();
    let answer = by.call(document, json!({ "input": input })).await.ok();
    answer.text_at("registerPatient.patient.id").to_owned()
}

async fn recognisable(
    cast: &Cast,
    by: &crate::harness::client::Client,
    patient: &str,
    item: &str,
) -> Vec<String> {
    let document = "query($patient: ID!, $item: ID!) { recognisableResults(patient: $patient, item: $item) { totalCount edges { node { id report { conclusion } } } } }";
    let variables = json!({ "patient": patient, "item": cast.centres.item(item) });
    let answer = by.call(document, variables).await.ok();
    let edges = answer
        .data("recognisableResults.edges")
        .as_array()
        .expect("a list")
        .clone();
    assert_eq!(
        answer.number_at("recognisableResults.totalCount"),
        i64::try_from(edges.len()).unwrap_or(-1)
    );
    edges
        .iter()
        .map(|edge| edge["node"]["id"].as_str().expect("an id").to_owned())
        .collect()
}
