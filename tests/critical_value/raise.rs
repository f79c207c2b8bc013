//! Raise a critical value.

use chrono::Duration;
use entity::{critical_value, enums::Role};
use futures::future::join_all;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use super::alarm::Alarm;
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

#[test]
fn it_is_raised_from_the_examination_on() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        for (n, status) in ["EXAMINED", "CLAIMED", "REPORTED"].into_iter().enumerate() {
            let order = a.brought(u32::try_from(n).unwrap_or(0), status).await;
            let before = census(&w).await;
            let raised = a.raise(&order, json!({ "version": order.version })).await;
            assert_eq!((raised.status.as_str(), raised.version), ("NOTIFIED", 1));
            assert!(!raised.replayed);
            assert_eq!(raised.all["order"]["id"], order.id);
            assert_eq!(raised.all["dueAt"], a.shown(Duration::minutes(10)));
            let after = census(&w).await;
            for table in ["critical_value", "event", "outbox", "audit"] {
                assert_eq!(after.since(&before, table), 1, "{table} at {status}");
            }
            // The station, its health centre, the centre and its hospital.
            assert_eq!(after.since(&before, "critical_value_party"), 4);
        }
    });
}

#[test]
fn nothing_is_raised_before_or_after_a_return() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        for (n, status) in ["REQUESTED", "RETURNED", "CANCELLED"]
            .into_iter()
            .enumerate()
        {
            let order = a.brought(u32::try_from(n).unwrap_or(0), status).await;
            let before = census(&w).await;
            let answer = a
                .ask(&a.reader, "raiseCriticalValue", a.infarction(&order))
                .await;
            assert_eq!(answer.code("raiseCriticalValue"), "INVALID_TRANSITION");
            let error = answer.error("raiseCriticalValue");
            assert_eq!(error["extensions"]["from"], status);
            assert_eq!(census(&w).await.changed_since(&before), []);
        }
    });
}

#[test]
fn nobody_but_the_centres_diagnosticians_raises_it() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let d = w.district();
        let order = a.examined(1).await;
        let input = a.infarction(&order);
        let others = [
            ("whoever asked", &a.village, "FORBIDDEN"),
            ("the hospital's clinician", &a.county, "FORBIDDEN"),
            ("a stranger", &a.stranger, "NOT_FOUND"),
            ("the community's manager", &a.manager, "NOT_FOUND"),
            (
                "a technician of the centre",
                &a.centres.client(Role::Technician, "ECG").await,
                "FORBIDDEN",
            ),
            (
                "a reader of another centre",
                &a.centres.client(Role::Diagnostician, "IMAGING").await,
                "NOT_FOUND",
            ),
            (
                "the hospital's own system",
                &w.client(Role::Integration, &d.county).await,
                "FORBIDDEN",
            ),
        ];
        a.refuses_others("raiseCriticalValue", &input, &others)
            .await;
        // The centre's own system names who raises it; a diagnostician of the whole hospital may.
        let system = a.centres.client(Role::Integration, "ECG").await;
        let by_system = a.tell(&system, "raiseCriticalValue", input.clone()).await;
        assert_eq!(by_system.all["raisedBy"]["id"], input["raisedBy"]);
        let unnamed = json!({ "raisedBy": null });
        let fault = [(unnamed, "input.raisedBy", "REQUIRED")];
        a.refuses_each(&system, "raiseCriticalValue", &input, &fault)
            .await;
        let reader = w.client(Role::Diagnostician, &d.county).await;
        let more = with(input, json!({ "finding": "室速" }));
        a.tell(&reader, "raiseCriticalValue", more).await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let order = a.examined(1).await;
        let good = a.infarction(&order);
        let d = w.district();
        let faults = [
            (json!({ "finding": " " }), "input.finding", "REQUIRED"),
            (
                json!({ "finding": "长".repeat(2_001) }),
                "input.finding",
                "TOO_LONG",
            ),
            (json!({ "finding": "\u{1}" }), "input.finding", "CHARACTERS"),
            (json!({ "code": "" }), "input.code", "REQUIRED"),
            (json!({ "code": "8".repeat(51) }), "input.code", "TOO_LONG"),
            (json!({ "code": "8\n9" }), "input.code", "CHARACTERS"),
            (json!({ "raisedBy": "x" }), "input.raisedBy", "FORMAT"),
            (
                json!({ "raisedBy": letter::practitioner(d.river_doctor.id) }),
                "input.raisedBy",
                "UNKNOWN_ID",
            ),
            (
                json!({ "order": { "id": "ord" } }),
                "input.order.id",
                "FORMAT",
            ),
            (
                json!({ "order": { "id": null, "number": "1" } }),
                "input.order.number",
                "CHECK_DIGIT",
            ),
            (
                json!({ "occurredAt": a.moment(Duration::hours(1)) }),
                "input.occurredAt",
                "ORDER",
            ),
            (
                json!({ "occurredAt": a.moment(Duration::hours(-1)) }),
                "input.occurredAt",
                "ORDER",
            ),
        ];
        a.refuses_each(&a.reader, "raiseCriticalValue", &good, &faults)
            .await;
        let old = with(good, json!({ "version": 9 }));
        let answer = a.ask(&a.reader, "raiseCriticalValue", old).await;
        assert_eq!(answer.code("raiseCriticalValue"), "CONFLICT");
    });
}

