//! Post a returned referral again.

use entity::enums::Side;
use serde_json::{Value, json};

use super::{
    cast::{Cast, Only},
    letter,
};
use crate::harness::both;

#[test]
fn it_brings_what_was_missing_and_begins_a_new_time_to_answer() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let returned = cast.bring("RETURNED").await;
        w.wait(chrono::Duration::hours(5));
        let added = json!({ "clinical": { "examinations": "血压 150/95" }, "urgency": "URGENT" });
        cast.story.resubmit(&cast.hill, &returned, added).await;
        let document = "query($id: ID!) { referral(by: { id: $id }) { status version urgency missingItems answerDueAt submittedAt clinical { presentIllness examinations } } }";
        let answer = cast
            .county
            .call(document, json!({ "id": returned.id }))
            .await
            .ok();
        let seen = answer.data("referral");
        assert_eq!(seen["status"], "SUBMITTED");
        assert_eq!(seen["version"], 3);
        assert_eq!(seen["missingItems"], Value::Null);
        assert_eq!(seen["clinical"]["examinations"], "血压 150/95");
        assert_eq!(
            seen["clinical"]["presentIllness"], "左侧肢体麻木三日，无头痛呕吐",
            "what is left out stays"
        );
        let due = w.now() + chrono::Duration::hours(2);
        assert_eq!(seen["answerDueAt"], due.to_rfc3339());
        assert_ne!(
            seen["submittedAt"],
            w.now().to_rfc3339(),
            "it was first posted five hours ago"
        );
    });
}

#[test]
fn resubmitting_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.follows_the_table("resubmitReferral", Side::Sender, |_| json!({}))
            .await;
    });
}

#[test]
fn only_the_sender_resubmits() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let returned = cast.bring("RETURNED").await;
        cast.refuses_others(
            "resubmitReferral",
            Side::Sender,
            Only::Care,
            &returned,
            json!({}),
        )
        .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let returned = cast.bring("RETURNED").await;
        let content = |content: Value| json!({ "content": content });
        let faults = [
            (
                content(json!({ "senderPhone": "n/a" })),
                "input.content.senderPhone",
                "FORMAT",
            ),
            (
                content(json!({ "reason": "STABLE" })),
                "input.content.reason",
                "INCONSISTENT",
            ),
            (
                content(json!({ "diagnoses": [] })),
                "input.content.diagnoses",
                "REQUIRED",
            ),
            (
                content(json!({ "validTo": letter::day(&w, -1) })),
                "input.content.validTo",
                "ORDER",
            ),
            (
                content(json!({ "consent": { "kind": "VERBAL" } })),
                "input.content.consent.signer",
                "REQUIRED",
            ),
            (
                content(json!({ "senderPractitioner": letter::practitioner(d.neurologist.id) })),
                "input.content.senderPractitioner",
                "UNKNOWN_ID",
            ),
        ];
        cast.refuses_each(
            &cast.hill,
            "resubmitReferral",
            &returned,
            json!({}),
            &faults,
        )
        .await;
    });
}

#[test]
fn it_goes_back_to_whoever_returned_it() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let d = w.district();
        let returned = cast.bring("RETURNED").await;
        let to = |id| json!({ "content": { "receiver": letter::institution(id) } });
        let elsewhere = [(to(d.herbs.id), "input.content.receiver", "NOT_ALLOWED")];
        cast.refuses_each(
            &cast.hill,
            "resubmitReferral",
            &returned,
            json!({}),
            &elsewhere,
        )
        .await;
        let content = to(d.county.id)["content"].clone();
        let again = cast.story.resubmit(&cast.hill, &returned, content).await;
        assert_eq!(again.status, "SUBMITTED");
    });
}
