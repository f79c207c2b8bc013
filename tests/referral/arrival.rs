//! The patient arrives.

use chrono::Duration;
use entity::enums::Side;
use serde_json::json;

use super::{
    cast::{Cast, Only},
    letter::{self, with},
};
use crate::harness::both;

#[test]
fn it_counts_at_the_time_of_arrival() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let away = cast.bring("IN_TRANSIT").await;
        w.wait(Duration::hours(2));
        let at = letter::moment(&w, -Duration::minutes(30));
        let arrived = cast
            .story
            .arrive(&cast.office, &away, json!({ "occurredAt": at }))
            .await;
        assert_eq!((arrived.status.as_str(), arrived.version), ("ARRIVED", 4));
        let document = "query($id: ID!) { referral(by: { id: $id }) { arrivedAt updatedAt timeline { edges { node { occurredAt recordedAt } } } } }";
        let answer = cast
            .hill
            .call(document, json!({ "id": away.id }))
            .await
            .ok();
        let (then, now) = (
            (w.now() - Duration::minutes(30)).to_rfc3339(),
            w.now().to_rfc3339(),
        );
        assert_eq!(answer.text_at("referral.arrivedAt"), then);
        assert_eq!(answer.text_at("referral.updatedAt"), now);
        let event = answer.data("referral.timeline.edges.3.node");
        assert_eq!(*event, json!({ "occurredAt": then, "recordedAt": now }));
    });
}

#[test]
fn arrival_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.follows_the_table("recordArrival", Side::Receiver, |_| json!({}))
            .await;
    });
}

#[test]
fn only_the_receiver_records_an_arrival() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        cast.refuses_others(
            "recordArrival",
            Side::Receiver,
            Only::Care,
            &accepted,
            json!({}),
        )
        .await;
    });
}

#[test]
fn an_emergency_that_nobody_answered_arrives() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let letter = with(cast.story.up(), json!({ "urgency": "EMERGENCY" }));
        let posted = cast.story.submit(&cast.hill, letter).await;
        let arrived = cast.story.arrive(&cast.county, &posted, json!({})).await;
        assert_eq!(arrived.status, "ARRIVED");
        let document = "query($id: ID!) { referral(by: { id: $id }) { answerDueAt } }";
        let answer = cast
            .hill
            .call(document, json!({ "id": posted.id }))
            .await
            .ok();
        assert!(
            answer.data("referral.answerDueAt").is_null(),
            "the arrival is the answer"
        );
    });
}

#[test]
fn a_patient_may_still_come_within_14_days_of_not_coming() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let (early, late) = (cast.bring("NO_SHOW").await, cast.bring("NO_SHOW").await);
        // The second one was missed two minutes after the first.
        w.wait(Duration::days(14) - Duration::minutes(2));
        let county = w
            .client(entity::enums::Role::Clinician, &w.district().county)
            .await;
        let came = cast.story.arrive(&county, &early, json!({})).await;
        assert_eq!(came.status, "ARRIVED");
        w.wait(Duration::minutes(2) + Duration::milliseconds(1));
        let answer = cast
            .story
            .ask(&county, "recordArrival", super::story::on(&late))
            .await;
        assert_eq!(answer.code("recordArrival"), "INVALID_TRANSITION");
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        w.wait(Duration::hours(1));
        let faults = [
            (json!({ "note": "\u{0}" }), "input.note", "CHARACTERS"),
            (
                json!({ "occurredAt": letter::moment(&w, -Duration::hours(2)) }),
                "input.occurredAt",
                "ORDER",
            ),
            (
                json!({ "occurredAt": letter::moment(&w, Duration::hours(1)) }),
                "input.occurredAt",
                "ORDER",
            ),
        ];
        cast.refuses_each(&cast.county, "recordArrival", &accepted, json!({}), &faults)
            .await;
    });
}
