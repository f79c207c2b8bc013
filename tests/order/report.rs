//! Reporting, reviewing, amending.

use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::cast::{Cast, findings};
use crate::{
    harness::both,
    referral::letter::{self, with},
};

#[test]
fn a_report_is_preliminary_until_somebody_else_has_reviewed_it() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let reported = cast.bring("REPORTED", 1).await;
        let seen = cast
            .look(&cast.hill, &reported)
            .await
            .expect("it is released");
        assert_eq!(seen.all["report"]["preliminary"], true);
        assert_eq!(seen.all["report"]["conclusion"], findings()["conclusion"]);
        let answer = cast
            .ask(&cast.reader, "reviewOrder", &reported, json!({}))
            .await;
        assert_eq!(answer.problems(), [("input.reviewer", "NOT_ALLOWED")]);
        let reviewed = cast
            .tell(&cast.second, "reviewOrder", &reported, json!({}))
            .await;
        assert_eq!(reviewed.status, "REVIEWED");
        assert_eq!(reviewed.all["report"]["preliminary"], false);
        let seen = cast.look(&cast.hill, &reviewed).await.expect("it is seen");
        assert_eq!(
            seen.all["patient"]["masked"], true,
            "nobody treats the patient by it any more"
        );
    });
}

#[test]
fn where_a_review_is_optional_a_report_is_final() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let placed = cast.place("ECG12", 1).await;
        let done = cast
            .tell(
                &cast.hill_technician,
                "recordExamination",
                &placed,
                json!({}),
            )
            .await;
        let claimed = cast
            .tell(&cast.reader, "claimOrder", &done, json!({}))
            .await;
        let reported = cast
            .tell(&cast.reader, "reportOrder", &claimed, findings())
            .await;
        assert_eq!(reported.all["report"]["preliminary"], false);
    });
}

#[test]
fn an_amendment_is_a_new_version_and_the_old_one_stays() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let reviewed = cast.bring("REVIEWED", 1).await;
        w.wait(Duration::hours(20));
        let said = json!({ "conclusion": "左下肺结节，建议CT复查", "positive": true, "reason": "会诊后修正" });
        let amended = cast
            .tell(&cast.second, "amendReport", &reviewed, said)
            .await;
        assert_eq!(
            amended.status, "REPORTED",
            "what is changed is reviewed anew"
        );
        assert_eq!(amended.all["report"]["version"], 2);
        assert_eq!(amended.all["report"]["preliminary"], true);
        let versions = amended.all["reports"].as_array().expect("a list");
        assert_eq!(versions.len(), 2);
        assert_eq!(versions[1]["conclusion"], findings()["conclusion"]);
        // The first readers are told.
        let document =
            "{ changes(kinds: [ORDER], first: 100) { edges { node { action subject { id } } } } }";
        crate::record::changes::place(&w).await;
        let told = cast.hill.ask(document).await.ok();
        let last = told
            .data("changes.edges")
            .as_array()
            .and_then(|all| all.last().cloned());
        assert_eq!(
            last.expect("there are changes")["node"]["action"],
            "AMEND_REPORT"
        );
        let answer = cast
            .ask(&cast.second, "reviewOrder", &amended, json!({}))
            .await;
        assert_eq!(answer.problems(), [("input.reviewer", "NOT_ALLOWED")]);
        let reviewed = cast
            .tell(&cast.reader, "reviewOrder", &amended, json!({}))
            .await;
        assert_eq!(reviewed.all["report"]["preliminary"], false);
    });
}

#[test]
fn one_report_answers_several_orders() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let mut orders = Vec::new();
        for item in ["GLU", "K"] {
            orders.push(cast.place(item, 1).await);
        }
        let said = json!({ "barcode": "A0001", "kind": "SERUM" });
        let orders = cast
            .tell_each(&cast.hill_technician, "collectSpecimen", &orders, said)
            .await;
        let orders = cast
            .tell_each(&cast.hill_technician, "sendSpecimen", &orders, json!({}))
            .await;
        let orders = cast
            .tell_each(&cast.technician, "receiveOrder", &orders, json!({}))
            .await;
        let mut claimed = Vec::new();
        for order in &orders {
            claimed.push(
                cast.tell(&cast.reader, "claimOrder", order, json!({}))
                    .await,
            );
        }
        let said = json!({ "conclusion": "血糖升高", "observations": [
            { "code": "2345-7", "name": "葡萄糖", "value": 11.2, "unit": "mmol/L", "range": "3.9-6.1", "flag": "HIGH" },
            { "code": "2823-3", "name": "钾", "value": 4.1, "unit": "mmol/L", "flag": "NORMAL" },
        ] });
        let told = cast
            .tell_each(&cast.reader, "reportOrder", &claimed, said)
            .await;
        for order in &told {
            assert_eq!(order.status, "REPORTED");
            assert_eq!(order.all["report"]["observations"][0]["value"], 11.2);
        }
        // Reviewed by one of its orders, the others go with it.
        let answer = cast
            .ask(&cast.second, "reviewOrder", &told[0], json!({}))
            .await
            .ok();
        let reviewed = answer
            .data("reviewOrder.orders")
            .as_array()
            .expect("a list");
        assert_eq!(reviewed.len(), 2);
        assert!(reviewed.iter().all(|order| order["status"] == "REVIEWED"));
    });
}

