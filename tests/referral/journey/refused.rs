//! Referrals that end early: rejected for want of a bed, withdrawn.

use entity::enums::Role;
use serde_json::json;

use super::super::story::Story;
use crate::harness::both;

#[test]
fn there_is_no_bed_and_what_was_written_closes_to_the_receiver() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.county).await;

        let posted = story.submit(&doctor, story.up()).await;
        let rejected = story
            .reject(
                &office,
                &posted,
                json!({ "reason": "NO_BED", "text": "神经内科满床，预计三日后有床" }),
            )
            .await;
        assert_eq!(rejected.status, "REJECTED");

        let document = "query Read($by: ReferralKey!) { referral(by: $by) { headerOnly number rejection { reason text } patient { name } diagnoses { text } } }";
        let by = json!({ "by": { "id": posted.id } });
        let told = doctor.call(document, by.clone()).await.ok();
        assert_eq!(told.text_at("referral.rejection.reason"), "NO_BED");
        assert_eq!(told.data("referral.headerOnly"), false);
        let closed = office.call(document, by).await.ok();
        assert_eq!(closed.data("referral.headerOnly"), true);
        assert!(
            closed.data("referral.patient").is_null()
                && closed.data("referral.diagnoses").is_null()
        );
        assert_eq!(closed.text_at("referral.number"), posted.number);
    });
}

#[test]
fn the_patient_feels_better_and_the_referral_is_withdrawn() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.county).await;

        let posted = story.submit(&doctor, story.up()).await;
        let withdrawn = story
            .withdraw(
                &doctor,
                &posted,
                json!({ "reason": "患者症状消失，要求留在本中心" }),
            )
            .await;
        assert_eq!(withdrawn.status, "WITHDRAWN");

        // The office had the old page open: its click does not bring the referral back.
        let input = json!({ "referral": { "id": posted.id }, "version": posted.version, "department": super::super::letter::department(d.neurology.id), "plannedAt": super::super::letter::moment(&w, chrono::Duration::days(1)) });
        let late = story.ask(&office, "acceptReferral", input).await;
        assert_eq!(late.code("acceptReferral"), "CONFLICT");
        assert_eq!(
            late.error("acceptReferral")["extensions"]["currentVersion"],
            withdrawn.version
        );
    });
}
