//! A course is offered, filled, moved, held and recorded; whoever sends people is told of each.

use api::record::relay::relay_once;
use chrono::Duration;
use serde_json::json;

use super::{School, people_of, tell};
use crate::{harness::both, referral::letter};

#[test]
fn a_course_is_filled_moved_and_held() {
    both(async |w| {
        let (school, d) = (School::of(&w).await, w.district());
        let id = school.offered(2).await;
        let hill = school.office(&d.hill).await;
        let nurses = school.nurses(&d.hill, 3).await;
        school.enrol(&hill, &id, &nurses[..2]).await;
        // One falls ill; another goes instead.
        tell(&hill, "withdrawFromTraining", people_of(&id, &nurses[..1])).await;
        school.enrol(&hill, &id, &nurses[2..]).await;
        let moved = json!({
            "id": id,
            "version": 4,
            "startsAt": letter::moment(&w, Duration::days(14)),
            "endsAt": letter::moment(&w, Duration::days(15)),
        });
        tell(&school.admin, "updateTrainingSession", moved).await;
        w.wait(Duration::days(15));
        let results: Vec<_> = nurses[1..]
            .iter()
            .map(|nurse| json!({ "practitioner": nurse, "attended": true, "score": 80, "passed": true }))
            .collect();
        let input = json!({ "session": id, "results": results });
        tell(&school.admin, "recordTraining", input).await;

        while relay_once(&w.app).await.expect("the relay works") > 0 {}
        let document = "{ changes(first: 100, kinds: [TRAINING_SESSION]) { edges { node { action version status subject { id } } } } }";
        let answer = hill.ask(document).await.ok();
        let edges = answer.data("changes.edges").as_array().expect("a list");
        let told: Vec<_> = edges
            .iter()
            .map(|edge| {
                let node = &edge["node"];
                assert_eq!(node["subject"]["id"], id.as_str());
                (
                    node["action"].as_str().expect("an action"),
                    node["version"].as_i64(),
                )
            })
            .collect();
        let expected = [
            "SET_TRAINING_SESSION",
            "ENROL_IN_TRAINING",
            "ENROL_IN_TRAINING",
            "ENROL_IN_TRAINING",
            "SET_TRAINING_SESSION",
            "RECORD_TRAINING",
        ];
        let expected: Vec<_> = expected.into_iter().zip((1..).map(Some)).collect();
        assert_eq!(told, expected);
    });
}
