//! Close the loop.

use entity::enums::{ContactOutcome, NoFollowUpReason, Side};
use serde_json::{Value, json};

use super::{
    cast::{Cast, Only},
    story::Told,
};
use crate::harness::both;

const CLOSURE: &str = "query($id: ID!) { referral(by: { id: $id }) { closure { noFollowUp contact note satisfaction } } }";

fn said(told: &Told) -> Value {
    if told.status == "NO_SHOW" {
        json!({ "contact": "UNREACHABLE" })
    } else {
        json!({ "noFollowUp": "NOT_NEEDED" })
    }
}

#[test]
fn the_report_was_read_and_nothing_follows_for_a_reason() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for reason in NoFollowUpReason::ALL {
            let reported = cast.bring("REPORTED_BACK").await;
            let said =
                json!({ "noFollowUp": reason.code(), "satisfaction": 5, "note": "家属满意" });
            let closed = cast.story.close(&cast.hill, &reported, said).await;
            assert_eq!((closed.status.as_str(), closed.version), ("CLOSED", 6));
            assert!(closed.next.is_empty());
            let answer = cast
                .hill
                .call(CLOSURE, json!({ "id": closed.id }))
                .await
                .ok();
            let expected = json!({ "noFollowUp": reason.code(), "contact": null, "note": "家属满意", "satisfaction": 5 });
            assert_eq!(*answer.data("referral.closure"), expected);
        }
    });
}

#[test]
fn a_patient_who_did_not_come_was_contacted() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        for outcome in ContactOutcome::ALL {
            let missed = cast.bring("NO_SHOW").await;
            let closed = cast
                .story
                .close(&cast.hill, &missed, json!({ "contact": outcome.code() }))
                .await;
            assert_eq!(closed.status, "CLOSED");
        }
    });
}

#[test]
fn downward_nothing_is_asked() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.story.submit(&cast.county, cast.story.down()).await;
        let accepted = cast.story.accept(&cast.hill, &posted, json!({})).await;
        let arrived = cast.story.arrive(&cast.hill, &accepted, json!({})).await;
        let reported = cast.story.report(&cast.hill, &arrived, json!({})).await;
        let closed = cast.story.close(&cast.county, &reported, json!({})).await;
        assert_eq!(closed.status, "CLOSED");
    });
}

#[test]
fn closing_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.follows_the_table("closeReferral", Side::Sender, said)
            .await;
    });
}

#[test]
fn only_the_sender_closes() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let reported = cast.bring("REPORTED_BACK").await;
        cast.refuses_others(
            "closeReferral",
            Side::Sender,
            Only::Care,
            &reported,
            said(&reported),
        )
        .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let reported = cast.bring("REPORTED_BACK").await;
        let faults = [
            (
                json!({ "noFollowUp": null }),
                "input.noFollowUp",
                "REQUIRED",
            ),
            (json!({ "contact": "DIED" }), "input.contact", "NOT_ALLOWED"),
            (
                json!({ "satisfaction": 0 }),
                "input.satisfaction",
                "TOO_SMALL",
            ),
            (
                json!({ "satisfaction": 6 }),
                "input.satisfaction",
                "TOO_LARGE",
            ),
            (json!({ "note": "" }), "input.note", "REQUIRED"),
        ];
        cast.refuses_each(
            &cast.hill,
            "closeReferral",
            &reported,
            said(&reported),
            &faults,
        )
        .await;
        let missed = cast.bring("NO_SHOW").await;
        let faults = [
            (json!({ "contact": null }), "input.contact", "REQUIRED"),
            (
                json!({ "noFollowUp": "CURED" }),
                "input.noFollowUp",
                "NOT_ALLOWED",
            ),
        ];
        cast.refuses_each(&cast.hill, "closeReferral", &missed, said(&missed), &faults)
            .await;
    });
}
