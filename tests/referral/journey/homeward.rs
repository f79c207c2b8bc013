//! The way back down: from the hospital to the station in the patient's village.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::super::{letter, story::Story};
use crate::harness::both;

#[test]
fn a_patient_goes_home_from_the_hospital_to_the_village_station() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let ward = w.client(Role::Clinician, &d.county).await;
        let village_doctor = w.client(Role::Clinician, &d.hill_station).await;
        let health_centre_system = w.client(Role::Integration, &d.hill).await;

        let letter = letter::with(
            story.down(),
            json!({ "receiver": letter::institution(d.hill_station.id), "careSetting": "OUTPATIENT" }),
        );
        let posted = story.submit(&ward, letter).await;
        assert_eq!(posted.direction, "DOWN");

        // The station has no system of its own: the health centre's answers for it.
        let accepted = story
            .accept(&health_centre_system, &posted, json!({}))
            .await;
        w.wait(Duration::days(1));
        let there = story.arrive(&village_doctor, &accepted, json!({})).await;
        // Downward nobody asks for an admission number.
        let treated = story
            .treat(&village_doctor, &there, json!({ "visitNumber": null }))
            .await;
        let reported = story
            .report(
                &village_doctor,
                &treated,
                json!({ "dischargeSummary": null }),
            )
            .await;
        // And nobody asks the hospital what follows.
        let closed = story.close(&ward, &reported, json!({})).await;
        assert_eq!(closed.status, "CLOSED");
    });
}
