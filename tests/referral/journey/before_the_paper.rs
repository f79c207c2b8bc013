//! A patient who stands at the hospital's door before the health centre has written anything.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::super::{
    letter::{self, with},
    second_hand::at_the_door,
    story::Story,
};
use crate::harness::both;

#[test]
fn a_patient_who_came_before_the_paper() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let office = w.client(Role::Coordinator, &d.county).await;
        let ward = w.client(Role::Clinician, &d.county).await;
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let patient = story.patient();

        let came = story.submit(&office, at_the_door(&w, &patient)).await;
        assert_eq!(came.status, "ARRIVED");
        let treated = story.treat(&ward, &came, json!({})).await;
        // The health centre writes in the evening what it had said by telephone in the morning.
        w.wait(Duration::hours(9));
        let wrote = json!({ "occurredAt": letter::moment(&w, Duration::hours(-10)) });
        let joined = story
            .submit(&doctor, with(letter::up(&w, &patient), wrote))
            .await;
        assert_eq!(joined.id, came.id);
        assert_eq!(joined.version, treated.version + 1);
        let reported = story.report(&ward, &joined, json!({})).await;
        let closed = story.close(&doctor, &reported, json!({})).await;
        assert_eq!(closed.status, "CLOSED");
    });
}
