//! Take a referral back.

use entity::enums::Side;
use serde_json::json;

use super::cast::{Cast, Only};
use crate::harness::both;

#[test]
fn the_content_closes_to_the_receiver() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let withdrawn = cast.story.withdraw(&cast.hill, &posted, json!({})).await;
        assert_eq!(
            (withdrawn.status.as_str(), withdrawn.version),
            ("WITHDRAWN", 2)
        );
        assert!(withdrawn.next.is_empty());
        let document = "query($id: ID!) { referral(by: { id: $id }) { headerOnly answerDueAt patient { name } clinical { presentIllness } } }";
        let receiver = cast
            .county
            .call(document, json!({ "id": posted.id }))
            .await
            .ok();
        assert_eq!(
            *receiver.data("referral"),
            json!({ "headerOnly": true, "answerDueAt": null, "patient": null, "clinical": null })
        );
    });
}

#[test]
fn withdrawing_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.follows_the_table(
            "withdrawReferral",
            Side::Sender,
            |_| json!({ "reason": "患者病情好转" }),
        )
        .await;
    });
}

#[test]
fn only_the_sender_withdraws() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        cast.refuses_others(
            "withdrawReferral",
            Side::Sender,
            Only::Care,
            &posted,
            json!({ "reason": "患者病情好转" }),
        )
        .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let faults = [
            (json!({ "reason": "" }), "input.reason", "REQUIRED"),
            (
                json!({ "reason": "好".repeat(1_001) }),
                "input.reason",
                "TOO_LONG",
            ),
            (
                json!({ "reason": "好\u{202e}转" }),
                "input.reason",
                "CHARACTERS",
            ),
        ];
        cast.refuses_each(&cast.hill, "withdrawReferral", &posted, json!({}), &faults)
            .await;
    });
}
