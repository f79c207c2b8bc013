//! An institution is suspended while work is open: nothing new goes there, what is open goes on.

use entity::enums::Role;
use serde_json::json;

use super::super::{letter, story::Story};
use crate::harness::both;

const SET_STATUS: &str = "mutation Set($input: SetInstitutionStatusInput!) { setInstitutionStatus(input: $input) { openReferrals openReferralNumbers institution { status } } }";

#[test]
fn a_suspended_hospital_finishes_its_open_work_and_takes_no_more() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.county).await;
        let admin = w.client(Role::InstitutionAdmin, &d.county).await;

        let posted = story.submit(&doctor, story.up()).await;
        let input = |status: &str, version: i32| json!({ "input": { "id": letter::institution(d.county.id), "status": status, "version": version } });
        let suspended = admin
            .call(SET_STATUS, input("SUSPENDED", d.county.version))
            .await
            .ok();
        assert_eq!(suspended.number_at("setInstitutionStatus.openReferrals"), 1);
        assert_eq!(
            suspended.data("setInstitutionStatus.openReferralNumbers")[0],
            posted.number.as_str()
        );

        // Nothing new, not even an emergency.
        for letter in [story.up(), story.emergency()] {
            let refused = story.ask(&doctor, "submitReferral", letter).await;
            assert_eq!(refused.code("submitReferral"), "ROUTE_NOT_ALLOWED");
            assert_eq!(refused.problems(), [("input.receiver", "NOT_OPERATING")]);
        }
        // It cannot close for good with the patient on the way; the verbs go on.
        let closing = admin
            .call(SET_STATUS, input("CLOSED", d.county.version + 1))
            .await;
        assert_eq!(closing.code("setInstitutionStatus"), "CONFLICT");
        let accepted = story.accept(&office, &posted, json!({})).await;
        let there = story.arrive(&office, &accepted, json!({})).await;
        let ward = w.client(Role::Clinician, &d.county).await;
        let reported = story.report(&ward, &there, json!({})).await;
        assert_eq!(
            story.close(&doctor, &reported, json!({})).await.status,
            "CLOSED"
        );
        let closed = admin
            .call(SET_STATUS, input("CLOSED", d.county.version + 1))
            .await
            .ok();
        assert_eq!(
            closed.text_at("setInstitutionStatus.institution.status"),
            "CLOSED"
        );
    });
}
