//! A journey: an ECG in a village, an infarction that is seen before the report is typed, and what comes of it.

use chrono::Duration;
use serde_json::json;

use super::alarm::{Alarm, on_order};
use crate::{
    harness::{both, canary::Patient},
    referral::{
        letter::{self, with},
        story::Story,
    },
};

#[test]
fn an_infarction_is_known_in_the_village_before_the_report_is_typed() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let d = w.district();
        // 9:00: chest pain at the village station. The village doctor orders an ECG, its technician records one.
        let order = a.examined(1).await;
        // 9:02: a reader at the county hospital opens it.
        w.wait(Duration::minutes(2));
        let claimed = a.tell(&a.reader, "claimOrder", on_order(&order)).await;
        let offered = claimed.all["availableActions"].as_array().expect("a list");
        let raising = offered
            .iter()
            .find(|offer| offer["action"] == "RAISE_CRITICAL_VALUE")
            .expect("it is offered");
        assert_eq!(raising["requires"], json!(["finding"]));
        // 9:03: the infarction is seen, and said at once.
        w.wait(Duration::minutes(1));
        let raised = a.raise(&claimed, json!({})).await;
        // 9:05: the village doctor reads it back by telephone.
        w.wait(Duration::minutes(2));
        let inbox = "{ criticalValues(filter: { status: [NOTIFIED] }) { edges { node { id order { number } patient { name } } } } }";
        let inbox = a.village.ask(inbox).await.ok();
        assert_eq!(
            inbox.text_at("criticalValues.edges.0.node.id"),
            raised.id.as_str()
        );
        let known = a.acknowledge(&a.village, &raised, json!({})).await;
        assert_eq!(known.all["overdue"], false);
        // 9:08: only now is the report typed. The order has not been changed by the alarm.
        w.wait(Duration::minutes(3));
        let reported = a.report(&claimed, json!({})).await;
        assert_eq!(reported.status, "REPORTED");
        assert_eq!(reported.all["criticalValues"][0]["status"], "ACKNOWLEDGED");
        // 9:10: the patient is on the way to the chest-pain centre.
        w.wait(Duration::minutes(2));
        let done = a.resolve(&a.village, &known, json!({})).await;
        assert_eq!(done.status, "RESOLVED");
        let station = letter::institution(d.river_station.id);
        assert_eq!(done.all["acknowledgedFor"]["id"], station);
        // 9:11: the village doctor refers the patient, and says what for.
        let letter = with(
            letter::emergency(&w, &Patient::nth(1)),
            json!({ "criticalValue": done.id, "citedOrders": [{ "id": order.id }] }),
        );
        let posted = Story::of(&w).submit(&a.village, letter).await;
        let document = "query($id: ID!) { referral(by: { id: $id }) {
            criticalValue { id finding status } citedOrders { id report { conclusion } } } }";
        let read = a
            .county
            .call(document, json!({ "id": posted.id }))
            .await
            .ok();
        let (cited, orders) = (
            read.data("referral.criticalValue"),
            read.data("referral.citedOrders"),
        );
        assert_eq!(
            (&cited["id"], &cited["status"]),
            (&json!(done.id), &json!("RESOLVED"))
        );
        assert_eq!(cited["finding"], done.all["finding"]);
        assert_eq!(orders[0]["id"], json!(order.id));
        assert!(orders[0]["report"]["conclusion"].is_string());
    });
}
