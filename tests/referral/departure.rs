//! The patient leaves.

use entity::enums::Side;
use serde_json::json;

use super::{
    cast::{Cast, Only},
    letter::{self, with},
};
use crate::harness::both;

#[test]
fn the_receiver_learns_how_and_when_the_patient_left() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        w.wait(chrono::Duration::hours(3));
        let at = letter::moment(&w, -chrono::Duration::hours(1));
        for (transport, version) in [("SELF", 3)] {
            let said = json!({ "transport": transport, "occurredAt": at });
            let away = cast.story.depart(&cast.hill, &accepted, said).await;
            assert_eq!(
                (away.status.as_str(), away.version),
                ("IN_TRANSIT", version)
            );
        }
        let document = "query($id: ID!) { referral(by: { id: $id }) { transport departedAt } }";
        let answer = cast
            .county
            .call(document, json!({ "id": accepted.id }))
            .await
            .ok();
        assert_eq!(answer.text_at("referral.transport"), "SELF");
        let left = w.now() - chrono::Duration::hours(1);
        assert_eq!(answer.text_at("referral.departedAt"), left.to_rfc3339());
    });
}

#[test]
fn departure_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.follows_the_table(
            "recordDeparture",
            Side::Sender,
            |_| json!({ "transport": "ESCORTED" }),
        )
        .await;
    });
}

#[test]
fn only_the_sender_records_a_departure() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        cast.refuses_others(
            "recordDeparture",
            Side::Sender,
            Only::Care,
            &accepted,
            json!({ "transport": "ESCORTED" }),
        )
        .await;
    });
}

#[test]
fn an_emergency_leaves_before_it_is_answered() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let letter = with(cast.story.up(), json!({ "urgency": "EMERGENCY" }));
        let posted = cast.story.submit(&cast.hill, letter).await;
        let away = cast
            .story
            .depart(&cast.hill, &posted, json!({ "transport": "AMBULANCE_120" }))
            .await;
        assert_eq!(away.status, "IN_TRANSIT");
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        let faults = [
            (json!({ "note": " " }), "input.note", "REQUIRED"),
            (
                json!({ "occurredAt": letter::moment(&w, -chrono::Duration::minutes(1)) }),
                "input.occurredAt",
                "ORDER",
            ),
            (
                json!({ "occurredAt": letter::moment(&w, chrono::Duration::minutes(6)) }),
                "input.occurredAt",
                "ORDER",
            ),
        ];
        cast.refuses_each(
            &cast.hill,
            "recordDeparture",
            &accepted,
            json!({ "transport": "SELF" }),
            &faults,
        )
        .await;
    });
}
