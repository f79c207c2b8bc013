//! An emergency on the road: the receiver keeps a bed, the patient arrives and has it.

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::super::{letter, story::Story};
use crate::{capacity::Ward, harness::both};

const HOLD: &str = "query($id: ID!) { referral(by: { id: $id }) { hold { state since bedPool { id kind free } } } }";

#[test]
fn an_emergency_is_accepted_on_the_road_and_finds_its_bed() {
    both(async |w| {
        let (story, ward) = (Story::of(&w), Ward::of(&w).await);
        let d = w.district();
        let village_doctor = w.client(Role::Clinician, &d.lake_station).await;
        let emergency_room = w.client(Role::Clinician, &d.emergency).await;
        let office = w.client(Role::Coordinator, &d.county).await;

        // Intensive care has eight beds, seven are occupied.
        let county = letter::institution(d.county.id);
        let icu = json!({ "institution": county, "kind": "ICU", "total": 8 });
        let icu = ward.pool_like(icu).await;
        let report = json!({ "bedPool": icu, "occupied": 7 });
        crate::capacity::tell(&office, "reportOccupancy", report).await;

        // The ambulance is on its way when the hospital accepts, and keeps the last bed.
        let posted = story.submit(&village_doctor, story.emergency()).await;
        let by_ambulance = json!({ "transport": "AMBULANCE_120" });
        let away = story.depart(&village_doctor, &posted, by_ambulance).await;
        w.wait(Duration::minutes(3));
        let said = json!({ "bedPool": icu, "department": letter::department(d.emergency.id) });
        let accepted = story.accept(&emergency_room, &away, said).await;
        assert_eq!(accepted.status, "IN_TRANSIT");
        let held = hold(&village_doctor, &posted.id).await;
        assert_eq!(
            (&held["state"], &held["bedPool"]["free"]),
            (&json!("HELD"), &json!(0)),
            "the village doctor can tell the family"
        );
        assert_eq!(ward.counts(&icu).await, (1, 7));

        // Forty minutes later the patient is there, and the bed is theirs.
        w.wait(Duration::minutes(40));
        let there = story.arrive(&emergency_room, &accepted, json!({})).await;
        assert_eq!(there.status, "ARRIVED");
        let taken = hold(&office, &posted.id).await;
        assert_eq!(
            (&taken["state"], &taken["since"]),
            (&json!("CONSUMED"), &json!(w.now().to_rfc3339()))
        );
        assert_eq!(ward.counts(&icu).await, (0, 8));
        let doctor = w.client(Role::Clinician, &d.county).await;
        let treated = story.treat(&doctor, &there, json!({})).await;
        story.report(&doctor, &treated, json!({})).await;
        assert_eq!(
            ward.counts(&icu).await,
            (0, 8),
            "until the ward reports that it is free again"
        );
    });
}

async fn hold(by: &crate::harness::client::Client, referral: &str) -> Value {
    let answer = by.call(HOLD, json!({ "id": referral })).await.ok();
    answer.data("referral.hold").clone()
}
