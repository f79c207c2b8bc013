//! Whole stories, every step by the account that would do it.

mod recollected;
mod twice;
mod watched;

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::cast::{Cast, findings};
use crate::{
    harness::{both, client::Client, people::Place},
    record::changes,
    referral::letter::{moment, with},
};

/// What somebody is told of orders: the action and the order of each change.
async fn told(cast: &Cast, by: &Client) -> Vec<(String, String)> {
    changes::place(&cast.w).await;
    let document =
        "{ changes(kinds: [ORDER], first: 100) { edges { node { action subject { id } } } } }";
    let answer = by.ask(document).await.ok();
    let edges = answer.data("changes.edges").as_array().expect("a list");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let told = edges.iter().map(|edge| &edge["node"]);
    told.map(|node| (text(&node["action"]), text(&node["subject"]["id"])))
        .collect()
}

/// What a monitoring tool reads of one kind of centre from the beginning of the story until now, as one row.
async fn figures(cast: &Cast, kind: &str, days: i64) -> Value {
    let monitor = cast.w.client(Role::Monitor, Place::INSTALLATION).await;
    let (from, to) = (cast.w.now() - Duration::days(days), cast.w.now());
    let mut input = crate::throughput::span(from, to, "WHOLE");
    input["kinds"] = json!([kind]);
    let mut rows = crate::throughput::rows(&monitor, input).await;
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

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
        // Whoever read it first is told; the amendment is reviewed like any report, not by whoever wrote it.
        let about = ("AMEND_REPORT".to_owned(), placed.id.clone());
        for first_reader in [&cast.hill, &cast.second, &cast.technician] {
            let told = told(&cast, first_reader).await;
            assert_eq!(told.last(), Some(&about), "{told:?}");
        }
        let stranger = told(&cast, &cast.stranger).await;
        assert_eq!(stranger, []);
        assert_eq!(
            (
                amended.status.as_str(),
                &amended.all["report"]["preliminary"]
            ),
            ("REPORTED", &json!(true))
        );
        let own = cast
            .ask(&cast.reader, "reviewOrder", &amended, json!({}))
            .await;
        assert_eq!(own.problems(), [("input.reviewer", "NOT_ALLOWED")]);
        let amended = cast
            .tell(&cast.second, "reviewOrder", &amended, json!({}))
            .await;
        assert_eq!(amended.all["report"]["preliminary"], false);
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
                "AMEND_REPORT",
                "REVIEW_ORDER"
            ]
        );
        assert_eq!(answer.number_at("order.timeline.totalCount"), 7);
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
        // Nobody invents the time that is missing, and the clock stands still.
        assert_eq!(back.all["specimens"][0]["fixedAt"], Value::Null);
        assert_eq!(back.all["dueAt"], Value::Null);
        let seen = cast.look(&cast.hill, &back).await.expect("it is told why");
        assert_eq!(seen.all["returned"]["reason"], "FIXATION_MISSING");
        w.wait(Duration::hours(1));
        let before = with(
            drawn("P2"),
            json!({ "fixedAt": moment(&w, -Duration::hours(2)) }),
        );
        let answer = cast.ask(&cast.hill_technician, verb, &back, before).await;
        assert_eq!(
            answer.problems(),
            [("input.fixedAt", "ORDER")],
            "fixed before it was drawn"
        );
        let now = moment(&w, Duration::zero());
        let fixed = json!({ "fixedAt": now });
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
        assert_eq!(done.all["specimens"][1]["fixedAt"], Value::Null);
        let fixed = done.all["specimens"][0]["fixedAt"]
            .as_str()
            .expect("a time");
        let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).expect("a time");
        assert_eq!(at(fixed), at(&now));
        let row = figures(&cast, "PATHOLOGY", 1).await;
        let by = json!([{ "reason": "FIXATION_MISSING", "count": 1 }]);
        assert_eq!((&row["returned"], &row["returnedBy"]), (&json!(1), &by));
    });
}
