//! Register an agreement, change it, end it.

use api::id::{self, Kind};
use chrono::Duration;
use entity::enums::Role;
use futures::future::join_all;
use serde_json::{Value, json};

use super::{CREATE_AGREEMENT, END_AGREEMENT, UPDATE_AGREEMENT, id_of, manager, support};
use crate::{
    harness::{World, both, client::Client},
    referral::{
        census::census,
        letter::{self, with},
    },
};

async fn admin(w: &World) -> Client {
    w.client(Role::InstitutionAdmin, &w.district().hill).await
}

/// Whoever keeps the registry of neither side.
async fn others(w: &World) -> Vec<Client> {
    let d = w.district();
    vec![
        w.client(Role::InstitutionAdmin, &d.herbs).await,
        w.client(Role::InstitutionAdmin, &d.neurology).await,
        w.client(Role::CommunityManager, &d.traditional).await,
        w.client(Role::Coordinator, &d.hill).await,
        w.client(Role::Integration, &d.county).await,
    ]
}

#[test]
fn either_side_registers_changes_and_ends() {
    both(async |w| {
        let (hill, d) = (admin(&w).await, w.district());
        let before = census(&w).await;
        let made = CREATE_AGREEMENT.tell(&hill, support(&w)).await;
        let seen = &made["agreement"];
        for (field, expected) in [
            (
                "institution",
                json!({ "id": letter::institution(d.county.id) }),
            ),
            (
                "counterpart",
                json!({ "id": letter::institution(d.hill.id) }),
            ),
            ("purpose", json!("胸痛单元建设")),
            ("round", json!(2)),
            ("validTo", json!("2026-12-31")),
            ("inForce", json!(true)),
        ] {
            assert_eq!(seen[field], expected, "{field}");
        }
        for table in ["agreement", "event", "audit"] {
            assert_eq!(census(&w).await.since(&before, table), 1, "{table}");
        }
        let county = w.client(Role::InstitutionAdmin, &d.county).await;
        let input = json!({ "id": seen["id"], "version": 1, "round": 3, "validTo": null });
        let changed = UPDATE_AGREEMENT.tell(&county, input).await;
        assert_eq!(changed["agreement"]["round"], 3);
        assert_eq!(changed["agreement"]["validTo"], Value::Null);
        let input =
            json!({ "id": seen["id"], "version": 2, "on": "2026-03-01", "reason": "提前完成" });
        let ended = END_AGREEMENT.tell(&manager(&w).await, input).await;
        assert_eq!(ended["agreement"]["endReason"], "提前完成");
        assert_eq!(ended["agreement"]["inForce"], false);
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let others = others(&w).await;
        CREATE_AGREEMENT
            .refuses_others(&w, &others, &support(&w), "FORBIDDEN")
            .await;
        let made = CREATE_AGREEMENT.tell(&admin(&w).await, support(&w)).await;
        let id = id_of(&made, "agreement");
        let change = json!({ "id": id, "version": 1, "round": 3 });
        UPDATE_AGREEMENT
            .refuses_others(&w, &others, &change, "FORBIDDEN")
            .await;
        let end = json!({ "id": id, "version": 1, "on": "2026-03-31", "reason": "无" });
        END_AGREEMENT
            .refuses_others(&w, &others, &end, "FORBIDDEN")
            .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (hill, d) = (admin(&w).await, w.district());
        let faults = [
            (json!({ "institution": "?" }), "input.institution", "FORMAT"),
            (
                json!({ "institution": letter::institution(w.app.new_id()) }),
                "input.institution",
                "UNKNOWN_ID",
            ),
            (
                json!({ "institution": letter::institution(d.hill.id) }),
                "input.counterpart",
                "INCONSISTENT",
            ),
            (
                json!({ "institution": letter::institution(d.hill_station.id) }),
                "input.institution",
                "NOT_ALLOWED",
            ),
            (json!({ "purpose": " " }), "input.purpose", "REQUIRED"),
            (
                json!({ "purpose": "援".repeat(101) }),
                "input.purpose",
                "TOO_LONG",
            ),
            (json!({ "round": 0 }), "input.round", "TOO_SMALL"),
            (json!({ "round": 100 }), "input.round", "TOO_LARGE"),
            (
                json!({ "validFrom": "2027-01-01" }),
                "input.validTo",
                "ORDER",
            ),
            (json!({ "validFrom": "heute" }), "input.validFrom", "FORMAT"),
        ];
        CREATE_AGREEMENT
            .refuses_each(&w, &hill, &support(&w), &faults)
            .await;
        let made = CREATE_AGREEMENT.tell(&hill, support(&w)).await;
        let id = id_of(&made, "agreement");
        let good = json!({ "id": id, "version": 1, "round": 3 });
        let faults = [
            (json!({ "purpose": "" }), "input.purpose", "REQUIRED"),
            (json!({ "validTo": "2025-12-31" }), "input.validTo", "ORDER"),
        ];
        UPDATE_AGREEMENT
            .refuses_each(&w, &hill, &good, &faults)
            .await;
        UPDATE_AGREEMENT
            .refuses(
                &w,
                &hill,
                with(good.clone(), json!({ "version": 7 })),
                "CONFLICT",
            )
            .await;
        let nothing = json!({ "id": id::encode(Kind::Agreement, w.app.new_id()) });
        UPDATE_AGREEMENT
            .refuses(&w, &hill, with(good, nothing), "NOT_FOUND")
            .await;
        let good = json!({ "id": id, "version": 1, "on": "2026-03-31", "reason": "完成" });
        let faults = [
            (json!({ "on": "2025-12-31" }), "input.on", "ORDER"),
            (json!({ "on": "2027-01-01" }), "input.on", "ORDER"),
            (json!({ "reason": "" }), "input.reason", "REQUIRED"),
        ];
        END_AGREEMENT.refuses_each(&w, &hill, &good, &faults).await;
    });
}