#[test]
fn found_before_the_report_and_said_after_it() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let order = a.examined(1).await;
        let seen_at = a.moment(Duration::minutes(2));
        w.wait(Duration::minutes(5));
        let claimed = a
            .tell(&a.reader, "claimOrder", super::alarm::on_order(&order))
            .await;
        let reported = a.report(&claimed, json!({})).await;
        let raised = a.raise(&reported, json!({ "occurredAt": seen_at })).await;
        assert_eq!(raised.all["raisedAt"], a.shown(Duration::minutes(-3)));
        // Nobody can confirm what nobody has been told.
        assert_eq!(raised.all["dueAt"], a.shown(Duration::minutes(10)));
    });
}

#[test]
fn sent_twice_it_alarms_once() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let order = a.examined(1).await;
        let first = a.raise(&order, json!({})).await;
        let again = a.raise(&order, json!({})).await;
        assert!(again.replayed);
        assert_eq!(first.id, again.id);
        let keyed = a.reader.clone().with_key("alarm-1");
        let input = with(a.infarction(&order), json!({ "finding": "室速" }));
        let first = a.tell(&keyed, "raiseCriticalValue", input.clone()).await;
        a.acknowledge(&a.village, &first, json!({})).await;
        let again = a.tell(&keyed, "raiseCriticalValue", input.clone()).await;
        assert!(again.replayed && again.id == first.id);
        // Once somebody has it, the same words are another alarm.
        let other = a.tell(&a.reader, "raiseCriticalValue", input).await;
        assert!(!other.replayed && other.id != first.id);
    });
}

#[test]
fn an_order_has_twenty_and_no_more_however_many_raise_them_at_once() {
    both(async |w| {
        let a = Alarm::of(&w).await;
        let order = a.examined(1).await;
        for n in 0..18 {
            a.raise(&order, json!({ "finding": format!("第{n}次") }))
                .await;
        }
        let more = (18..24).map(async |n| {
            let said = json!({ "finding": format!("第{n}次") });
            let input: Value = with(a.infarction(&order), said);
            let answer = a.ask(&a.reader, "raiseCriticalValue", input).await;
            answer.errors().is_empty()
        });
        let done = join_all(more).await;
        assert_eq!(done.iter().filter(|done| **done).count(), 2);
        let rows = critical_value::Entity::find()
            .count(w.app.db.reader())
            .await;
        assert_eq!(rows.expect("rows can be counted"), 20);
        let said = json!({ "finding": "又一次" });
        let fault = [(said, "input.order", "TOO_LARGE")];
        a.refuses_each(
            &a.reader,
            "raiseCriticalValue",
            &a.infarction(&order),
            &fault,
        )
        .await;
        let document = "query Look($by: OrderKey!) { order(by: $by) { criticalValues { id } } }";
        let by = json!({ "by": { "id": order.id } });
        let seen = a.village.call(document, by).await.ok();
        let listed = seen.data("order.criticalValues").as_array();
        assert_eq!(listed.map(Vec::len), Some(20));
    });
}
