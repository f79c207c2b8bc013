//! A city hospital outside the district that has an account here.

use entity::enums::Role;
use serde_json::json;

use super::super::{letter, story::Story};
use crate::harness::both;

#[test]
fn only_a_hospital_with_an_assessor_sends_out_of_the_district() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let ward = w.client(Role::Clinician, &d.county).await;
        let health_centre = w.client(Role::Clinician, &d.hill).await;
        let city = w.client(Role::Clinician, &d.city).await;

        // Without an assessor of title 231 or 232 it goes nowhere.
        let unassessed = letter::with(story.outward(), json!({ "assessor": null }));
        assert_eq!(
            story
                .ask(&ward, "submitReferral", unassessed)
                .await
                .code("submitReferral"),
            "ROUTE_NOT_ALLOWED"
        );
        let junior = letter::with(
            story.outward(),
            json!({ "assessor": letter::practitioner(d.emergency_doctor.id) }),
        );
        assert_eq!(
            story
                .ask(&ward, "submitReferral", junior)
                .await
                .code("submitReferral"),
            "ROUTE_NOT_ALLOWED"
        );
        // A health centre does not send out of the district at all.
        let from_below = letter::with(
            story.up(),
            json!({ "receiver": letter::institution(d.city.id) }),
        );
        assert_eq!(
            story
                .ask(&health_centre, "submitReferral", from_below)
                .await
                .code("submitReferral"),
            "ROUTE_NOT_ALLOWED"
        );

        let posted = story.submit(&ward, story.outward()).await;
        assert_eq!(posted.direction, "OUTWARD");
        let accepted = story.accept(&city, &posted, json!({})).await;
        let away = story.depart(&ward, &accepted, json!({})).await;
        let there = story.arrive(&city, &away, json!({})).await;
        let treated = story.treat(&city, &there, json!({})).await;
        let reported = story.report(&city, &treated, json!({})).await;
        assert_eq!(
            story.close(&ward, &reported, json!({})).await.status,
            "CLOSED"
        );
    });
}

#[test]
fn for_a_partner_without_account_the_sender_speaks_at_second_hand() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let ward = w.client(Role::Clinician, &d.county).await;

        let posted = story
            .submit(
                &ward,
                letter::with(
                    story.outward(),
                    json!({ "receiver": letter::institution(d.province.id) }),
                ),
            )
            .await;
        for own_and_theirs in ["WITHDRAW_REFERRAL", "ACCEPT_REFERRAL"] {
            let offered = posted.next.iter().any(|verb| verb == own_and_theirs);
            assert!(offered, "{own_and_theirs}: {:?}", posted.next);
        }
        let accepted = story.accept(&ward, &posted, json!({})).await;
        assert_eq!(accepted.status, "ACCEPTED");
        let document = "query Read($by: ReferralKey!) { referral(by: $by) { answerDueAt timeline { edges { node { action secondHand institution { id } } } } } }";
        let read = ward
            .call(document, json!({ "by": { "id": posted.id } }))
            .await
            .ok();
        let events = read.data("referral.timeline.edges");
        assert_eq!(
            events[1]["node"],
            json!({ "action": "ACCEPT_REFERRAL", "secondHand": true, "institution": { "id": letter::institution(d.province.id) } })
        );
    });
}
