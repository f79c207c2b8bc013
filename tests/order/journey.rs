//! Whole stories, every step by the account that would do it.

use chrono::Duration;
use serde_json::json;

use super::cast::{Cast, findings};
use crate::{harness::both, referral::letter::with};

/// A chest X-ray is taken below, claimed by one of two, reported, reviewed, and amended next day; the first readers are told.
#[test]
fn a_chest_x_ray() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let placed = cast.place("CHEST_DX", 1).await;
        w.wait(Duration::minutes(20));
        let taken = cast
            .tell(
                &cast.hill_technician,
                "recordExamination",
                &placed,
                json!({}),
            )
            .await;
        let claimed = cast
            .tell(&cast.reader, "claimOrder", &taken, json!({}))
            .await;
        let lost = cast
            .ask(&cast.second, "claimOrder", &taken, json!({}))
            .await;
        assert_eq!(lost.code("claimOrder"), "CONFLICT");
        w.wait(Duration::minutes(30));
        let reported = cast
            .tell(&cast.reader, "reportOrder", &claimed, findings())
            .await;
        w.wait(Duration::minutes(10));
        let reviewed = cast
            .tell(&cast.second, "reviewOrder", &reported, json!({}))
            .await;
        w.wait(Duration::days(1));
        let said = with(
            findings(),
            json!({ "conclusion": "右上肺结节", "reason": "复阅" }),
        );
        let amended = cast
            .tell(&cast.reader, "amendReport", &reviewed, said)
            .await;
        let seen = cast.look(&cast.hill, &amended).await.expect("it is seen");
        assert_eq!(seen.all["report"]["conclusion"], "右上肺结节");
        assert_eq!(
            seen.all["reports"][1]["conclusion"],
            findings()["conclusion"]
        );
        let document = "query($id: ID!) { order(by: { id: $id }) { timeline { totalCount edges { node { action status } } } } }";
        let answer = cast
            .hill
            .call(document, json!({ "id": placed.id }))
            .await
            .ok();
        let edges = answer
            .data("order.timeline.edges")
            .as_array()
            .expect("a list")
            .clone();
        let actions: Vec<_> = edges
            .iter()
            .map(|edge| edge["node"]["action"].clone())
            .collect();
        assert_eq!(
            actions,
            [
                "PLACE_ORDER",
                "RECORD_EXAMINATION",
                "CLAIM_ORDER",
                "REPORT_ORDER",
                "REVIEW_ORDER",
                "AMEND_REPORT"
            ]
        );
        assert_eq!(answer.number_at("order.timeline.totalCount"), 6);
    });
}

/// A biopsy comes without the time of its fixation; it is sent back, and comes again with it.
#[test]
fn pathology_with_a_missing_fixation_time() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let placed = cast.place("GASTRIC_BX", 1).await;
        let drawn = |barcode: &str| json!({ "barcode": barcode, "kind": "BIOPSY" });
        let verb = "collectSpecimen";
        let taken = cast
            .tell(&cast.hill_technician, verb, &placed, drawn("P1"))
            .await;
        let sent = cast
            .tell(&cast.hill_technician, "sendSpecimen", &taken, json!({}))
            .await;
        let got = cast
            .tell(&cast.technician, "receiveOrder", &sent, json!({}))
            .await;
        let said = json!({ "reason": "FIXATION_MISSING" });
        let back = cast.tell(&cast.technician, "returnOrder", &got, said).await;
        w.wait(Duration::hours(1));
        let fixed = json!({ "fixedAt": crate::referral::letter::moment(&w, Duration::zero()) });
        let again = cast
            .tell(&cast.hill_technician, verb, &back, with(drawn("P2"), fixed))
            .await;
        let sent = cast
            .tell(&cast.hill_technician, "sendSpecimen", &again, json!({}))
            .await;
        let got = cast
            .tell(&cast.technician, "receiveOrder", &sent, json!({}))
            .await;
        let claimed = cast.tell(&cast.reader, "claimOrder", &got, json!({})).await;
        let told = cast
            .tell(&cast.reader, "reportOrder", &claimed, findings())
            .await;
        let done = cast
            .tell(&cast.second, "reviewOrder", &told, json!({}))
            .await;
        assert_eq!(done.status, "REVIEWED");
        assert_eq!(done.all["specimens"][1]["rejected"], "FIXATION_MISSING");
    });
}
