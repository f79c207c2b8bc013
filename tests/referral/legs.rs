//! Each time that a receiver gets the referral, a leg begins; its answer ends it.

use chrono::Duration;
use serde_json::{Value, json};

use super::{
    cast::Cast,
    letter::{self, with},
    story::Told,
};
use crate::harness::{both, client::Client};

/// The legs of a referral as that client sees them.
pub async fn legs(by: &Client, referral: &Told) -> Vec<Value> {
    let document = "query Legs($by: ReferralKey!) { referral(by: $by) { legs { receiver { id } urgency startedAt dueAt answeredAt answer endedAt } } }";
    let answer = by
        .call(document, json!({ "by": { "id": referral.id } }))
        .await
        .ok();
    answer
        .data("referral.legs")
        .as_array()
        .expect("legs are a list")
        .clone()
}

/// What was answered on each leg, null where nothing was.
pub async fn answers(by: &Client, referral: &Told) -> Vec<Value> {
    let legs = legs(by, referral).await;
    legs.into_iter().map(|leg| leg["answer"].clone()).collect()
}

#[test]
fn a_leg_begins_with_the_post_and_ends_with_the_answer() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted_at = w.now();
        let posted = cast.bring("SUBMITTED").await;
        let began = legs(&cast.hill, &posted).await;
        let due = (posted_at + Duration::hours(24)).to_rfc3339();
        let open = json!({
            "receiver": { "id": letter::institution(w.district().county.id) },
            "urgency": "ROUTINE",
            "startedAt": posted_at.to_rfc3339(),
            "dueAt": due,
            "answeredAt": null,
            "answer": null,
            "endedAt": null,
        });
        assert_eq!(began, std::slice::from_ref(&open));

        w.wait(Duration::hours(2));
        let accepted = cast.story.accept(&cast.county, &posted, json!({})).await;
        let answered = json!({ "answer": "ACCEPTED", "answeredAt": w.now().to_rfc3339(), "endedAt": w.now().to_rfc3339() });
        let ended = with(open, answered);
        // What follows the answer is not the leg's any more. Whoever sees the header sees the legs.
        let away = cast.story.depart(&cast.hill, &accepted, json!({})).await;
        for client in [&cast.hill, &cast.county, &cast.manager] {
            assert_eq!(legs(client, &away).await, std::slice::from_ref(&ended));
        }
    });
}

#[test]
fn each_answer_ends_its_leg() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for (status, expected) in [
            ("DRAFT", vec![]),
            ("SUBMITTED", vec![Value::Null]),
            ("RETURNED", vec![json!("RETURNED")]),
            ("REJECTED", vec![json!("REJECTED")]),
            ("WITHDRAWN", vec![Value::Null]),
            ("CLOSED", vec![json!("ACCEPTED")]),
        ] {
            let told = cast.bring(status).await;
            assert_eq!(answers(&cast.hill, &told).await, expected, "{status}");
            let open = legs(&cast.hill, &told)
                .await
                .iter()
                .any(|leg| leg["endedAt"].is_null());
            assert_eq!(open, status == "SUBMITTED", "{status}");
        }
    });
}

#[test]
fn posting_again_begins_another() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let returned = cast.bring("RETURNED").await;
        w.wait(Duration::hours(1));
        let again = cast.story.resubmit(&cast.hill, &returned, json!({})).await;
        let both = legs(&cast.hill, &again).await;
        assert_eq!(both.len(), 2);
        assert_eq!(both[1]["startedAt"], w.now().to_rfc3339());
        assert_eq!(
            answers(&cast.hill, &again).await,
            [json!("RETURNED"), Value::Null]
        );
    });
}

#[test]
fn an_emergency_that_is_there_before_any_answer_is_answered_by_its_arrival() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let letter = with(cast.story.up(), json!({ "urgency": "EMERGENCY" }));
        let posted = cast.story.submit(&cast.hill, letter).await;
        let there = cast.story.arrive(&cast.county, &posted, json!({})).await;
        assert_eq!(answers(&cast.hill, &there).await, ["ARRIVED"]);
        let accepted = cast.story.accept(&cast.county, &there, json!({})).await;
        assert_eq!(answers(&cast.hill, &accepted).await, ["ARRIVED"]);
    });
}

#[test]
fn a_referral_is_sent_back_a_bounded_number_of_times() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let mut told = cast.bring("SUBMITTED").await;
        for _ in 0..16 {
            let back = cast.story.send_back(&cast.county, &told, json!({})).await;
            told = cast.story.resubmit(&cast.hill, &back, json!({})).await;
        }
        let input = with(
            super::story::on(&told),
            json!({ "missingItems": ["近三日血压记录"] }),
        );
        cast.refuses(
            &cast.county,
            "returnReferral",
            input,
            "input.referral",
            "NOT_ALLOWED",
        )
        .await;
        let accepted = cast.story.accept(&cast.county, &told, json!({})).await;
        assert_eq!(legs(&cast.hill, &accepted).await.len(), 17);
    });
}

#[test]
fn the_legs_of_a_page_cost_one_statement() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for _ in 0..5 {
            cast.bring("SUBMITTED").await;
        }
        let page = |legs: &str| {
            format!("{{ referrals(first: 5) {{ edges {{ node {{ number {legs} }} }} }} }}")
        };
        let plain = cast.office.measure(&page(""), json!({})).await;
        let asked = page("legs { answer receiver { name } }");
        let with_legs = cast.office.measure(&asked, json!({})).await;
        assert_eq!(with_legs.statements(), plain.statements() + 1);
    });
}
