//! Tell the sender what was found and done.

use entity::enums::Side;
use serde_json::json;

use super::{
    cast::{Cast, Only},
    letter::{self, with},
    story::report,
};
use crate::harness::both;

#[test]
fn the_sender_reads_the_report() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let treated = cast.bring("IN_TREATMENT").await;
        let said = json!({ "dischargedOn": letter::day(&w, 0) });
        let reported = cast.story.report(&cast.county, &treated, said).await;
        assert_eq!(
            (reported.status.as_str(), reported.version),
            ("REPORTED_BACK", 5)
        );
        let document = "query($id: ID!) { referral(by: { id: $id }) { reportedAt report { diagnosis treatment outcome advice dischargeSummary dischargedOn visitNumber practitioner { id } } availableActions { action allowed requires } } }";
        let answer = cast
            .hill
            .call(document, json!({ "id": treated.id }))
            .await
            .ok();
        let expected = with(
            report(),
            json!({
                "dischargedOn": letter::day(&w, 0),
                "visitNumber": "ZY20260302001",
                "practitioner": { "id": answer.data("referral.report.practitioner.id") },
            }),
        );
        assert_eq!(*answer.data("referral.report"), expected);
        let close =
            json!([{ "action": "CLOSE_REFERRAL", "allowed": true, "requires": ["noFollowUp"] }]);
        assert_eq!(*answer.data("referral.availableActions"), close);
    });
}

#[test]
fn reporting_follows_the_table() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        cast.follows_the_table("reportBack", Side::Receiver, |_| report())
            .await;
    });
}

#[test]
fn only_a_clinician_of_the_receiver_reports() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let arrived = cast.bring("ARRIVED").await;
        cast.refuses_others(
            "reportBack",
            Side::Receiver,
            Only::Clinicians,
            &arrived,
            report(),
        )
        .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let treated = cast.bring("IN_TREATMENT").await;
        let doctor = letter::practitioner(w.district().hill_doctor.id);
        let long = "长".repeat(4_001);
        let faults = [
            (json!({ "diagnosis": "" }), "input.diagnosis", "REQUIRED"),
            (json!({ "diagnosis": long }), "input.diagnosis", "TOO_LONG"),
            (json!({ "treatment": " " }), "input.treatment", "REQUIRED"),
            (
                json!({ "treatment": "\u{1}" }),
                "input.treatment",
                "CHARACTERS",
            ),
            (json!({ "advice": "" }), "input.advice", "REQUIRED"),
            (json!({ "advice": long }), "input.advice", "TOO_LONG"),
            (
                json!({ "dischargeSummary": null }),
                "input.dischargeSummary",
                "REQUIRED",
            ),
            (
                json!({ "dischargeSummary": long }),
                "input.dischargeSummary",
                "TOO_LONG",
            ),
            (
                json!({ "dischargedOn": letter::day(&w, 1) }),
                "input.dischargedOn",
                "ORDER",
            ),
            (
                json!({ "dischargedOn": letter::day(&w, -1) }),
                "input.dischargedOn",
                "ORDER",
            ),
            (
                json!({ "dischargedOn": "2026-02-30" }),
                "input.dischargedOn",
                "FORMAT",
            ),
            (
                json!({ "practitioner": doctor }),
                "input.practitioner",
                "UNKNOWN_ID",
            ),
        ];
        cast.refuses_each(&cast.county, "reportBack", &treated, report(), &faults)
            .await;
    });
}
