//! Report a month.

use entity::enums::Role;
use futures::future::join_all;
use serde_json::{Value, json};

use super::{REPORT, admin, february};
use crate::{
    harness::both,
    referral::{
        census::census,
        letter::{self, with},
    },
};

#[test]
fn an_institution_reports_its_month() {
    both(async |w| {
        let d = w.district();
        let before = census(&w).await;
        let made = REPORT.tell(&admin(&w).await, february(&w)).await;
        let seen = &made["report"];
        assert_eq!(
            (&seen["month"], &seen["version"]),
            (&json!("2026-02"), &json!(1))
        );
        let counts = &seen["counts"];
        assert_eq!(
            (&counts["visits"], &counts["outsideReferred"]),
            (&json!(4_210), &json!(204))
        );
        // What is not counted is not 0.
        assert_eq!(counts["firstContactsOutside"], Value::Null);
        let groups = json!([{ "tag": "AGED_65", "residents": 4_020 }, { "tag": "HYPERTENSION", "residents": 3_100 }]);
        assert_eq!(counts["residentsByTag"], groups);
        for table in ["volume_report", "volume_revision", "event", "audit"] {
            assert_eq!(census(&w).await.since(&before, table), 1, "{table}");
        }
        // The hospital system sends it again after the line broke.
        let his = w.client(Role::Integration, &d.hill).await;
        let again = REPORT.tell(&his, february(&w)).await;
        assert_eq!(again["replayed"], true);
        assert_eq!(again["report"]["id"], seen["id"]);
        // A health centre reports for its station, and its own where it names nobody.
        let station = json!({ "institution": letter::institution(d.hill_station.id), "month": "2026-02", "counts": { "visits": 130 } });
        REPORT.tell(&his, station).await;
        let own = json!({ "month": "2026-03", "counts": { "visits": 0 } });
        let made = REPORT.tell(&his, own).await;
        assert_eq!(
            made["report"]["institution"]["id"],
            letter::institution(d.hill.id)
        );
        assert_eq!(made["report"]["counts"]["visits"], 0);
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let d = w.district();
        let others = [
            w.client(Role::InstitutionAdmin, &d.county).await,
            w.client(Role::InstitutionAdmin, &d.hill_station).await,
            w.client(Role::Integration, &d.lake).await,
            w.client(Role::Coordinator, &d.hill).await,
            w.client(Role::CommunityManager, &d.general).await,
        ];
        REPORT
            .refuses_others(&w, &others, &february(&w), "FORBIDDEN")
            .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let hill = admin(&w).await;
        let counts = |counts: Value| json!({ "counts": counts });
        // Null takes a field out of the input.
        let nothing = json!({
            "visits": null, "discharges": null, "tcmVisits": null, "residents": null,
            "residentsByTag": null, "outsideVisits": null, "outsideReferred": null,
        });
        let faults = [
            (json!({ "institution": "?" }), "input.institution", "FORMAT"),
            (json!({ "month": "2026-04" }), "input.month", "ORDER"),
            (json!({ "month": "1999-12" }), "input.month", "ORDER"),
            (json!({ "month": "2026-13" }), "input.month", "FORMAT"),
            (json!({ "month": "2026-2" }), "input.month", "FORMAT"),
            (counts(nothing), "input.counts", "REQUIRED"),
            (
                counts(json!({ "visits": -1 })),
                "input.counts.visits",
                "TOO_SMALL",
            ),
            (
                counts(json!({ "discharges": 100_000_001 })),
                "input.counts.discharges",
                "TOO_LARGE",
            ),
            (
                counts(json!({ "visits": 10, "tcmVisits": 11 })),
                "input.counts.tcmVisits",
                "INCONSISTENT",
            ),
            (
                counts(json!({ "visits": 10, "firstContactsOutside": 11 })),
                "input.counts.firstContactsOutside",
                "INCONSISTENT",
            ),
            (
                counts(json!({ "outsideVisits": 10, "outsideReferred": 11 })),
                "input.counts.outsideReferred",
                "INCONSISTENT",
            ),
            (
                counts(json!({ "outsideVisits": null })),
                "input.counts.outsideVisits",
                "REQUIRED",
            ),
            (
                counts(
                    json!({ "residents": 10, "residentsByTag": [{ "tag": "STROKE", "residents": 11 }] }),
                ),
                "input.counts.residentsByTag[0].residents",
                "INCONSISTENT",
            ),
            (
                counts(
                    json!({ "residents": 10, "residentsByTag": [{ "tag": "STROKE", "residents": 1 }, { "tag": "STROKE", "residents": 2 }] }),
                ),
                "input.counts.residentsByTag[1].tag",
                "TAKEN",
            ),
        ];
        REPORT.refuses_each(&w, &hill, &february(&w), &faults).await;
        let nowhere = json!({ "institution": letter::institution(w.app.new_id()) });
        REPORT
            .refuses(&w, &hill, with(february(&w), nowhere), "NOT_FOUND")
            .await;
        // Another figure for a month that is reported is a correction, and not another report.
        let made = REPORT.tell(&hill, february(&w)).await;
        let input = with(february(&w), counts(json!({ "visits": 4_211 })));
        let answer = REPORT.refuses(&w, &hill, input, "DUPLICATE").await;
        let existing = &answer.error(REPORT.name)["extensions"]["existing"];
        assert_eq!(*existing, made["report"]["id"]);
    });
}

#[test]
fn of_many_at_once_one_is_written() {
    both(async |w| {
        let hill = admin(&w).await;
        let before = census(&w).await;
        let answers = join_all((0..4).map(|_| REPORT.ask(&hill, february(&w)))).await;
        let replayed = answers
            .into_iter()
            .map(|answer| *answer.ok().data("reportVolumes.replayed") == json!(true));
        assert_eq!(replayed.filter(|replayed| *replayed).count(), 3);
        assert_eq!(census(&w).await.since(&before, "volume_report"), 1);
    });
}
