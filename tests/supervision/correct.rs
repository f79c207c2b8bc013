//! Correct what is on record of a supervision visit: the old values stay readable.

use api::id::{self, Kind};
use entity::enums::Role;
use serde_json::{Value, json};

use super::{CORRECT, RECORD, officer, visit};
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

#[test]
fn a_correction_keeps_the_old_value_its_editor_and_time() {
    both(async |w| {
        let officer = officer(&w).await;
        let made = RECORD.tell(&officer, visit(&w)).await;
        w.wait(chrono::Duration::hours(5));
        let input = json!({
            "id": made["visit"]["id"], "version": 1, "visitedOn": "2026-02-26", "findings": null, "reason": "日期录错",
        });
        let corrected = CORRECT.tell(&officer, input.clone()).await;
        let seen = &corrected["visit"];
        assert_eq!(
            (&seen["version"], &seen["visitedOn"]),
            (&json!(2), &json!("2026-02-26"))
        );
        assert_eq!(seen["findings"], Value::Null);
        let (old, new) = (&seen["revisions"][0], &seen["revisions"][1]);
        assert_eq!(
            (&old["visitedOn"], &new["visitedOn"]),
            (&json!("2026-02-27"), &json!("2026-02-26"))
        );
        assert_eq!(
            (&old["findings"], &new["findings"]),
            (&json!("溶栓时间窗登记不全"), &Value::Null)
        );
        assert_eq!(
            (&old["reason"], &new["reason"]),
            (&Value::Null, &json!("日期录错"))
        );
        assert_eq!(new["editor"], "DISPATCH_OFFICER");
        assert_eq!(old["writtenAt"], "2026-03-02T01:00:00+00:00");
        assert_eq!(new["writtenAt"], "2026-03-02T06:00:00+00:00");
        // The same again.
        let before = census(&w).await;
        assert_eq!(CORRECT.tell(&officer, input).await["replayed"], true);
        assert_eq!(census(&w).await.since(&before, "supervision_revision"), 0);
        // A system may leave the version out.
        let his = w.client(Role::Integration, &w.district().county).await;
        let input = json!({ "id": seen["id"], "struck": true, "reason": "并未成行" });
        let corrected = CORRECT.tell(&his, input).await;
        assert_eq!(corrected["visit"]["struck"], true);
        // What was struck out stands in nobody's way.
        let moved = with(visit(&w), json!({ "visitedOn": "2026-02-26" }));
        assert_eq!(RECORD.tell(&officer, moved).await["replayed"], false);
    });
}

#[test]
fn only_the_visiting_hospital_does_and_only_who_reads_it_learns_of_it() {
    both(async |w| {
        let d = w.district();
        let made = RECORD.tell(&officer(&w).await, visit(&w)).await;
        let input =
            json!({ "id": made["visit"]["id"], "version": 1, "struck": true, "reason": "无" });
        let near = [
            w.client(Role::InstitutionAdmin, &d.hill).await,
            w.client(Role::Clinician, &d.county).await,
            w.client(Role::CommunityManager, &d.general).await,
        ];
        CORRECT.refuses_others(&w, &near, &input, "FORBIDDEN").await;
        let far = [
            w.client(Role::DispatchOfficer, &d.herbs).await,
            w.client(Role::CommunityManager, &d.traditional).await,
            w.client(Role::Technician, &d.county).await,
        ];
        CORRECT.refuses_others(&w, &far, &input, "NOT_FOUND").await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (officer, d) = (officer(&w).await, w.district());
        let made = RECORD.tell(&officer, visit(&w)).await;
        let other = with(visit(&w), json!({ "topic": "院感" }));
        RECORD.tell(&officer, other).await;
        let good =
            json!({ "id": made["visit"]["id"], "version": 1, "advice": "无", "reason": "补充" });
        let faults = [
            (
                json!({ "id": letter::institution(d.hill.id) }),
                "input.id",
                "WRONG_TYPE",
            ),
            (json!({ "version": null }), "input.version", "REQUIRED"),
            (
                json!({ "visitedOn": "2026-03-03" }),
                "input.visitedOn",
                "ORDER",
            ),
            (json!({ "visitors": [] }), "input.visitors", "REQUIRED"),
            (json!({ "reason": " " }), "input.reason", "REQUIRED"),
        ];
        CORRECT.refuses_each(&w, &officer, &good, &faults).await;
        let stale = with(good.clone(), json!({ "version": 2 }));
        CORRECT.refuses(&w, &officer, stale, "CONFLICT").await;
        let same = with(good.clone(), json!({ "topic": "院感" }));
        CORRECT.refuses(&w, &officer, same, "DUPLICATE").await;
        let nothing = json!({ "id": id::encode(Kind::SupervisionVisit, w.app.new_id()) });
        CORRECT
            .refuses(&w, &officer, with(good, nothing), "NOT_FOUND")
            .await;
    });
}
