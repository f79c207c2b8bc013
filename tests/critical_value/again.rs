//! An amended report that says something else of what was critical.

use chrono::Duration;
use serde_json::{Value, json};

use super::alarm::{Alarm, Seen, on_order};
use crate::{harness::both, referral::letter::with};

fn rate(value: f64, flag: &str) -> Value {
    json!({ "code": "8867-4", "name": "心率", "value": value, "unit": "/min", "flag": flag })
}

async fn slow(a: &Alarm) -> (Seen, Seen) {
    let claimed = a.brought(1, "CLAIMED").await;
    let raised = a
        .raise(
            &claimed,
            json!({ "finding": "心率 28 次/分", "code": "8867-4" }),
        )
        .await;
    let measured = json!({ "observations": [rate(28.0, "CRITICAL_LOW")] });
    (a.report(&claimed, measured).await, raised)
}

async fn amend(a: &Alarm, order: &Seen, said: Value) -> Seen {
    a.w.wait(Duration::minutes(1));
    let input = json!({ "conclusion": "窦性心动过缓", "reason": "计数有误" });
    let input = with(with(on_order(order), input), said);
    a.tell(&a.reader, "amendReport", input).await
}

#[test]
fn what_was_critical_and_is_changed_is_raised_again() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let (reported, raised) = slow(&a).await;
        let known = a.acknowledge(&a.village, &raised, json!({})).await;
        let said = json!({ "observations": [rate(58.0, "LOW")] });
        let amended = amend(&a, &reported, said.clone()).await;
        let listed = amended.all["criticalValues"].as_array().expect("a list");
        assert_eq!(listed.len(), 2);
        assert_eq!(listed[0]["status"], "NOTIFIED");
        assert_eq!(
            listed[0]["finding"],
            "报告修订：心率 28 /min (CRITICAL_LOW) → 58 /min (LOW)"
        );
        // What was said and done about the first stays.
        assert_eq!(listed[1]["id"], known.id);
        assert_eq!(listed[1]["status"], "ACKNOWLEDGED");
        // Saying the same once more changes nothing of it.
        let again = amend(&a, &amended, with(said, json!({ "findings": "窦律" }))).await;
        let listed = again.all["criticalValues"].as_array().expect("a list");
        assert_eq!(listed.len(), 2);
        // What is not said any more is changed too.
        let gone = amend(&a, &again, json!({ "observations": [] })).await;
        let finding = gone.all["criticalValues"][0]["finding"].as_str();
        assert_eq!(finding, Some("报告修订：心率 58 /min (LOW) → 未报告"));
    });
}

#[test]
fn what_is_changed_elsewhere_alarms_nobody() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let (reported, _) = slow(&a).await;
        let axis = json!({ "code": "8632-2", "name": "电轴", "value": 60.0, "unit": "deg" });
        let said = json!({ "observations": [axis, rate(28.0, "CRITICAL_LOW")] });
        let amended = amend(&a, &reported, said).await;
        let listed = amended.all["criticalValues"].as_array().expect("a list");
        assert_eq!(listed.len(), 1);
    });
}