#[test]
fn two_have_one_paired_support_for_a_purpose_at_a_time() {
    both(async |w| {
        let (hill, d) = (admin(&w).await, w.district());
        let made = CREATE_AGREEMENT.tell(&hill, support(&w)).await;
        let id = id_of(&made, "agreement");
        let turned = json!({
            "institution": letter::institution(d.hill.id),
            "counterpart": letter::institution(d.county.id),
        });
        for same in [
            json!({}),
            turned,
            json!({ "validFrom": "2026-12-31", "validTo": null }),
        ] {
            let input = with(support(&w), same);
            let answer = CREATE_AGREEMENT
                .refuses(&w, &hill, input, "DUPLICATE")
                .await;
            assert_eq!(
                answer.error("createAgreement")["extensions"]["existing"],
                id.as_str()
            );
        }
        // The next round, another purpose, and plain cooperation are none of it.
        for other in [
            json!({ "validFrom": "2027-01-01", "validTo": null, "round": 3 }),
            json!({ "purpose": "卒中单元建设" }),
            json!({ "kind": "COOPERATION" }),
        ] {
            CREATE_AGREEMENT.tell(&hill, with(support(&w), other)).await;
        }
        let grow = json!({ "id": id, "version": 1, "validTo": "2027-01-01" });
        UPDATE_AGREEMENT.refuses(&w, &hill, grow, "DUPLICATE").await;
    });
}

#[test]
fn of_two_at_once_one_is_registered() {
    both(async |w| {
        let d = w.district();
        let (one, other) = (
            admin(&w).await,
            w.client(Role::InstitutionAdmin, &d.county).await,
        );
        let before = census(&w).await;
        let calls = [&one, &other, &one, &other].map(|by| CREATE_AGREEMENT.ask(by, support(&w)));
        let answers = join_all(calls).await;
        let good = answers
            .iter()
            .filter(|answer| answer.errors().is_empty())
            .count();
        assert_eq!(good, 1);
        assert_eq!(census(&w).await.since(&before, "agreement"), 1);
    });
}

#[test]
fn what_is_over_stays_as_it_was() {
    both(async |w| {
        let hill = admin(&w).await;
        let made = CREATE_AGREEMENT.tell(&hill, support(&w)).await;
        let id = id_of(&made, "agreement");
        let change = json!({ "id": id, "version": 1, "round": 3 });
        UPDATE_AGREEMENT.tell(&hill, change.clone()).await;
        let again = UPDATE_AGREEMENT.tell(&hill, change).await;
        assert_eq!(
            (&again["replayed"], &again["agreement"]["version"]),
            (&json!(true), &json!(2))
        );
        w.wait(Duration::days(310));
        let change = json!({ "id": id, "version": 2, "validTo": null });
        UPDATE_AGREEMENT
            .refuses(&w, &hill, change, "INVALID_TRANSITION")
            .await;
    });
}
