//! A station whose line was down writes a day later what happened, and the clock has struck in between.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::super::{
    clock::{row, run_to},
    letter::{self, with},
    story::Story,
};
use crate::harness::both;

#[test]
fn a_station_posts_a_day_late() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let village = w.client(Role::Clinician, &d.hill_station).await;
        let centre = w.client(Role::Coordinator, &d.hill).await;

        // The doctor writes on Sunday morning; the line comes back on Monday.
        let yesterday = letter::moment(&w, Duration::hours(-24));
        let here = json!({
            "receiver": letter::institution(d.hill.id),
            "senderPractitioner": null,
            "urgency": "EMERGENCY",
            "careSetting": "OUTPATIENT",
            "occurredAt": yesterday,
        });
        let posted = story.submit(&village, with(story.up(), here)).await;
        let told = row(&w, &posted).await;
        assert_eq!(told.submitted_at, Some(w.now() - Duration::hours(24)));
        // The time to answer runs from now: nobody could have answered yesterday.
        assert_eq!(told.answer_due_at, Some(w.now() + Duration::minutes(30)));

        // The patient left an hour after the letter was written, and came half an hour later.
        let left = json!({ "occurredAt": letter::moment(&w, Duration::hours(-23)) });
        let away = story.depart(&village, &posted, left).await;
        // The road's time, too, runs from when the departure was recorded.
        run_to(&w, w.now() + Duration::hours(23)).await;
        let on_the_road = row(&w, &posted).await;
        assert_eq!(on_the_road.status.code(), "IN_TRANSIT");
        // A mark was set meanwhile; what happened before it can still be told.
        assert!(on_the_road.marks > 0);
        let came = json!({ "occurredAt": letter::moment(&w, Duration::hours(-45)) });
        let there = story.arrive(&centre, &away, came).await;
        assert_eq!(there.status, "ARRIVED");
    });
}

#[test]
fn an_arrival_before_the_letter_expired_is_recorded_after_it() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let hill = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.county).await;
        let posted = story.submit(&hill, story.up()).await;
        let taken = story.accept(&office, &posted, json!({})).await;
        let ends = row(&w, &taken).await.valid_to.expect("valid for a time");
        run_to(&w, ends + Duration::hours(8)).await;
        let expired = story.look(&office, &taken).await.expect("still seen");
        assert_eq!(expired.status, "EXPIRED");
        let came = json!({ "occurredAt": letter::moment(&w, Duration::hours(-9)) });
        let there = story.arrive(&office, &expired, came).await;
        assert_eq!(there.status, "ARRIVED");
    });
}
