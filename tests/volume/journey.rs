//! Volumes are corrected after they were first used; both values stay readable.

use api::{record::relay::relay_once, volume::service::period};
use chrono::{Duration, NaiveDate};
use entity::enums::Role;
use serde_json::json;

use super::{CORRECT, REPORT, admin, february};
use crate::{harness::both, referral::letter::with};

#[test]
fn volumes_corrected_after_they_were_first_used() {
    both(async |w| {
        let (hill, d) = (admin(&w).await, w.district());
        let day = |year, month| NaiveDate::from_ymd_opt(year, month, 1).expect("a month");
        let quarter = (day(2026, 1), day(2026, 4));
        let ids = [d.hill.id, d.river.id];
        let used = async || {
            let found = period(&w.app, &ids, quarter.0, quarter.1).await;
            let found = found.expect("volumes can be read");
            assert!(
                !found.contains_key(&d.river.id),
                "river has reported nothing"
            );
            found[&d.hill.id].visits
        };
        let january =
            json!({ "month": "2026-01", "counts": { "visits": 4_000, "residents": 21_000 } });
        REPORT.tell(&hill, with(february(&w), january)).await;
        let made = REPORT.tell(&hill, february(&w)).await;
        assert_eq!(used().await, Some(8_210));

        // The bureau has the sheet; a week later the night shifts turn up.
        w.wait(Duration::days(7));
        let input = json!({ "id": made["report"]["id"], "version": 1, "reason": "漏报夜班", "counts": { "visits": 4_300 } });
        CORRECT.tell(&hill, input).await;
        assert_eq!(used().await, Some(8_300));

        // Who asks why the figure is another reads both, who wrote them, when and why.
        let manager = w.client(Role::CommunityManager, &d.general).await;
        let document = "{ volumeReports(filter: { from: \"2026-02\" }) { edges { node { counts { visits } revisions { version counts { visits } reason editor writtenAt } } } } }";
        let answer = manager.ask(document).await.ok();
        let node = &answer.data("volumeReports.edges")[0]["node"];
        assert_eq!(node["counts"]["visits"], 4_300);
        assert_eq!(
            node["revisions"],
            json!([
                { "version": 1, "counts": { "visits": 4_210 }, "reason": null, "editor": "INSTITUTION_ADMIN", "writtenAt": "2026-03-02T01:00:00+00:00" },
                { "version": 2, "counts": { "visits": 4_300 }, "reason": "漏报夜班", "editor": "INSTITUTION_ADMIN", "writtenAt": "2026-03-09T01:00:00+00:00" },
            ])
        );
        // And whoever follows what changes is told.
        while relay_once(&w.app).await.expect("the relay works") > 0 {}
        let document = "{ changes(kinds: [VOLUME_REPORT]) { edges { node { action version subject { id } } } } }";
        let answer = manager.ask(document).await.ok();
        let edges = answer
            .data("changes.edges")
            .as_array()
            .expect("edges")
            .clone();
        let last = &edges.last().expect("a change")["node"];
        assert_eq!(
            (&last["action"], &last["version"]),
            (&json!("CORRECT_VOLUMES"), &json!(2))
        );
        assert_eq!(last["subject"]["id"], made["report"]["id"]);
    });
}
