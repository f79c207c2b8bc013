//! Send a referral back for what is missing.

use entity::enums::Side;
use serde_json::json;

use super::{
    cast::{Cast, Only},
    letter::with,
};
use crate::harness::both;

#[test]
fn the_sender_learns_what_is_missing() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let items = json!({ "missingItems": ["近三日血压记录", "头颅CT"] });
        cast.story.send_back(&cast.office, &posted, items).await;
        let document = "query($id: ID!) { referral(by: { id: $id }) { status missingItems answerDueAt timeline { edges { node { action note } } } } }";
        let answer = cast
            .hill
            .call(document, json!({ "id": posted.id }))
            .await
            .ok();
        assert_eq!(answer.text_at("referral.status"), "RETURNED");
        assert_eq!(
            *answer.data("referral.missingItems"),
            json!(["近三日血压记录", "头颅CT"])
        );
        assert!(
            answer.data("referral.answerDueAt").is_null(),
            "the receiver's clock has stopped"
        );
        let last = answer.data("referral.timeline.edges.1.node");
        assert_eq!(
            *last,
            json!({ "action": "RETURN_REFERRAL", "note": "近三日血压记录; 头颅CT" })
        );
    });
}

#[test]
fn returning_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let said = |_: &_| json!({ "missingItems": ["近三日血压记录"] });
        cast.follows_the_table("returnReferral", Side::Receiver, said)
            .await;
    });
}

#[test]
fn only_the_receiver_returns() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let said = json!({ "missingItems": ["近三日血压记录"] });
        cast.refuses_others("returnReferral", Side::Receiver, Only::Care, &posted, said)
            .await;
    });
}

#[test]
fn an_emergency_is_not_returned() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let letter = with(cast.story.up(), json!({ "urgency": "EMERGENCY" }));
        let posted = cast.story.submit(&cast.hill, letter).await;
        let input = with(
            super::story::on(&posted),
            json!({ "missingItems": ["身份证"] }),
        );
        let answer = cast.story.ask(&cast.county, "returnReferral", input).await;
        assert_eq!(answer.code("returnReferral"), "INVALID_TRANSITION");
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.bring("SUBMITTED").await;
        let faults = [
            (
                json!({ "missingItems": [] }),
                "input.missingItems",
                "REQUIRED",
            ),
            (
                json!({ "missingItems": ["", "血压"] }),
                "input.missingItems[0]",
                "REQUIRED",
            ),
            (
                json!({ "missingItems": ["血".repeat(201)] }),
                "input.missingItems[0]",
                "TOO_LONG",
            ),
            (
                json!({ "missingItems": ["血\u{1b}"] }),
                "input.missingItems[0]",
                "CHARACTERS",
            ),
            (
                json!({ "missingItems": vec!["血压"; 21] }),
                "input.missingItems",
                "TOO_LARGE",
            ),
        ];
        cast.refuses_each(&cast.county, "returnReferral", &posted, json!({}), &faults)
            .await;
    });
}
