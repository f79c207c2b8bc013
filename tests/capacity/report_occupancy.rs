//! Report how many beds are occupied.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::{Ward, ask, refuses_each, refuses_others, tell};
use crate::{
    harness::both,
    referral::{
        cast::Cast,
        census::census,
        letter::{self, with},
    },
};

#[test]
fn the_hospital_system_the_office_and_the_administrator_report() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let county = &w.district().county;
        let pool = ward.pool(12).await;
        let system = w.client(Role::Integration, county).await;
        let office = w.client(Role::Coordinator, county).await;
        for (client, occupied, free) in [(&system, 5, 7), (&office, 14, 0), (&ward.admin, 0, 12)] {
            w.wait(Duration::minutes(1));
            let input = json!({ "bedPool": pool, "occupied": occupied });
            let answer = tell(client, "reportOccupancy", input).await;
            let seen = answer.data("reportOccupancy.bedPool");
            assert_eq!(
                [&seen["occupied"], &seen["free"], &seen["occupiedAsOf"]],
                [&json!(occupied), &json!(free), &json!(w.now().to_rfc3339())]
            );
        }
    });
}

#[test]
fn added_beds_do_not_make_room_and_those_of_a_department_report_theirs() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let d = w.district();
        let pool = ward.pool(12).await;
        let own = w.client(Role::Coordinator, &d.neurology).await;
        let input = json!({ "bedPool": pool, "occupied": 13 });
        let answer = tell(&own, "reportOccupancy", input.clone()).await;
        assert_eq!(answer.number_at("reportOccupancy.bedPool.free"), 0);
        let other = w.client(Role::Coordinator, &d.internal).await;
        let answer = ask(&other, "reportOccupancy", input).await;
        assert_eq!(answer.code("reportOccupancy"), "FORBIDDEN");
    });
}

#[test]
fn patients_who_came_after_the_report_are_counted_on_top() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(12).await;
        let posted = cast.bring("SUBMITTED").await;
        let held = json!({ "bedPool": pool });
        let accepted = cast.story.accept(&cast.office, &posted, held).await;
        let counted = letter::moment(&w, Duration::zero());
        w.wait(Duration::minutes(10));
        cast.story.arrive(&cast.county, &accepted, json!({})).await;
        assert_eq!(ward.counts(&pool).await, (0, 1));
        w.wait(Duration::minutes(5));
        let late = json!({ "bedPool": pool, "occupied": 7, "asOf": counted });
        tell(&cast.office, "reportOccupancy", late).await;
        assert_eq!(ward.counts(&pool).await, (0, 8));
        let fresh = json!({ "bedPool": pool, "occupied": 8 });
        tell(&cast.office, "reportOccupancy", fresh).await;
        assert_eq!(ward.counts(&pool).await, (0, 8));
    });
}

#[test]
fn a_health_centre_reports_for_its_stations_and_nobody_else_does() {
    both(async |w| {
        let d = w.district();
        let admin = w.client(Role::InstitutionAdmin, &d.hill).await;
        let beds = json!({ "institution": letter::institution(d.hill_station.id), "kind": "HOME_BED", "total": 3 });
        let made = tell(&admin, "createBedPool", beds).await;
        let pool = made.text_at("createBedPool.bedPool.id");
        let input = json!({ "bedPool": pool, "occupied": 1 });
        let system = w.client(Role::Integration, &d.hill).await;
        for client in [&admin, &system] {
            w.wait(Duration::minutes(1));
            tell(client, "reportOccupancy", input.clone()).await;
        }
        let office = w.client(Role::Coordinator, &d.hill).await;
        let clinician = w.client(Role::Clinician, &d.hill_station).await;
        let stranger = w.client(Role::Coordinator, &d.county).await;
        let manager = w.client(Role::CommunityManager, &d.general).await;
        let others = [
            ("the office of the health centre", &office),
            ("a clinician there", &clinician),
            ("the office of another", &stranger),
            ("the community manager", &manager),
        ];
        refuses_others(&w, &others, "reportOccupancy", &input).await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let good = json!({ "bedPool": ward.pool(12).await, "occupied": 5 });
        tell(&ward.admin, "reportOccupancy", good.clone()).await;
        let faults = [
            (json!({ "bedPool": "?" }), "input.bedPool", "FORMAT"),
            (json!({ "occupied": -1 }), "input.occupied", "TOO_SMALL"),
            (json!({ "occupied": 10_001 }), "input.occupied", "TOO_LARGE"),
            (json!({ "asOf": "today" }), "input.asOf", "FORMAT"),
            (
                json!({ "asOf": letter::moment(&w, Duration::minutes(6)) }),
                "input.asOf",
                "ORDER",
            ),
            (
                json!({ "asOf": letter::moment(&w, Duration::seconds(-1)) }),
                "input.asOf",
                "ORDER",
            ),
            (
                json!({ "asOf": letter::moment(&w, Duration::days(-31)) }),
                "input.asOf",
                "ORDER",
            ),
        ];
        refuses_each(&w, &ward.admin, "reportOccupancy", &good, &faults).await;
    });
}

#[test]
fn the_same_report_again_changes_nothing() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let system = w.client(Role::Integration, &w.district().county).await;
        let as_of = letter::moment(&w, Duration::minutes(-3));
        let report = json!({ "bedPool": ward.pool(12).await, "occupied": 5, "asOf": as_of });
        tell(&system, "reportOccupancy", report.clone()).await;
        let before = census(&w).await;
        let again = tell(&system, "reportOccupancy", report.clone()).await;
        assert_eq!(*again.data("reportOccupancy.replayed"), json!(true));
        assert_eq!(census(&w).await.since(&before, "event"), 0);
        let corrected = with(report, json!({ "occupied": 6 }));
        let answer = tell(&system, "reportOccupancy", corrected).await;
        assert_eq!(*answer.data("reportOccupancy.replayed"), json!(false));
        assert_eq!(answer.number_at("reportOccupancy.bedPool.version"), 3);
    });
}
