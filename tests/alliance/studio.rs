//! Register a studio, change it, end it.

use api::id::{self, Kind};
use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::{CREATE_STUDIO, END_STUDIO, UPDATE_STUDIO, id_of, studio};
use crate::{
    harness::{World, both, client::Client},
    referral::{
        census::census,
        letter::{self, with},
    },
};

async fn host(w: &World) -> Client {
    w.client(Role::InstitutionAdmin, &w.district().hill).await
}

/// Whoever keeps the registry neither of the host nor of the doctor's hospital.
async fn others(w: &World) -> Vec<Client> {
    let d = w.district();
    vec![
        w.client(Role::InstitutionAdmin, &d.herbs).await,
        w.client(Role::CommunityManager, &d.traditional).await,
        w.client(Role::DispatchOfficer, &d.county).await,
        w.client(Role::Clinician, &d.hill).await,
    ]
}

#[test]
fn host_and_home_register_change_and_end() {
    both(async |w| {
        let (host, d) = (host(&w).await, w.district());
        let before = census(&w).await;
        let made = CREATE_STUDIO.tell(&host, studio(&w)).await;
        let seen = &made["studio"];
        assert_eq!(seen["home"]["id"], letter::institution(d.county.id));
        assert_eq!(seen["host"]["id"], letter::institution(d.hill.id));
        assert_eq!(
            seen["practitioner"]["id"],
            letter::practitioner(d.neurologist.id)
        );
        let week = json!([{ "weekday": "MONDAY", "half": "AM" }, { "weekday": "THURSDAY", "half": "DAY" }]);
        assert_eq!(seen["sessions"], week);
        for table in ["studio", "event", "audit"] {
            assert_eq!(census(&w).await.since(&before, table), 1, "{table}");
        }
        let home = w.client(Role::InstitutionAdmin, &d.county).await;
        let sessions = json!([{ "weekday": "FRIDAY", "half": "PM" }]);
        let input =
            json!({ "id": seen["id"], "version": 1, "sessions": sessions, "endsOn": "2026-12-31" });
        let changed = UPDATE_STUDIO.tell(&home, input).await;
        assert_eq!(changed["studio"]["sessions"], sessions);
        assert_eq!(changed["studio"]["endsOn"], "2026-12-31");
        let input = json!({ "id": seen["id"], "version": 2, "on": "2026-03-31", "reason": "退休" });
        let ended = END_STUDIO.tell(&home, input).await;
        assert_eq!(ended["studio"]["endsOn"], "2026-03-31");
        w.wait(Duration::days(40));
        let change = json!({ "id": seen["id"], "version": 3, "name": "改名" });
        UPDATE_STUDIO
            .refuses(&w, &host, change, "INVALID_TRANSITION")
            .await;
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let others = others(&w).await;
        CREATE_STUDIO
            .refuses_others(&w, &others, &studio(&w), "FORBIDDEN")
            .await;
        let made = CREATE_STUDIO.tell(&host(&w).await, studio(&w)).await;
        let id = id_of(&made, "studio");
        let change = json!({ "id": id, "version": 1, "name": "改名" });
        UPDATE_STUDIO
            .refuses_others(&w, &others, &change, "FORBIDDEN")
            .await;
        let end = json!({ "id": id, "version": 1, "on": "2026-03-31", "reason": "无" });
        END_STUDIO
            .refuses_others(&w, &others, &end, "FORBIDDEN")
            .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (host, d) = (host(&w).await, w.district());
        let session = |weekday: &str, half: &str| json!({ "weekday": weekday, "half": half });
        let faults = [
            (json!({ "name": "" }), "input.name", "REQUIRED"),
            (json!({ "name": "一\n二" }), "input.name", "CHARACTERS"),
            (
                json!({ "practitioner": letter::practitioner(w.app.new_id()) }),
                "input.practitioner",
                "UNKNOWN_ID",
            ),
            // Not of a hospital.
            (
                json!({ "practitioner": letter::practitioner(d.river_doctor.id) }),
                "input.practitioner",
                "NOT_ALLOWED",
            ),
            (
                json!({ "practitioner": letter::practitioner(d.hill_doctor.id) }),
                "input.practitioner",
                "NOT_ALLOWED",
            ),
            (
                json!({ "sessions": [session("MONDAY", "AM"), session("MONDAY", "DAY")] }),
                "input.sessions",
                "TAKEN",
            ),
            (json!({ "endsOn": "2025-12-31" }), "input.endsOn", "ORDER"),
        ];
        CREATE_STUDIO
            .refuses_each(&w, &host, &studio(&w), &faults)
            .await;
        let made = CREATE_STUDIO.tell(&host, studio(&w)).await;
        let id = id_of(&made, "studio");
        let taken = [(json!({ "sessions": [] }), "input.name", "TAKEN")];
        CREATE_STUDIO
            .refuses_each(&w, &host, &studio(&w), &taken)
            .await;
        // On Monday mornings the doctor sits at hill; elsewhere in the afternoon.
        let river = w.client(Role::InstitutionAdmin, &d.river).await;
        let there = with(
            studio(&w),
            json!({ "host": letter::institution(d.river.id) }),
        );
        let clash = [(
            json!({ "sessions": [session("MONDAY", "DAY")] }),
            "input.sessions",
            "INCONSISTENT",
        )];
        CREATE_STUDIO.refuses_each(&w, &river, &there, &clash).await;
        let afternoon = json!({ "sessions": [session("MONDAY", "PM")] });
        CREATE_STUDIO.tell(&river, with(there, afternoon)).await;

        let good = json!({ "id": id, "version": 1, "name": "改名" });
        let faults = [
            (
                json!({ "sessions": [session("MONDAY", "DAY")] }),
                "input.sessions",
                "INCONSISTENT",
            ),
            (json!({ "name": " " }), "input.name", "REQUIRED"),
        ];
        UPDATE_STUDIO.refuses_each(&w, &host, &good, &faults).await;
        UPDATE_STUDIO
            .refuses(
                &w,
                &host,
                with(good.clone(), json!({ "version": 2 })),
                "CONFLICT",
            )
            .await;
        let nothing = json!({ "id": id::encode(Kind::Studio, w.app.new_id()) });
        UPDATE_STUDIO
            .refuses(&w, &host, with(good, nothing), "NOT_FOUND")
            .await;
        let good = json!({ "id": id, "version": 1, "on": "2026-03-31", "reason": "退休" });
        let faults = [(json!({ "on": "2025-12-31" }), "input.on", "ORDER")];
        END_STUDIO.refuses_each(&w, &host, &good, &faults).await;
    });
}
