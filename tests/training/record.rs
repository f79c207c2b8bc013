//! Record who came to a session, and how well they did.

use api::id::{self, Kind};
use chrono::Duration;
use serde_json::{Value, json};

use super::{School, refuses, refuses_each, refuses_others, tell};
use crate::{
    harness::{both, client::Answer},
    referral::{census::census, letter::with},
};

const VERB: &str = "recordTraining";

fn results(session: &str, results: &Value) -> Value {
    json!({ "session": session, "results": results })
}

/// When somebody came, with what score, and whether they passed.
fn result(answer: &Answer, who: &str) -> Value {
    let edges = answer.data("recordTraining.session.enrolments.edges");
    let nodes = edges.as_array().into_iter().flatten();
    let mut nodes = nodes.map(|edge| &edge["node"]);
    let found = nodes.find(|node| node["practitioner"]["id"] == who);
    let node = found.expect("they are enrolled");
    json!([node["attendedAt"], node["score"], node["passed"]])
}

#[test]
fn the_host_records_and_corrects() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let id = school.offered(5).await;
        let nurses = school.nurses(&d.hill, 3).await;
        let hill = school.office(&d.hill).await;
        school.enrol(&hill, &id, &nurses).await;
        w.wait(Duration::days(7) + Duration::hours(1));
        let input = results(
            &id,
            &json!([
                { "practitioner": nurses[0], "attended": true, "score": 100, "passed": true },
                { "practitioner": nurses[1], "attended": true, "score": 0, "passed": false },
                { "practitioner": nurses[2], "attended": false },
            ]),
        );
        let before = census(&w).await;
        let answer = tell(&school.admin, VERB, input.clone()).await;
        assert_eq!(answer.number_at("recordTraining.session.version"), 3);
        let at = |place: usize| result(&answer, &nurses[place]);
        let begun = "2026-03-09T01:00:00+00:00";
        assert_eq!(at(0), json!([begun, 100, true]));
        assert_eq!(at(1), json!([begun, 0, false]));
        assert_eq!(at(2), json!([null, null, null]));
        let again = tell(&school.admin, VERB, input).await;
        assert_eq!(*again.data("recordTraining.replayed"), json!(true));
        assert_eq!(census(&w).await.since(&before, "event"), 1);

        let input = results(
            &id,
            &json!([{ "practitioner": nurses[1], "attended": true, "score": 60, "passed": true }]),
        );
        let answer = tell(&school.admin, VERB, input).await;
        assert_eq!(result(&answer, &nurses[0]), json!([begun, 100, true]));
        assert_eq!(result(&answer, &nurses[1]), json!([begun, 60, true]));
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let id = school.offered(5).await;
        let nurses = school.nurses(&d.hill, 1).await;
        school
            .enrol(&school.office(&d.hill).await, &id, &nurses)
            .await;
        w.wait(Duration::days(8));
        let input = results(
            &id,
            &json!([{ "practitioner": nurses[0], "attended": true }]),
        );
        refuses_others(&w, VERB, &input).await;
    });
}

#[test]
fn not_before_it_begins_or_when_it_is_called_off() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let id = school.offered(5).await;
        let nurses = school.nurses(&d.hill, 1).await;
        school
            .enrol(&school.office(&d.hill).await, &id, &nurses)
            .await;
        let input = results(
            &id,
            &json!([{ "practitioner": nurses[0], "attended": true }]),
        );
        refuses(&w, &school.admin, VERB, input.clone(), "INVALID_TRANSITION").await;
        let off = json!({ "id": id, "version": 2, "cancelled": true });
        tell(&school.admin, "updateTrainingSession", off).await;
        w.wait(Duration::days(8));
        refuses(&w, &school.admin, VERB, input, "INVALID_TRANSITION").await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let id = school.offered(5).await;
        let nurses = school.nurses(&d.hill, 2).await;
        school
            .enrol(&school.office(&d.hill).await, &id, &nurses[..1])
            .await;
        w.wait(Duration::days(8));
        let one = json!({ "practitioner": nurses[0], "attended": true });
        let good = results(&id, &json!([one]));
        let change = |change: Value| json!({ "results": [with(one.clone(), change)] });
        let many: Vec<_> = (0..201).map(|_| one.clone()).collect();
        let (who, score, passed) = (
            "input.results[0].practitioner",
            "input.results[0].score",
            "input.results[0].passed",
        );
        let faults = [
            (json!({ "session": "?" }), "input.session", "FORMAT"),
            (json!({ "results": [] }), "input.results", "REQUIRED"),
            (json!({ "results": many }), "input.results", "TOO_LARGE"),
            (
                json!({ "results": [one, one] }),
                "input.results[1].practitioner",
                "TAKEN",
            ),
            (change(json!({ "practitioner": "?" })), who, "FORMAT"),
            (
                change(json!({ "practitioner": nurses[1] })),
                who,
                "UNKNOWN_ID",
            ),
            (change(json!({ "score": -1 })), score, "TOO_LARGE"),
            (change(json!({ "score": 101 })), score, "TOO_LARGE"),
            (
                change(json!({ "attended": false, "score": 5 })),
                score,
                "NOT_ALLOWED",
            ),
            (
                change(json!({ "attended": false, "passed": true })),
                passed,
                "NOT_ALLOWED",
            ),
        ];
        refuses_each(&w, &school.admin, VERB, &good, &faults).await;
        let nothing = json!({ "session": id::encode(Kind::TrainingSession, w.app.new_id()) });
        refuses(&w, &school.admin, VERB, with(good, nothing), "NOT_FOUND").await;
    });
}
