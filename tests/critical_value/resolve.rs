//! Say what was done about a critical value.

use chrono::Duration;
use serde_json::json;

use super::alarm::{Alarm, acted, on};
use crate::{harness::both, referral::letter::with};

#[test]
fn somebody_has_acted() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let raised = a.raise(&a.examined(1).await, json!({})).await;
        let known = a.acknowledge(&a.village, &raised, json!({})).await;
        w.wait(Duration::minutes(20));
        let done = a.resolve(&a.river, &known, json!({})).await;
        assert_eq!((done.status.as_str(), done.version), ("RESOLVED", 3));
        assert_eq!(done.all["resolution"], acted()["resolution"]);
        assert_eq!(done.all["resolvedAt"], a.shown(Duration::zero()));
        assert_eq!(done.all["availableActions"], json!([]));
        assert!(a.resolve(&a.river, &known, json!({})).await.replayed);
        let verb = "resolveCriticalValue";
        let more = with(with(on(&done), acted()), json!({ "resolution": "又" }));
        let answer = a.ask(&a.village, verb, more).await;
        assert_eq!(answer.code(verb), "INVALID_TRANSITION");
    });
}

#[test]
fn not_before_somebody_has_read_it_back() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let raised = a.raise(&a.examined(1).await, json!({})).await;
        let verb = "resolveCriticalValue";
        let answer = a.ask(&a.village, verb, with(on(&raised), acted())).await;
        assert_eq!(answer.code(verb), "INVALID_TRANSITION");
        let error = &answer.error(verb)["extensions"];
        assert_eq!(error["allowed"], json!(["ACKNOWLEDGE_CRITICAL_VALUE"]));
    });
}

#[test]
fn by_nobody_else_and_with_nothing_missing() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let raised = a.raise(&a.examined(1).await, json!({})).await;
        let known = a.acknowledge(&a.village, &raised, json!({})).await;
        let good = with(on(&known), acted());
        let others = [
            ("who raised it", &a.reader, "FORBIDDEN"),
            ("the centre's hospital", &a.county, "FORBIDDEN"),
            ("a technician there", &a.village_technician, "FORBIDDEN"),
            ("a stranger", &a.stranger, "NOT_FOUND"),
            ("the community's manager", &a.manager, "NOT_FOUND"),
        ];
        a.refuses_others("resolveCriticalValue", &good, &others)
            .await;
        let faults = [
            (json!({ "resolution": "" }), "input.resolution", "REQUIRED"),
            (
                json!({ "resolution": "长".repeat(2_001) }),
                "input.resolution",
                "TOO_LONG",
            ),
            (
                json!({ "resolution": "\u{1}" }),
                "input.resolution",
                "CHARACTERS",
            ),
            (json!({ "version": null }), "input.version", "REQUIRED"),
            (
                json!({ "criticalValue": "crv" }),
                "input.criticalValue",
                "FORMAT",
            ),
            (
                json!({ "occurredAt": a.moment(Duration::minutes(-1)) }),
                "input.occurredAt",
                "ORDER",
            ),
        ];
        a.refuses_each(&a.village, "resolveCriticalValue", &good, &faults)
            .await;
    });
}
