//! Cancel what was accepted: the sender asks, the receiver answers.

use entity::enums::Side;
use serde_json::json;

use super::cast::{Cast, Only};
use crate::harness::both;

const ASK: &str = "requestReferralCancellation";
const CONFIRM: &str = "confirmReferralCancellation";
const DECLINE: &str = "declineReferralCancellation";

#[test]
fn what_is_cancelled_closes_to_the_receiver() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        let asked = cast
            .story
            .ask_to_cancel(&cast.hill, &accepted, json!({}))
            .await;
        assert_eq!(
            (asked.status.as_str(), asked.version),
            ("CANCELLATION_REQUESTED", 3)
        );
        let theirs = cast.story.look(&cast.office, &asked).await;
        let next = theirs.expect("they see it").next;
        for verb in [
            "CONFIRM_REFERRAL_CANCELLATION",
            "DECLINE_REFERRAL_CANCELLATION",
            "RECORD_ARRIVAL",
        ] {
            assert!(next.contains(&verb.to_owned()), "{next:?}");
        }
        let cancelled = cast.story.cancel(&cast.office, &asked, json!({})).await;
        assert_eq!(cancelled.status, "CANCELLED");
        let document = "query($id: ID!) { referral(by: { id: $id }) { headerOnly availableActions { action } timeline { edges { node { action note } } } } }";
        let receiver = cast
            .county
            .call(document, json!({ "id": asked.id }))
            .await
            .ok();
        assert_eq!(*receiver.data("referral.headerOnly"), json!(true));
        let sender = cast
            .hill
            .call(document, json!({ "id": asked.id }))
            .await
            .ok();
        assert_eq!(*sender.data("referral.availableActions"), json!([]));
        assert_eq!(
            *sender.data("referral.timeline.edges.2.node"),
            json!({ "action": "REQUEST_REFERRAL_CANCELLATION", "note": "患者决定在当地治疗" })
        );
    });
}

#[test]
fn what_is_declined_is_what_it_was_before() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for status in ["ACCEPTED", "IN_TRANSIT"] {
            let told = cast.bring(status).await;
            let asked = cast.story.ask_to_cancel(&cast.hill, &told, json!({})).await;
            let said = json!({ "note": "床位已备" });
            let kept = cast.story.keep(&cast.county, &asked, said).await;
            assert_eq!(kept.status, status);
            assert_eq!(kept.version, told.version + 2);
            let again = cast.story.ask_to_cancel(&cast.hill, &kept, json!({})).await;
            assert_eq!(again.status, "CANCELLATION_REQUESTED");
        }
    });
}

#[test]
fn an_arrival_cancels_the_request() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let asked = cast.bring("CANCELLATION_REQUESTED").await;
        let there = cast.story.arrive(&cast.county, &asked, json!({})).await;
        assert_eq!(there.status, "ARRIVED");
        let treated = cast.story.treat(&cast.county, &there, json!({})).await;
        assert_eq!(treated.status, "IN_TREATMENT");
    });
}

#[test]
fn asking_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.follows_the_table(ASK, Side::Sender, |_| json!({ "reason": "好转" }))
            .await;
    });
}

#[test]
fn answering_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for verb in [CONFIRM, DECLINE] {
            cast.follows_the_table(verb, Side::Receiver, |_| json!({}))
                .await;
        }
    });
}

#[test]
fn only_the_sender_asks_and_only_the_receiver_answers() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        let said = json!({ "reason": "好转" });
        cast.refuses_others(ASK, Side::Sender, Only::Care, &accepted, said)
            .await;
        let asked = cast.bring("CANCELLATION_REQUESTED").await;
        for verb in [CONFIRM, DECLINE] {
            cast.refuses_others(verb, Side::Receiver, Only::Care, &asked, json!({}))
                .await;
        }
    });
}

#[test]
fn bad_input_and_replay() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let accepted = cast.bring("ACCEPTED").await;
        let faults = [
            (json!({ "reason": "" }), "input.reason", "REQUIRED"),
            (
                json!({ "reason": "好".repeat(1_001) }),
                "input.reason",
                "TOO_LONG",
            ),
        ];
        cast.refuses_each(&cast.hill, ASK, &accepted, json!({}), &faults)
            .await;
        let asked = cast
            .story
            .ask_to_cancel(&cast.hill, &accepted, json!({}))
            .await;
        let again = cast
            .story
            .ask_to_cancel(&cast.hill, &accepted, json!({}))
            .await;
        assert!(!asked.replayed && again.replayed);
        let faults = [(json!({ "note": " " }), "input.note", "REQUIRED")];
        for verb in [CONFIRM, DECLINE] {
            cast.refuses_each(&cast.county, verb, &asked, json!({}), &faults)
                .await;
        }
        let kept = cast.story.keep(&cast.county, &asked, json!({})).await;
        let again = cast.story.keep(&cast.county, &asked, json!({})).await;
        assert!(!kept.replayed && again.replayed);
    });
}
