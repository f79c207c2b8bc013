//! What is told of a time in which nothing happened, and of cases whose windows have not ended.

use entity::enums::{
    LegAnswer::Accepted,
    ReferralDirection::{Down, Up},
    Role, Sex,
};
use serde_json::json;

use super::{
    golden::{QUARTER, write},
    history::{History, at},
    settle, span, told,
};
use crate::harness::both;

#[test]
fn nothing_divided_by_nothing_is_null() {
    both(async |w| {
        w.app.clock.set(at("2026-06-01 09:00"));
        Box::pin(write(&w)).await;
        let manager = w
            .client(Role::CommunityManager, &w.district().general)
            .await;
        // Two years before anything happened.
        let told = told(&manager, span("2023-01-01", "2023-12-31")).await;
        for (code, _, _, denominator) in QUARTER {
            let value = &told[*code]["value"];
            // There are health centres, stations, and whom a centre serves, whatever happens there.
            let now = [
                "CENTRE_COVERAGE",
                "STATIONS_WITH_ECG",
                "CENTRE_ACTIVE_SHARE",
                "SUPERVISION_NORM",
                "DISPATCH_COVERAGE",
                "DISPATCH_BELOW_NORM",
            ]
            .contains(code);
            match denominator {
                _ if now => assert!(value.is_number(), "{code}"),
                None => assert_eq!(value, &json!(0.0), "{code}"),
                Some(_) => assert!(value.is_null(), "{code}: {value}"),
            }
        }
    });
}

#[test]
fn a_share_counts_only_cases_whose_window_has_ended() {
    both(async |w| {
        let d = w.district();
        let history = History::begin(&w).await;
        let patient = history.patient(Sex::Male, None).await;
        let up = history
            .letter(Up, (&d.hill, &d.county), patient, "2026-01-30 09:00")
            .answered(Accepted, "2026-01-30 10:00")
            .arrived("2026-01-31 09:00")
            .reported("2026-01-31 12:00")
            .closed("2026-01-31 18:00", None);
        let down = history
            .letter(Down, (&d.county, &d.hill), patient, "2026-01-30 09:00")
            .answered(Accepted, "2026-01-30 10:00")
            .arrived("2026-01-31 09:00");
        history.tell(&up).await;
        history.tell(&down).await;
        for settled in [false, true] {
            for (now, answered, followed, looped) in [
                ("2026-01-31 08:59", 0.0, 0.0, 0.0),
                ("2026-01-31 09:00", 2.0, 0.0, 0.0),
                ("2026-02-07 23:59", 2.0, 0.0, 0.0),
                ("2026-02-08 00:00", 2.0, 1.0, 0.0),
                // A month after its arrival what went down counts; three hours later what was reported.
                ("2026-03-02 09:00", 2.0, 1.0, 1.0),
                ("2026-03-02 12:00", 2.0, 1.0, 2.0),
            ] {
                w.app.clock.set(at(now));
                if settled {
                    settle(&w).await;
                }
                let told = told(&history.manager().await, span("2026-01-01", "2026-01-31")).await;
                let of = |code: &str| told[code]["denominator"].as_f64();
                assert_eq!(of("ANSWERED_ON_TIME"), Some(answered), "{now}");
                assert_eq!(of("FOLLOW_UP_ON_TIME"), Some(followed), "{now}");
                assert_eq!(of("CLOSED_LOOP_RATE"), Some(looped), "{now}");
            }
        }
    });
}
