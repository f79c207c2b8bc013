//! Expect an accepted patient at another time.

use chrono::Duration;
use entity::enums::Side;
use serde_json::json;

use super::{
    cast::{Cast, Only},
    letter,
};
use crate::harness::both;

#[test]
fn both_sides_learn_the_new_time() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        let later = cast
            .story
            .reschedule(&cast.office, &accepted, json!({ "note": "手术延后" }))
            .await;
        assert_eq!((later.status.as_str(), later.version), ("ACCEPTED", 3));
        let document = "query($id: ID!) { referral(by: { id: $id }) { plannedAt timeline { edges { node { action note } } } } }";
        for client in [&cast.hill, &cast.county] {
            let answer = client.call(document, json!({ "id": later.id })).await.ok();
            let planned = (w.now() + Duration::days(2)).to_rfc3339();
            assert_eq!(answer.text_at("referral.plannedAt"), planned);
            assert_eq!(
                *answer.data("referral.timeline.edges.2.node"),
                json!({ "action": "RESCHEDULE_REFERRAL", "note": "手术延后" })
            );
        }
        // Whoever is expected later has not missed anything yet.
        w.wait(Duration::days(1));
        let early = cast
            .story
            .ask(&cast.county, "recordNoShow", super::story::on(&later))
            .await;
        assert_eq!(early.code("recordNoShow"), "INVALID_TRANSITION");
    });
}

#[test]
fn rescheduling_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let said = |_: &_| json!({ "plannedAt": letter::moment(&w, Duration::hours(6)) });
        cast.follows_the_table("rescheduleReferral", Side::Receiver, said)
            .await;
    });
}

#[test]
fn only_the_receiver_reschedules() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        let said = json!({ "plannedAt": letter::moment(&w, Duration::hours(6)) });
        cast.refuses_others(
            "rescheduleReferral",
            Side::Receiver,
            Only::Care,
            &accepted,
            said,
        )
        .await;
    });
}

#[test]
fn bad_input_and_replay() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        let good = json!({ "plannedAt": letter::moment(&w, Duration::hours(6)) });
        let faults = [
            (
                json!({ "plannedAt": letter::moment(&w, -Duration::minutes(1)) }),
                "input.plannedAt",
                "ORDER",
            ),
            (
                json!({ "plannedAt": "tomorrow" }),
                "input.plannedAt",
                "FORMAT",
            ),
            (json!({ "note": "" }), "input.note", "REQUIRED"),
        ];
        cast.refuses_each(
            &cast.county,
            "rescheduleReferral",
            &accepted,
            good.clone(),
            &faults,
        )
        .await;
        let first = cast
            .story
            .reschedule(&cast.county, &accepted, good.clone())
            .await;
        let again = cast.story.reschedule(&cast.county, &accepted, good).await;
        assert!(!first.replayed && again.replayed);
        assert_eq!(again.version, first.version);
    });
}
