//! Out of the district to a hospital that has no account here, and back down.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::super::{
    letter::{self, with},
    second_hand::from_province,
    story::Story,
};
use crate::harness::both;

#[test]
fn a_city_hospital_second_hand_insurance_filed_and_the_patient_comes_back_down() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let ward = w.client(Role::Clinician, &d.county).await;
        let office = w.client(Role::Coordinator, &d.county).await;
        let patient = story.patient();

        let filed = json!({
            "receiver": letter::institution(d.province.id),
            "insurance": { "status": "FILED", "number": "YB20260302" },
        });
        let posted = story
            .submit(&ward, with(letter::outward(&w, &patient), filed))
            .await;
        assert_eq!(posted.direction, "OUTWARD");
        // The hospital answers by telephone; the ward writes down what it says.
        let accepted = story.accept(&ward, &posted, json!({})).await;
        let away = story.depart(&ward, &accepted, json!({})).await;
        w.wait(Duration::hours(3));
        let there = story.arrive(&office, &away, json!({})).await;
        let treated = story.treat(&ward, &there, json!({})).await;

        // Ten days later the patient is announced, and comes.
        w.wait(Duration::days(10));
        let down = story.submit(&office, from_province(&w, &patient)).await;
        assert_eq!(
            (down.status.as_str(), down.direction.as_str()),
            ("ACCEPTED", "DOWN")
        );
        w.wait(Duration::days(1));
        let back = story.arrive(&office, &down, json!({})).await;
        assert_eq!(back.status, "ARRIVED");
        // The letter that the patient brings along is the report of the way out.
        let reported = story.report(&ward, &treated, json!({})).await;
        let closed = story.close(&ward, &reported, json!({})).await;
        assert_eq!(closed.status, "CLOSED");
    });
}
