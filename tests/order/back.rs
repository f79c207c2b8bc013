//! Sending an order back, placing it again, cancelling it.

use chrono::Duration;
use serde_json::{Value, json};

use super::cast::Cast;
use crate::harness::both;

#[test]
fn sent_back_its_clock_stands_still() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let examined = cast.bring("EXAMINED", 1).await;
        let due = examined.all["dueAt"]
            .as_str()
            .expect("it has a time")
            .to_owned();
        w.wait(Duration::minutes(30));
        let said = json!({ "reason": "POOR_IMAGE", "text": "体位不正" });
        let back = cast
            .tell(&cast.reader, "returnOrder", &examined, said)
            .await;
        assert_eq!(back.status, "RETURNED");
        assert_eq!(
            back.all["returned"],
            json!({ "reason": "POOR_IMAGE", "text": "体位不正" })
        );
        assert_eq!(back.all["dueAt"], Value::Null);
        w.wait(Duration::hours(3));
        // A new image, straight away.
        let again = cast
            .tell(&cast.hill_technician, "recordExamination", &back, json!({}))
            .await;
        assert_eq!(
            (again.status.as_str(), &again.all["returned"]),
            ("EXAMINED", &Value::Null)
        );
        let moved: chrono::DateTime<chrono::Utc> = due.parse().expect("a moment");
        let now: chrono::DateTime<chrono::Utc> = again.all["dueAt"]
            .as_str()
            .expect("it has a time")
            .parse()
            .expect("a moment");
        assert_eq!(
            now - moved,
            Duration::hours(3),
            "by as long as it stood still"
        );
    });
}

#[test]
fn mended_it_is_placed_again() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let back = cast.bring("RETURNED", 1).await;
        let answer = cast
            .ask(&cast.technician, "resubmitOrder", &back, json!({}))
            .await;
        assert_eq!(answer.code("resubmitOrder"), "FORBIDDEN");
        let said = json!({ "question": "咳嗽两周，除外肺炎" });
        let again = cast.tell(&cast.hill, "resubmitOrder", &back, said).await;
        assert_eq!((again.status.as_str(), again.version), ("REQUESTED", 3));
        assert_eq!(again.all["question"], "咳嗽两周，除外肺炎");
    });
}

#[test]
fn it_is_cancelled_until_somebody_works_on_it() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let said = || json!({ "reason": "患者放弃" });
        for (patient, status) in (1..).zip(["REQUESTED", "EXAMINED", "IN_TRANSPORT", "RETURNED"]) {
            let order = cast.bring(status, patient).await;
            let answer = cast.ask(&cast.reader, "cancelOrder", &order, said()).await;
            assert_eq!(answer.code("cancelOrder"), "FORBIDDEN");
            let gone = cast.tell(&cast.hill, "cancelOrder", &order, said()).await;
            assert_eq!(gone.status, "CANCELLED", "from {status}");
            assert_eq!(gone.all["cancellation"], "患者放弃");
        }
        for (patient, status) in (5..).zip(["CLAIMED", "REPORTED", "REVIEWED", "CANCELLED"]) {
            let order = cast.bring(status, patient).await;
            let said = json!({ "reason": "另一个理由" });
            let answer = cast.ask(&cast.hill, "cancelOrder", &order, said).await;
            assert_eq!(
                answer.code("cancelOrder"),
                "INVALID_TRANSITION",
                "from {status}"
            );
        }
    });
}

#[test]
fn a_reason_is_given() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let placed = cast.place("CHEST_DX", 1).await;
        let cases = [
            (
                "returnOrder",
                json!({ "reason": "OTHER" }),
                "input.text",
                "REQUIRED",
            ),
            (
                "returnOrder",
                json!({ "reason": "OTHER", "text": "" }),
                "input.text",
                "REQUIRED",
            ),
            (
                "cancelOrder",
                json!({ "reason": "" }),
                "input.reason",
                "REQUIRED",
            ),
            (
                "cancelOrder",
                json!({ "reason": "长".repeat(2_001) }),
                "input.reason",
                "TOO_LONG",
            ),
        ];
        for (verb, said, path, code) in cases {
            let by = if verb == "cancelOrder" {
                &cast.hill
            } else {
                &cast.technician
            };
            let answer = cast.ask(by, verb, &placed, said).await;
            assert_eq!(answer.problems(), [(path, code)], "{}", answer.text);
        }
        let answer = cast
            .ask(
                &cast.hill,
                "returnOrder",
                &placed,
                json!({ "reason": "POOR_IMAGE" }),
            )
            .await;
        assert_eq!(answer.code("returnOrder"), "FORBIDDEN");
    });
}
