//! The patient does not come.

use chrono::Duration;
use entity::enums::{Role, Side};
use serde_json::json;

use super::{
    cast::{Cast, Only},
    letter::{self, with},
};
use crate::harness::both;

#[test]
fn it_is_recorded_once_the_planned_time_has_passed() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        for wait in [Duration::zero(), Duration::minutes(1)] {
            w.wait(wait);
            let answer = cast
                .story
                .ask(&cast.county, "recordNoShow", super::story::on(&accepted))
                .await;
            assert_eq!(answer.code("recordNoShow"), "INVALID_TRANSITION");
        }
        w.wait(Duration::milliseconds(1));
        let missed = cast.story.miss(&cast.county, &accepted, json!({})).await;
        assert_eq!((missed.status.as_str(), missed.version), ("NO_SHOW", 3));
        assert_eq!(missed.next, ["RECORD_ARRIVAL"]);
    });
}

#[test]
fn without_a_planned_time_24_hours_after_departure_count() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let letter = with(cast.story.up(), json!({ "urgency": "EMERGENCY" }));
        let posted = cast.story.submit(&cast.hill, letter).await;
        let away = cast.story.depart(&cast.hill, &posted, json!({})).await;
        w.wait(Duration::hours(24));
        let county = w.client(Role::Clinician, &w.district().county).await;
        let answer = cast
            .story
            .ask(&county, "recordNoShow", super::story::on(&away))
            .await;
        assert_eq!(answer.code("recordNoShow"), "INVALID_TRANSITION");
        w.wait(Duration::milliseconds(1));
        let missed = cast.story.miss(&county, &away, json!({})).await;
        assert_eq!(missed.status, "NO_SHOW");
    });
}

#[test]
fn no_show_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.follows_the_table("recordNoShow", Side::Receiver, |_| json!({}))
            .await;
    });
}

#[test]
fn only_the_receiver_records_a_no_show() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        w.wait(Duration::minutes(2));
        cast.refuses_others(
            "recordNoShow",
            Side::Receiver,
            Only::Care,
            &accepted,
            json!({}),
        )
        .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        w.wait(Duration::hours(1));
        let faults = [
            (
                json!({ "note": "无".repeat(1_001) }),
                "input.note",
                "TOO_LONG",
            ),
            (
                json!({ "occurredAt": letter::moment(&w, Duration::hours(1)) }),
                "input.occurredAt",
                "ORDER",
            ),
        ];
        cast.refuses_each(&cast.county, "recordNoShow", &accepted, json!({}), &faults)
            .await;
    });
}
