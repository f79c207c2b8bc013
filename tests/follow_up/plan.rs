//! Plan follow-ups.

use entity::enums::Role;
use serde_json::{Value, json};

use super::care::{Care, planned, station};
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

/// The days of its plan, counted from today in the test's world.
fn days(plan: &Value) -> Vec<i64> {
    let start = crate::harness::world::monday_morning();
    let rows = plan["plan"].as_array().expect("a plan");
    rows.iter()
        .map(|row| {
            let due: chrono::DateTime<chrono::Utc> = row["dueAt"]
                .as_str()
                .and_then(|due| due.parse().ok())
                .expect("a time");
            // Days end at 24:00 in Shanghai, fifteen hours after nine in the morning.
            (due - start - chrono::Duration::hours(15)).num_days()
        })
        .collect()
}

#[test]
fn each_template_has_its_days_and_others_may_be_named() {
    both(async |w| {
        let care = Care::of(&w).await;
        let down = care.home().await;
        for (template, expected) in [
            ("GENERAL", vec![7]),
            ("STROKE", vec![7, 30, 90, 180, 365]),
            ("HYPERTENSION", vec![14, 90, 180, 270, 365]),
            ("DIABETES", vec![14, 90, 180, 270, 365]),
        ] {
            let before = census(&w).await;
            let said = json!({ "template": template });
            let planned = care.plan(&care.cast.hill, &down, said).await;
            assert_eq!(days(&planned.all), expected, "{template}");
            assert_eq!((planned.status.as_str(), planned.version), ("PLANNED", 1));
            let rows = i64::try_from(expected.len()).expect("few");
            let after = census(&w).await;
            for table in ["follow_up", "event", "audit"] {
                assert_eq!(after.since(&before, table), rows, "{table}");
            }
        }
        let other = care.home().await;
        let said = json!({ "template": "STROKE", "days": [3, 10], "institution": station(&w) });
        let planned = care.plan(&care.cast.county, &other, said).await;
        assert_eq!(days(&planned.all), [3, 10]);
        assert_eq!(planned.all["institution"]["id"], station(&w));
    });
}

#[test]
fn a_loop_closes_with_a_plan() {
    both(async |w| {
        let care = Care::of(&w).await;
        let reported = care.cast.bring("REPORTED_BACK").await;
        let said =
            json!({ "noFollowUp": null, "followUp": { "template": "STROKE", "days": [7, 30] } });
        let closed = care
            .cast
            .story
            .close(&care.cast.hill, &reported, said)
            .await;
        assert_eq!(closed.status, "CLOSED");
        let document = "query($id: ID!) { referral(by: { id: $id }) { followUps { totalCount edges { node { template institution { id } } } } } }";
        let read = care
            .cast
            .hill
            .call(document, json!({ "id": closed.id }))
            .await
            .ok();
        assert_eq!(read.number_at("referral.followUps.totalCount"), 2);
        assert_eq!(
            *read.data("referral.followUps.edges.0.node.institution.id"),
            letter::institution(w.district().hill.id)
        );

        let reported = care.cast.bring("REPORTED_BACK").await;
        let good = json!({ "noFollowUp": null, "followUp": { "template": "STROKE" } });
        let faults = [
            (
                json!({ "noFollowUp": "CURED" }),
                "input.noFollowUp",
                "INCONSISTENT",
            ),
            (
                json!({ "followUp": { "days": [] } }),
                "input.followUp.days",
                "REQUIRED",
            ),
            (
                json!({ "followUp": { "institution": "inst_00000000000000000000000000" } }),
                "input.followUp.institution",
                "UNKNOWN_ID",
            ),
        ];
        let by = &care.cast.hill;
        care.cast
            .refuses_each(by, "closeReferral", &reported, good, &faults)
            .await;
        let missed = care.cast.bring("NO_SHOW").await;
        let good = json!({ "contact": "WILL_COME", "followUp": { "template": "GENERAL" } });
        let faults = [(json!({}), "input.followUp", "NOT_ALLOWED")];
        care.cast
            .refuses_each(by, "closeReferral", &missed, good, &faults)
            .await;
    });
}

