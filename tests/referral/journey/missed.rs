//! A patient who does not come, and then comes two days later.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::super::story::Story;
use crate::harness::both;

#[test]
fn a_patient_who_did_not_come_comes_two_days_later() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.county).await;
        let ward = w.client(Role::Clinician, &d.county).await;

        let posted = story.submit(&doctor, story.up()).await;
        let accepted = story.accept(&office, &posted, json!({})).await;
        // Before the planned time nobody has missed anything.
        let early = story
            .ask(
                &office,
                "recordNoShow",
                json!({ "referral": { "id": posted.id }, "version": accepted.version }),
            )
            .await;
        assert_eq!(early.code("recordNoShow"), "INVALID_TRANSITION");

        w.wait(Duration::days(1) + Duration::hours(1));
        let missed = story
            .miss(&office, &accepted, json!({ "note": "电话无人接听" }))
            .await;
        assert_eq!(missed.status, "NO_SHOW");

        w.wait(Duration::days(2));
        let there = story.arrive(&office, &missed, json!({})).await;
        assert_eq!(there.status, "ARRIVED");
        let reported = story.report(&ward, &there, json!({})).await;
        assert_eq!(
            story.close(&doctor, &reported, json!({})).await.status,
            "CLOSED"
        );
    });
}

#[test]
fn a_patient_who_stays_away_is_asked_and_the_referral_closed() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.county).await;

        let posted = story.submit(&doctor, story.up()).await;
        let accepted = story.accept(&office, &posted, json!({})).await;
        w.wait(Duration::days(1) + Duration::hours(1));
        let missed = story.miss(&office, &accepted, json!({})).await;
        // After more than fourteen days it takes a new referral.
        w.wait(Duration::days(15));
        let late = story
            .ask(
                &office,
                "recordArrival",
                json!({ "referral": { "id": posted.id }, "version": missed.version }),
            )
            .await;
        assert_eq!(late.code("recordArrival"), "INVALID_TRANSITION");
        let closed = story
            .close(&doctor, &missed, json!({ "contact": "WENT_ELSEWHERE" }))
            .await;
        assert_eq!(closed.status, "CLOSED");
    });
}
