//! The receiver loses the bed after it has accepted; the sender posts the patient elsewhere.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::super::{
    letter::{self, with},
    story::Story,
};
use crate::harness::both;

#[test]
fn the_bed_is_lost_and_the_sender_posts_the_patient_elsewhere() {
    both(async |w| {
        let story = Story::of(&w);
        let d = w.district();
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let county = w.client(Role::Coordinator, &d.county).await;
        let herbs = w.client(Role::Coordinator, &d.herbs).await;
        let patient = story.patient();

        let posted = story.submit(&doctor, letter::up(&w, &patient)).await;
        let accepted = story.accept(&county, &posted, json!({})).await;
        w.wait(Duration::hours(2));
        let lost =
            json!({ "reason": "NO_BED", "text": "急诊收治占用床位", "patientInformed": false });
        let revoked = story.revoke(&county, &accepted, lost).await;
        assert_eq!(revoked.status, "REJECTED");

        // The doctor sees that nobody has told the patient, and posts to the other hospital: nothing open is in the way.
        let document = "query Read($by: ReferralKey!) { referral(by: $by) { rejection { reason text patientInformed } availableActions { action } } }";
        let told = doctor
            .call(document, json!({ "by": { "id": posted.id } }))
            .await
            .ok();
        assert_eq!(told.data("referral.rejection.patientInformed"), false);
        let elsewhere = json!({ "receiver": letter::institution(d.herbs.id) });
        let again = story
            .submit(&doctor, with(letter::up(&w, &patient), elsewhere))
            .await;
        let taken = story.accept(&herbs, &again, json!({})).await;
        assert_eq!(taken.status, "ACCEPTED");
        // And if the county has a bed again it may be asked again.
        let third = story.submit(&doctor, letter::up(&w, &patient)).await;
        assert_eq!(third.status, "SUBMITTED");
    });
}
