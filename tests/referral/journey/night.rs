//! A stroke at a village station at night, straight to the other community's stroke centre.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::super::story::Story;
use crate::harness::both;

#[test]
fn a_stroke_at_a_village_station_goes_straight_to_the_other_communitys_stroke_centre() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let village_doctor = w.client(Role::Clinician, &d.lake_station).await;
        let emergency_room = w.client(Role::Clinician, &d.emergency).await;
        let neurologist = w.client(Role::Clinician, &d.county).await;
        let health_centre = w.client(Role::Coordinator, &d.lake).await;
        let other_hospital = w.client(Role::Clinician, &d.herbs).await;

        // It is past midnight, nobody knows who the old man is, and the village doctor has one minute.
        w.wait(Duration::hours(16));
        let mut letter = story.emergency();
        letter["patient"] =
            json!({ "register": { "sex": "MALE", "unidentified": true, "name": "约七十岁男性" } });
        letter["greenChannel"] = "STROKE".into();
        let posted = story.submit(&village_doctor, letter).await;
        assert_eq!(
            (posted.status.as_str(), posted.direction.as_str()),
            ("SUBMITTED", "UP")
        );

        // The ambulance leaves before anybody has answered.
        let away = story
            .depart(
                &village_doctor,
                &posted,
                json!({ "transport": "AMBULANCE_120" }),
            )
            .await;
        assert_eq!(away.status, "IN_TRANSIT");

        // The emergency department sees it; it cannot send it back for paperwork, and accepts while the patient is on the road.
        let seen = story
            .look(&emergency_room, &away)
            .await
            .expect("the emergency department sees emergencies");
        assert!(
            seen.next.contains(&"ACCEPT_REFERRAL".to_owned()),
            "{:?}",
            seen.next
        );
        assert!(
            !seen.next.contains(&"RETURN_REFERRAL".to_owned()),
            "{:?}",
            seen.next
        );
        let accepted = story.accept(&emergency_room, &seen, json!({})).await;
        assert_eq!(accepted.status, "IN_TRANSIT");

        w.wait(Duration::minutes(35));
        let there = story.arrive(&emergency_room, &accepted, json!({})).await;
        let treated = story.treat(&neurologist, &there, json!({})).await;
        let reported = story.report(&neurologist, &treated, json!({})).await;
        assert_eq!(reported.status, "REPORTED_BACK");

        // The health centre that manages the station followed all of it; the hospital next door saw nothing.
        assert!(story.look(&health_centre, &reported).await.is_some());
        assert!(story.look(&other_hospital, &reported).await.is_none());
        let closed = story
            .close(
                &village_doctor,
                &reported,
                json!({ "noFollowUp": "NOT_NEEDED" }),
            )
            .await;
        assert_eq!(closed.status, "CLOSED");
    });
}