#[test]
fn a_laboratorys_system_names_who_reported_and_reviewed() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let received = cast.bring("RECEIVED", 1).await;
        let lab = cast.centres.client(Role::Integration, "LABORATORY").await;
        let d = w.district();
        let [one, other] =
            [&d.neurologist, &d.emergency_doctor].map(|row| letter::practitioner(row.id));
        let said = json!({ "practitioner": one, "version": null });
        let claimed = cast.tell(&lab, "claimOrder", &received, said).await;
        let said = with(findings(), json!({ "reporter": one }));
        let reported = cast.tell(&lab, "reportOrder", &claimed, said).await;
        for (said, code) in [
            (json!({}), "REQUIRED"),
            (json!({ "reviewer": one }), "NOT_ALLOWED"),
        ] {
            let answer = cast.ask(&lab, "reviewOrder", &reported, said).await;
            assert_eq!(answer.problems(), [("input.reviewer", code)]);
        }
        let said = json!({ "reviewer": other });
        let reviewed = cast.tell(&lab, "reviewOrder", &reported, said).await;
        assert_eq!(reviewed.status, "REVIEWED");
    });
}

#[test]
fn bad_input_names_its_field() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let claimed = cast.bring("CLAIMED", 1).await;
        let seen = |change: Value| {
            let good =
                json!({ "code": "2345-7", "name": "葡萄糖", "value": 5.0, "unit": "mmol/L" });
            json!({ "observations": [with(good, change)] })
        };
        let uid = |uid: &str| json!({ "links": [{ "kind": "DICOM_STUDY", "uid": uid }] });
        let in_future = letter::moment(&w, Duration::minutes(1));
        let cases = [
            (json!({ "conclusion": "" }), "input.conclusion", "REQUIRED"),
            (
                json!({ "conclusion": "长".repeat(10_001) }),
                "input.conclusion",
                "TOO_LONG",
            ),
            (json!({ "findings": "" }), "input.findings", "REQUIRED"),
            (
                seen(json!({ "code": "" })),
                "input.observations[0].code",
                "REQUIRED",
            ),
            (
                seen(json!({ "name": "" })),
                "input.observations[0].name",
                "REQUIRED",
            ),
            (
                seen(json!({ "unit": null })),
                "input.observations[0].unit",
                "REQUIRED",
            ),
            (
                seen(json!({ "unit": "毫摩尔" })),
                "input.observations[0].unit",
                "FORMAT",
            ),
            (
                seen(json!({ "text": "阳性" })),
                "input.observations[0].text",
                "INCONSISTENT",
            ),
            (
                seen(json!({ "at": in_future })),
                "input.observations[0].at",
                "ORDER",
            ),
            (uid("1.2.a"), "input.links[0].uid", "FORMAT"),
            (
                json!({ "links": [{ "kind": "DOCUMENT", "uid": "1", "address": "ftp://x" }] }),
                "input.links[0].address",
                "FORMAT",
            ),
            (
                json!({ "reporter": letter::practitioner(w.district().hill_doctor.id) }),
                "input.reporter",
                "UNKNOWN_ID",
            ),
        ];
        for (said, path, code) in cases {
            let answer = cast
                .ask(
                    &cast.reader,
                    "reportOrder",
                    &claimed,
                    with(findings(), said),
                )
                .await;
            assert_eq!(answer.problems(), [(path, code)], "{}", answer.text);
        }
        // A word is no number.
        let said = with(findings(), seen(json!({ "value": "high" })));
        let answer = cast.ask(&cast.reader, "reportOrder", &claimed, said).await;
        assert_eq!(answer.code(""), "INVALID_INPUT");
        let seen = cast.look(&cast.reader, &claimed).await.expect("it is seen");
        assert_eq!(
            (seen.version, &seen.all["report"]),
            (claimed.version, &Value::Null)
        );
    });
}

#[test]
fn who_may_not_is_told_so() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let reported = cast.bring("REPORTED", 1).await;
        let amend = || with(findings(), json!({ "reason": "笔误" }));
        for (client, code) in [
            (&cast.technician, "FORBIDDEN"),
            (&cast.hill, "FORBIDDEN"),
            (&cast.county, "FORBIDDEN"),
            (&cast.stranger, "NOT_FOUND"),
        ] {
            let answer = cast.ask(client, "reviewOrder", &reported, json!({})).await;
            assert_eq!(answer.code("reviewOrder"), code);
            let answer = cast.ask(client, "amendReport", &reported, amend()).await;
            assert_eq!(answer.code("amendReport"), code);
        }
        let examined = cast.bring("EXAMINED", 2).await;
        let answer = cast
            .ask(&cast.reader, "reportOrder", &examined, findings())
            .await;
        assert_eq!(answer.code("reportOrder"), "INVALID_TRANSITION");
        let answer = cast
            .ask(&cast.reader, "amendReport", &examined, amend())
            .await;
        assert_eq!(answer.code("amendReport"), "INVALID_TRANSITION");
        let answer = cast
            .ask(
                &cast.reader,
                "amendReport",
                &reported,
                with(findings(), json!({ "reason": "" })),
            )
            .await;
        assert_eq!(answer.problems(), [("input.reason", "REQUIRED")]);
    });
}
