//! The sender cancels what was accepted; the receiver says that the patient is there already.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::super::story::{Story, on};
use crate::harness::both;

#[test]
fn the_sender_cancels_and_the_patient_has_arrived_already() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.county).await;
        let ward = w.client(Role::Clinician, &d.county).await;
        let none = || json!({});

        let posted = story.submit(&doctor, story.up()).await;
        let accepted = story.accept(&office, &posted, none()).await;
        // What was accepted is not simply taken back.
        let withdraw = crate::referral::letter::with(on(&accepted), json!({ "reason": "好转" }));
        let refused = story.ask(&doctor, "withdrawReferral", withdraw).await;
        assert_eq!(refused.code("withdrawReferral"), "INVALID_TRANSITION");

        w.wait(Duration::hours(3));
        let came_at = super::super::letter::moment(&w, Duration::zero());
        w.wait(Duration::hours(1));
        let said = json!({ "reason": "家属称患者未出发" });
        let asked = story.ask_to_cancel(&doctor, &accepted, said).await;
        assert_eq!(asked.status, "CANCELLATION_REQUESTED");

        // The ward finds the patient in a bed. An arrival is not dated before what happened last.
        let before = crate::referral::letter::with(on(&asked), json!({ "occurredAt": came_at }));
        let refused = story.ask(&ward, "recordArrival", before).await;
        assert_eq!(refused.code("recordArrival"), "INVALID_INPUT");
        let there = story
            .arrive(&ward, &asked, json!({ "note": "患者一小时前已到病房" }))
            .await;
        assert_eq!(there.status, "ARRIVED");

        // Nobody answers the request any more, and the treatment goes on.
        let late = story
            .ask(&office, "confirmReferralCancellation", on(&there))
            .await;
        assert_eq!(
            late.code("confirmReferralCancellation"),
            "INVALID_TRANSITION"
        );
        let treated = story.treat(&ward, &there, none()).await;
        let reported = story.report(&ward, &treated, none()).await;
        let closed = story.close(&doctor, &reported, none()).await;
        assert_eq!(closed.status, "CLOSED");
    });
}
