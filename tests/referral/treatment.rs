//! Treatment begins.

use entity::enums::Side;
use serde_json::json;

use super::cast::{Cast, Only};
use crate::harness::both;

#[test]
fn it_begins_under_the_receivers_number() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let arrived = cast.bring("ARRIVED").await;
        let treated = cast
            .story
            .treat(&cast.county, &arrived, json!({ "visitNumber": "ZY-1" }))
            .await;
        assert_eq!(
            (treated.status.as_str(), treated.version),
            ("IN_TREATMENT", 4)
        );
        assert_eq!(treated.next, ["REPORT_BACK", "REFER_BACK"]);
    });
}

#[test]
fn treatment_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.follows_the_table(
            "startTreatment",
            Side::Receiver,
            |_| json!({ "visitNumber": "ZY-1" }),
        )
        .await;
    });
}

#[test]
fn only_a_clinician_of_the_receiver_begins_it() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let arrived = cast.bring("ARRIVED").await;
        cast.refuses_others(
            "startTreatment",
            Side::Receiver,
            Only::Clinicians,
            &arrived,
            json!({ "visitNumber": "ZY-1" }),
        )
        .await;
    });
}

#[test]
fn downward_it_needs_no_number() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let posted = cast.story.submit(&cast.county, cast.story.down()).await;
        let accepted = cast.story.accept(&cast.hill, &posted, json!({})).await;
        let arrived = cast.story.arrive(&cast.hill, &accepted, json!({})).await;
        let treated = cast
            .story
            .treat(&cast.hill, &arrived, json!({ "visitNumber": null }))
            .await;
        assert_eq!(treated.status, "IN_TREATMENT");
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let arrived = cast.bring("ARRIVED").await;
        let faults = [
            (
                json!({ "visitNumber": null }),
                "input.visitNumber",
                "REQUIRED",
            ),
            (
                json!({ "visitNumber": " " }),
                "input.visitNumber",
                "REQUIRED",
            ),
            (
                json!({ "visitNumber": "1".repeat(51) }),
                "input.visitNumber",
                "TOO_LONG",
            ),
            (
                json!({ "visitNumber": "ZY\u{0}1" }),
                "input.visitNumber",
                "CHARACTERS",
            ),
        ];
        cast.refuses_each(&cast.county, "startTreatment", &arrived, json!({}), &faults)
            .await;
    });
}
