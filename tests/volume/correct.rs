//! Correct what was reported of a month.

use api::id::{self, Kind};
use entity::enums::Role;
use serde_json::{Value, json};

use super::{CORRECT, REPORT, admin, february};
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

#[test]
fn a_figure_is_changed_taken_away_and_left_alone() {
    both(async |w| {
        let hill = admin(&w).await;
        let made = REPORT.tell(&hill, february(&w)).await;
        let input = json!({
            "id": made["report"]["id"], "version": 1, "reason": "漏报夜班",
            "counts": { "visits": 4_300, "discharges": null, "residentsByTag": [] },
        });
        let corrected = CORRECT.tell(&hill, input.clone()).await;
        let counts = &corrected["report"]["counts"];
        assert_eq!(
            (&counts["visits"], &counts["discharges"]),
            (&json!(4_300), &Value::Null)
        );
        assert_eq!(
            (&counts["tcmVisits"], &counts["residentsByTag"]),
            (&json!(1_050), &json!([]))
        );
        let before = census(&w).await;
        let again = CORRECT.tell(&hill, input).await;
        assert_eq!(
            (&again["replayed"], &again["report"]["version"]),
            (&json!(true), &json!(2))
        );
        assert_eq!(census(&w).await.since(&before, "volume_revision"), 0);
        // A system may leave the version out; its first post comes again and is what it first was.
        let his = w.client(Role::Integration, &w.district().hill).await;
        let input =
            json!({ "id": made["report"]["id"], "reason": "再核", "counts": { "visits": 4_301 } });
        assert_eq!(CORRECT.tell(&his, input).await["report"]["version"], 3);
        let again = REPORT.tell(&his, february(&w)).await;
        assert_eq!(
            (&again["replayed"], &again["report"]["counts"]["visits"]),
            (&json!(true), &json!(4_301))
        );
    });
}

#[test]
fn only_who_reports_it_does_and_only_who_reads_it_learns_of_it() {
    both(async |w| {
        let d = w.district();
        let made = REPORT.tell(&admin(&w).await, february(&w)).await;
        let input = json!({ "id": made["report"]["id"], "version": 1, "reason": "无", "counts": { "visits": 5_000 } });
        let near = [
            w.client(Role::InstitutionAdmin, &d.county).await,
            w.client(Role::CommunityManager, &d.general).await,
        ];
        CORRECT.refuses_others(&w, &near, &input, "FORBIDDEN").await;
        let far = [
            w.client(Role::InstitutionAdmin, &d.river).await,
            w.client(Role::InstitutionAdmin, &d.hill_station).await,
            w.client(Role::CommunityManager, &d.traditional).await,
            w.client(Role::Coordinator, &d.hill).await,
        ];
        CORRECT.refuses_others(&w, &far, &input, "NOT_FOUND").await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let hill = admin(&w).await;
        let made = REPORT.tell(&hill, february(&w)).await;
        let good = json!({ "id": made["report"]["id"], "version": 1, "reason": "漏报", "counts": { "visits": 4_300 } });
        let counts = |counts: Value| json!({ "counts": counts });
        let faults = [
            (
                json!({ "id": letter::institution(w.district().hill.id) }),
                "input.id",
                "WRONG_TYPE",
            ),
            (json!({ "version": null }), "input.version", "REQUIRED"),
            (json!({ "reason": " " }), "input.reason", "REQUIRED"),
            (
                counts(json!({ "visits": -1 })),
                "input.counts.visits",
                "TOO_SMALL",
            ),
            // Fewer than the visits to traditional medicine among them.
            (
                counts(json!({ "visits": 1_000 })),
                "input.counts.tcmVisits",
                "INCONSISTENT",
            ),
            (
                counts(json!({ "visits": 4_210 })),
                "input.counts",
                "INCONSISTENT",
            ),
        ];
        CORRECT.refuses_each(&w, &hill, &good, &faults).await;
        CORRECT
            .refuses(
                &w,
                &hill,
                with(good.clone(), json!({ "version": 2 })),
                "CONFLICT",
            )
            .await;
        // The whole of a part that is counted.
        let mut input = good.clone();
        input["counts"]["visits"] = Value::Null;
        let answer = CORRECT.refuses(&w, &hill, input, "INVALID_INPUT").await;
        assert_eq!(answer.problems(), [("input.counts.visits", "REQUIRED")]);
        let nothing = json!({ "id": id::encode(Kind::VolumeReport, w.app.new_id()) });
        CORRECT
            .refuses(&w, &hill, with(good, nothing), "NOT_FOUND")
            .await;
    });
}
