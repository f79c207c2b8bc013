//! Not take the patient.

use entity::enums::{RejectionReason, Side};
use serde_json::json;

use super::cast::{Cast, Only};
use crate::harness::both;

#[test]
fn the_sender_learns_why_and_the_receiver_keeps_the_header() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let said = json!({ "reason": "NO_BED", "text": "神经内科满床" });
        let rejected = cast.story.reject(&cast.office, &posted, said).await;
        assert_eq!(
            (rejected.status.as_str(), rejected.version),
            ("REJECTED", 2)
        );
        let document = "query($id: ID!) { referral(by: { id: $id }) { headerOnly number patient { name } diagnoses { text } rejection { reason text } } }";
        let sender = cast
            .hill
            .call(document, json!({ "id": posted.id }))
            .await
            .ok();
        assert_eq!(
            *sender.data("referral.rejection"),
            json!({ "reason": "NO_BED", "text": "神经内科满床" })
        );
        let receiver = cast
            .county
            .call(document, json!({ "id": posted.id }))
            .await
            .ok();
        assert_eq!(*receiver.data("referral.headerOnly"), json!(true));
        assert!(receiver.data("referral.patient").is_null());
        assert!(receiver.data("referral.diagnoses").is_null());
        assert_eq!(receiver.text_at("referral.number"), posted.number);
    });
}

#[test]
fn rejecting_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.follows_the_table(
            "rejectReferral",
            Side::Receiver,
            |_| json!({ "reason": "NO_BED" }),
        )
        .await;
    });
}

#[test]
fn only_the_receiver_rejects() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        cast.refuses_others(
            "rejectReferral",
            Side::Receiver,
            Only::Care,
            &posted,
            json!({ "reason": "NO_BED" }),
        )
        .await;
    });
}

#[test]
fn each_coded_reason_is_taken_and_other_needs_a_text() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for reason in RejectionReason::ALL {
            let posted = cast.bring("SUBMITTED").await;
            let said = json!({ "reason": reason.code(), "text": "详见电话沟通" });
            let rejected = cast.story.reject(&cast.county, &posted, said).await;
            assert_eq!(rejected.status, "REJECTED");
        }
        let posted = cast.bring("SUBMITTED").await;
        let faults = [
            (json!({ "reason": "OTHER" }), "input.text", "REQUIRED"),
            (
                json!({ "reason": "NO_BED", "text": " " }),
                "input.text",
                "REQUIRED",
            ),
            (
                json!({ "reason": "NO_BED", "text": "满".repeat(1_001) }),
                "input.text",
                "TOO_LONG",
            ),
        ];
        cast.refuses_each(&cast.county, "rejectReferral", &posted, json!({}), &faults)
            .await;
    });
}
