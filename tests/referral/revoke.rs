//! Take an acceptance back.

use entity::enums::Side;
use serde_json::json;

use super::{
    cast::{Cast, Only},
    legs::answers,
};
use crate::harness::both;

#[test]
fn the_sender_learns_why_and_whether_the_patient_knows() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        let said =
            json!({ "reason": "NO_BED", "text": "急诊收治占用床位", "patientInformed": false });
        let revoked = cast.story.revoke(&cast.office, &accepted, said).await;
        assert_eq!((revoked.status.as_str(), revoked.version), ("REJECTED", 3));
        let document = "query($id: ID!) { referral(by: { id: $id }) { headerOnly rejection { reason text patientInformed } } }";
        let sender = cast
            .hill
            .call(document, json!({ "id": revoked.id }))
            .await
            .ok();
        assert_eq!(
            *sender.data("referral.rejection"),
            json!({ "reason": "NO_BED", "text": "急诊收治占用床位", "patientInformed": false })
        );
        let receiver = cast
            .county
            .call(document, json!({ "id": revoked.id }))
            .await
            .ok();
        assert_eq!(*receiver.data("referral.headerOnly"), json!(true));
        assert_eq!(
            answers(&cast.hill, &revoked).await,
            ["ACCEPTED"],
            "it had been answered in time"
        );
    });
}

#[test]
fn revoking_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let said = |_: &_| json!({ "reason": "NO_BED", "patientInformed": true });
        cast.follows_the_table("revokeReferralAcceptance", Side::Receiver, said)
            .await;
    });
}

#[test]
fn only_the_receiver_revokes() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        let said = json!({ "reason": "NO_BED", "patientInformed": true });
        cast.refuses_others(
            "revokeReferralAcceptance",
            Side::Receiver,
            Only::Care,
            &accepted,
            said,
        )
        .await;
    });
}

#[test]
fn bad_input_and_replay() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        let faults = [
            (json!({ "reason": "OTHER" }), "input.text", "REQUIRED"),
            (json!({ "text": "" }), "input.text", "REQUIRED"),
        ];
        let good = json!({ "reason": "NO_BED", "patientInformed": true });
        cast.refuses_each(
            &cast.county,
            "revokeReferralAcceptance",
            &accepted,
            good,
            &faults,
        )
        .await;
        let first = cast.story.revoke(&cast.county, &accepted, json!({})).await;
        let again = cast.story.revoke(&cast.county, &accepted, json!({})).await;
        assert!(!first.replayed && again.replayed);
    });
}
