//! End a plan before its last day.

use entity::enums::FollowUpEnd;
use serde_json::json;

use super::care::{Care, on};
use crate::{harness::both, referral::letter::with};

#[test]
fn the_plan_ends_for_a_reason_and_what_was_done_stays() {
    both(async |w| {
        let care = Care::of(&w).await;
        for reason in FollowUpEnd::ALL {
            let down = care.home().await;
            let said = json!({ "template": "DIABETES", "days": [7, 30, 90] });
            let first = care.plan(&care.cast.hill, &down, said).await;
            care.record(&care.cast.hill, &first, json!({})).await;
            let second = super::care::read(&first.all["plan"][1], false);
            let input = with(
                on(&second),
                json!({ "reason": reason.code(), "note": "电话多次未接" }),
            );
            let ended = care.tell(&care.cast.hill, "endFollowUp", input).await;
            assert_eq!(ended.status, "ENDED");
            assert_eq!(
                ended.all["ending"],
                json!({ "reason": reason.code(), "note": "电话多次未接" })
            );
            let rows = ended.all["plan"].as_array().expect("a plan");
            let statuses: Vec<_> = rows.iter().map(|row| row["status"].as_str()).collect();
            assert_eq!(statuses, [Some("DONE"), Some("ENDED"), Some("ENDED")]);
        }
    });
}

#[test]
fn whoever_planned_it_may_end_it_and_nobody_beside() {
    both(async |w| {
        let care = Care::of(&w).await;
        let down = care.home().await;
        let planned = care.plan(&care.cast.county, &down, json!({})).await;
        let input = with(on(&planned), json!({ "reason": "DIED" }));
        let others = [
            ("a stranger", &care.cast.stranger, "NOT_FOUND"),
            ("a technician", &care.cast.hill_technician, "NOT_FOUND"),
            ("the station", &care.village, "NOT_FOUND"),
        ];
        care.refuses_others("endFollowUp", &input, &others).await;
        let ended = care
            .tell(&care.cast.county, "endFollowUp", input.clone())
            .await;
        let again = care.tell(&care.cast.county, "endFollowUp", input).await;
        assert!(!ended.replayed && again.replayed);
        // Then another may be planned.
        care.plan(&care.cast.county, &down, json!({ "days": [3] }))
            .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let care = Care::of(&w).await;
        let down = care.home().await;
        let planned = care.plan(&care.cast.hill, &down, json!({})).await;
        let good = with(on(&planned), json!({ "reason": "LOST" }));
        for (fault, path, code) in [
            (json!({ "note": "" }), "input.note", "REQUIRED"),
            (
                json!({ "note": "长".repeat(1_001) }),
                "input.note",
                "TOO_LONG",
            ),
            (json!({ "version": null }), "input.version", "REQUIRED"),
            (
                json!({ "occurredAt": "soon" }),
                "input.occurredAt",
                "FORMAT",
            ),
        ] {
            let input = with(good.clone(), fault);
            care.refuses(&care.cast.hill, "endFollowUp", input, path, code)
                .await;
        }
    });
}