#[test]
fn only_who_has_arrived_is_followed_up() {
    both(async |w| {
        let care = Care::of(&w).await;
        for status in ["DRAFT", "SUBMITTED", "ACCEPTED", "NO_SHOW", "REJECTED"] {
            let told = care.cast.bring(status).await;
            let answer = care
                .ask(&care.cast.hill, "planFollowUp", planned(&told))
                .await;
            assert_eq!(
                answer.code("planFollowUp"),
                "INVALID_TRANSITION",
                "{status}"
            );
        }
        for status in ["ARRIVED", "IN_TREATMENT", "REPORTED_BACK", "CLOSED"] {
            let told = care.cast.bring(status).await;
            care.plan(&care.cast.hill, &told, json!({})).await;
        }
        let closed = care.cast.bring("CLOSED").await;
        w.wait(chrono::Duration::days(91));
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let answer = care.ask(&hill, "planFollowUp", planned(&closed)).await;
        assert_eq!(answer.code("planFollowUp"), "INVALID_TRANSITION");
    });
}

#[test]
fn only_the_sides_of_the_referral_plan() {
    both(async |w| {
        let care = Care::of(&w).await;
        let down = care.home().await;
        let others = [
            ("a stranger", &care.cast.stranger, "NOT_FOUND"),
            ("the community's manager", &care.cast.manager, "FORBIDDEN"),
            ("a technician", &care.cast.technician, "NOT_FOUND"),
            ("the station", &care.village, "NOT_FOUND"),
        ];
        care.refuses_others("planFollowUp", &planned(&down), &others)
            .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let care = Care::of(&w).await;
        let d = w.district();
        let down = care.home().await;
        for (fault, path, code) in [
            (json!({ "days": [] }), "input.days", "REQUIRED"),
            (json!({ "days": [0] }), "input.days[0]", "TOO_SMALL"),
            (json!({ "days": [7, 7] }), "input.days[1]", "ORDER"),
            (json!({ "days": [731] }), "input.days[0]", "TOO_LARGE"),
            (
                json!({ "days": (1..14).collect::<Vec<_>>() }),
                "input.days",
                "TOO_LARGE",
            ),
            (json!({ "from": "2026-02-30" }), "input.from", "FORMAT"),
            (
                json!({ "from": letter::day(&w, -2) }),
                "input.from",
                "ORDER",
            ),
            (
                json!({ "from": letter::day(&w, 91) }),
                "input.from",
                "ORDER",
            ),
            (
                json!({ "institution": "hill" }),
                "input.institution",
                "FORMAT",
            ),
            (
                json!({ "institution": letter::institution(d.nursing_home.id) }),
                "input.institution",
                "NOT_ALLOWED",
            ),
            (
                json!({ "referral": { "id": "x" } }),
                "input.referral.id",
                "FORMAT",
            ),
            (
                json!({ "occurredAt": letter::moment(&w, chrono::Duration::hours(1)) }),
                "input.occurredAt",
                "ORDER",
            ),
        ] {
            let input = with(planned(&down), fault);
            care.refuses(&care.cast.hill, "planFollowUp", input, path, code)
                .await;
        }
    });
}

#[test]
fn a_plan_is_made_once() {
    both(async |w| {
        let care = Care::of(&w).await;
        let down = care.home().await;
        let first = care.plan(&care.cast.hill, &down, json!({})).await;
        let again = care.plan(&care.cast.hill, &down, json!({})).await;
        assert!(!first.replayed && again.replayed);
        assert_eq!(first.id, again.id);
        let input = with(planned(&down), json!({ "days": [5] }));
        let refused = care.ask(&care.cast.hill, "planFollowUp", input).await;
        assert_eq!(refused.code("planFollowUp"), "DUPLICATE");
        assert_eq!(
            refused.error("planFollowUp")["extensions"]["existing"],
            first.id.as_str()
        );
        let keyed = care.cast.county.clone().with_key("plan-1");
        let other = care.home().await;
        let first = care.plan(&keyed, &other, json!({})).await;
        let again = care.plan(&keyed, &other, json!({})).await;
        assert!(!first.replayed && again.replayed);
        assert_eq!(first.id, again.id);
    });
}
