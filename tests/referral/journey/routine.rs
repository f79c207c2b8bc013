//! A routine up-referral, returned for what was missing, and then all the way round; and a hospital system that repeats itself.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::super::story::Story;
use crate::harness::both;

#[test]
fn a_routine_referral_is_returned_completed_accepted_treated_reported_and_closed() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.county).await;
        let ward = w.client(Role::Clinician, &d.county).await;

        let posted = story.submit(&doctor, story.up()).await;
        let seen = story
            .look(&office, &posted)
            .await
            .expect("the receiver sees what was posted");
        let returned = story
            .send_back(
                &office,
                &seen,
                json!({ "missingItems": ["近三日血压记录"] }),
            )
            .await;
        assert_eq!(returned.status, "RETURNED");

        w.wait(Duration::hours(2));
        let completed =
            json!({ "clinical": { "examinations": "血压 152/94, 148/90, 150/92 mmHg" } });
        let again = story.resubmit(&doctor, &returned, completed).await;
        let accepted = story.accept(&office, &again, json!({})).await;
        assert_eq!(accepted.status, "ACCEPTED");

        let away = story
            .depart(&doctor, &accepted, json!({ "transport": "SELF" }))
            .await;
        w.wait(Duration::days(1));
        let there = story.arrive(&office, &away, json!({})).await;
        let treated = story.treat(&ward, &there, json!({})).await;
        w.wait(Duration::days(7));
        let reported = story.report(&ward, &treated, json!({})).await;
        let closed = story
            .close(&doctor, &reported, json!({ "satisfaction": 5 }))
            .await;
        assert_eq!(closed.status, "CLOSED");
        assert!(closed.next.is_empty(), "{:?}", closed.next);

        // The township doctor reads the whole story, and what was found.
        let document = "query Read($by: ReferralKey!) { referral(by: $by) {
            report { outcome advice practitioner { id } } closure { satisfaction }
            timeline(first: 20) { totalCount nodes: edges { node { action status institution { id } note } } } } }";
        let read = doctor
            .call(document, json!({ "by": { "number": closed.number } }))
            .await
            .ok();
        let actions: Vec<_> = read
            .data("referral.timeline.nodes")
            .as_array()
            .expect("a timeline")
            .iter()
            .map(|edge| edge["node"]["action"].clone())
            .collect();
        assert_eq!(
            actions,
            [
                "SUBMIT_REFERRAL",
                "RETURN_REFERRAL",
                "RESUBMIT_REFERRAL",
                "ACCEPT_REFERRAL",
                "RECORD_DEPARTURE",
                "RECORD_ARRIVAL",
                "START_TREATMENT",
                "REPORT_BACK",
                "CLOSE_REFERRAL"
            ]
        );
        assert_eq!(read.text_at("referral.report.outcome"), "IMPROVED");
        assert_eq!(read.number_at("referral.closure.satisfaction"), 5);
    });
}

#[test]
fn a_hospital_system_that_lost_the_reply_posts_again_and_gets_the_same_referral() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let system = w.client(Role::Integration, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.county).await;

        let mut letter = story.up();
        letter["externalId"] = "HIS-20260302-0017".into();
        let posted = story.submit(&system, letter.clone()).await;
        assert!(!posted.replayed);
        // The line broke; the system does not know whether its post arrived. Meanwhile the hospital has accepted.
        let accepted = story.accept(&office, &posted, json!({})).await;
        let again = story.submit(&system, letter.clone()).await;
        assert!(again.replayed);
        assert_eq!(
            (&again.id, again.version, again.status.as_str()),
            (&posted.id, accepted.version, "ACCEPTED")
        );

        // Its own verb, repeated, is answered and not repeated either.
        let departure = json!({ "referral": { "external": { "institution": super::super::letter::institution(d.hill.id), "id": "HIS-20260302-0017" } }, "transport": "ESCORTED" });
        let away = story
            .tell(&system, "recordDeparture", departure.clone())
            .await;
        let away_again = story.tell(&system, "recordDeparture", departure).await;
        assert!(!away.replayed && away_again.replayed);
        assert_eq!(away.version, away_again.version);

        // The same external id for somebody else is no repetition.
        let mut other = story.up();
        other["externalId"] = "HIS-20260302-0017".into();
        let refused = story.ask(&system, "submitReferral", other).await;
        assert_eq!(refused.code("submitReferral"), "DUPLICATE");
        assert_eq!(
            refused.error("submitReferral")["extensions"]["existing"],
            posted.id.as_str()
        );
    });
}
