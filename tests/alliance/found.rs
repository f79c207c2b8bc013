//! Found an alliance, change it and who belongs to it, end it.

use api::id::{self, Kind};
use chrono::Duration;
use entity::enums::Role;
use serde_json::{Value, json};

use super::{CREATE_ALLIANCE, END_ALLIANCE, UPDATE_ALLIANCE, city_group, id_of, manager, system};
use crate::{
    harness::{World, both, client::Client},
    referral::{
        census::census,
        letter::{self, with},
    },
};

/// Whoever keeps none of its members, or keeps no alliances.
async fn others(w: &World) -> Vec<Client> {
    let d = w.district();
    vec![
        w.client(Role::CommunityManager, &d.traditional).await,
        w.client(Role::InstitutionAdmin, &d.county).await,
        w.client(Role::InstitutionAdmin, &d.city).await,
        w.client(Role::Coordinator, &d.hill).await,
        w.client(Role::Integration, &d.county).await,
    ]
}

fn member(at: &Value, place: usize) -> &Value {
    &at["members"]["edges"][place]["node"]
}

#[test]
fn a_manager_founds_changes_and_ends() {
    both(async |w| {
        let (manager, d) = (manager(&w).await, w.district());
        let before = census(&w).await;
        let made = CREATE_ALLIANCE.tell(&manager, city_group(&w)).await;
        let seen = &made["alliance"];
        assert_eq!(seen["members"]["totalCount"], 3);
        assert_eq!(seen["lead"]["id"], letter::institution(d.city.id));
        assert_eq!(
            (&seen["version"], &seen["inForce"]),
            (&json!(1), &json!(true))
        );
        // By code: hill, county, city.
        assert_eq!(member(seen, 0)["since"], "2026-02-01");
        assert_eq!(member(seen, 1)["since"], "2026-01-01");
        assert_eq!(member(seen, 1)["role"], "MEMBER");
        for (table, rows) in [
            ("alliance", 1),
            ("alliance_member", 3),
            ("event", 1),
            ("audit", 1),
        ] {
            assert_eq!(census(&w).await.since(&before, table), rows, "{table}");
        }
        // The lead is handed on: both keep their old days.
        let input = json!({ "id": seen["id"], "version": 1, "name": " 市一医疗集团 ", "members": [
            { "institution": letter::institution(d.city.id), "role": "LEAD", "until": "2026-02-28" },
            { "institution": letter::institution(d.city.id), "since": "2026-03-01" },
            { "institution": letter::institution(d.county.id), "until": "2026-02-28" },
            { "institution": letter::institution(d.county.id), "role": "LEAD", "since": "2026-03-01" },
        ] });
        let changed = UPDATE_ALLIANCE.tell(&system(&w).await, input).await;
        let seen = &changed["alliance"];
        assert_eq!(
            (&seen["version"], &seen["name"]),
            (&json!(2), &json!("市一医疗集团"))
        );
        assert_eq!(seen["lead"]["id"], letter::institution(d.county.id));
        assert_eq!(seen["members"]["totalCount"], 4);

        let input =
            json!({ "id": seen["id"], "version": 2, "on": "2026-03-31", "reason": "集团调整" });
        let ended = END_ALLIANCE.tell(&manager, input).await;
        let seen = &ended["alliance"];
        assert_eq!(
            (&seen["endsOn"], &seen["endReason"]),
            (&json!("2026-03-31"), &json!("集团调整"))
        );
        assert_eq!(seen["inForce"], true);
        let edges = seen["members"]["edges"].as_array().expect("members");
        assert!(
            edges.iter().all(|edge| !edge["node"]["until"].is_null()),
            "{seen}"
        );
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let others = others(&w).await;
        CREATE_ALLIANCE
            .refuses_others(&w, &others, &city_group(&w), "FORBIDDEN")
            .await;
        let made = CREATE_ALLIANCE
            .tell(&manager(&w).await, city_group(&w))
            .await;
        let id = id_of(&made, "alliance");
        let change = json!({ "id": id, "version": 1, "name": "改名" });
        UPDATE_ALLIANCE
            .refuses_others(&w, &others, &change, "FORBIDDEN")
            .await;
        let end = json!({ "id": id, "version": 1, "on": "2026-03-31", "reason": "无" });
        END_ALLIANCE
            .refuses_others(&w, &others, &end, "FORBIDDEN")
            .await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (manager, d) = (manager(&w).await, w.district());
        let seat = |institution, more: Value| {
            with(
                json!({ "institution": letter::institution(institution) }),
                more,
            )
        };
        let city = || seat(d.city.id, json!({ "role": "LEAD" }));
        let county = || seat(d.county.id, json!({}));
        let faults = [
            (json!({ "name": " " }), "input.name", "REQUIRED"),
            (
                json!({ "name": "医".repeat(101) }),
                "input.name",
                "TOO_LONG",
            ),
            (json!({ "startsOn": "bald" }), "input.startsOn", "FORMAT"),
            (
                json!({ "startsOn": "0206-01-01" }),
                "input.startsOn",
                "ORDER",
            ),
            (json!({ "endsOn": "2025-12-31" }), "input.endsOn", "ORDER"),
            (
                json!({ "members": [county()] }),
                "input.members",
                "TOO_SMALL",
            ),
            (
                json!({ "members": [county(), seat(d.hill.id, json!({}))] }),
                "input.members",
                "REQUIRED",
            ),
            (
                json!({ "members": [city(), county(), seat(w.app.new_id(), json!({}))] }),
                "input.members[2].institution",
                "UNKNOWN_ID",
            ),
            (
                json!({ "members": [city(), county(), { "institution": "?" }] }),
                "input.members[2].institution",
                "FORMAT",
            ),
            // Twice at a time.
            (
                json!({ "members": [city(), county(), seat(d.county.id, json!({ "since": "2026-05-01" }))] }),
                "input.members[2].institution",
                "TAKEN",
            ),
            // Two lead at a time.
            (
                json!({ "members": [city(), seat(d.county.id, json!({ "role": "LEAD" }))] }),
                "input.members[1].role",
                "TAKEN",
            ),
            (
                json!({ "members": [seat(d.hill.id, json!({ "role": "LEAD" })), county()] }),
                "input.members[0].role",
                "NOT_ALLOWED",
            ),
            (
                json!({ "members": [city(), seat(d.county.id, json!({ "since": "2025-12-31" }))] }),
                "input.members[1].since",
                "ORDER",
            ),
            (
                json!({ "members": [city(), seat(d.county.id, json!({ "until": "2025-12-31" }))] }),
                "input.members[1].until",
                "ORDER",
            ),
            (
                json!({ "endsOn": "2026-06-30", "members": [city(), seat(d.county.id, json!({ "until": "2026-07-01" }))] }),
                "input.members[1].until",
                "ORDER",
            ),
        ];
        CREATE_ALLIANCE
            .refuses_each(&w, &manager, &city_group(&w), &faults)
            .await;
        CREATE_ALLIANCE.tell(&manager, city_group(&w)).await;
        let taken = [(json!({}), "input.name", "TAKEN")];
        CREATE_ALLIANCE
            .refuses_each(&w, &manager, &city_group(&w), &taken)
            .await;
    });
}

#[test]
fn a_bad_change() {
    both(async |w| {
        let (manager, d) = (manager(&w).await, w.district());
        let made = CREATE_ALLIANCE.tell(&manager, city_group(&w)).await;
        let id = id_of(&made, "alliance");
        let good = json!({ "id": id, "version": 1, "name": "改名" });
        let faults = [
            (json!({ "id": "?" }), "input.id", "FORMAT"),
            (
                json!({ "id": letter::institution(d.hill.id) }),
                "input.id",
                "WRONG_TYPE",
            ),
            (json!({ "endsOn": "2025-12-31" }), "input.endsOn", "ORDER"),
            // hill belongs to it since February.
            (
                json!({ "endsOn": "2026-01-31" }),
                "input.members[1].since",
                "ORDER",
            ),
        ];
        UPDATE_ALLIANCE
            .refuses_each(&w, &manager, &good, &faults[..3])
            .await;
        let answer = UPDATE_ALLIANCE
            .refuses(
                &w,
                &manager,
                with(good.clone(), faults[3].0.clone()),
                "INVALID_INPUT",
            )
            .await;
        assert!(
            answer
                .problems()
                .iter()
                .any(|(path, code)| path.rsplit('.').next() == Some("since") && *code == "ORDER")
        );
        UPDATE_ALLIANCE
            .refuses(
                &w,
                &manager,
                with(good.clone(), json!({ "version": 2 })),
                "CONFLICT",
            )
            .await;
        let nothing = json!({ "id": id::encode(Kind::Alliance, w.app.new_id()) });
        UPDATE_ALLIANCE
            .refuses(&w, &manager, with(good, nothing), "NOT_FOUND")
            .await;
    });
}

#[test]
fn a_bad_end() {
    both(async |w| {
        let manager = manager(&w).await;
        let made = CREATE_ALLIANCE.tell(&manager, city_group(&w)).await;
        let id = id_of(&made, "alliance");
        let good = json!({ "id": id, "version": 1, "on": "2026-03-31", "reason": "集团调整" });
        let faults = [
            (json!({ "on": "2025-12-31" }), "input.on", "ORDER"),
            (json!({ "reason": " " }), "input.reason", "REQUIRED"),
        ];
        END_ALLIANCE
            .refuses_each(&w, &manager, &good, &faults)
            .await;
    });
}

#[test]
fn what_is_over_stays_as_it_was() {
    both(async |w| {
        let manager = manager(&w).await;
        let made = CREATE_ALLIANCE.tell(&manager, city_group(&w)).await;
        let id = id_of(&made, "alliance");
        let end = json!({ "id": id, "version": 1, "on": "2026-03-31", "reason": "集团调整" });
        END_ALLIANCE.tell(&manager, end.clone()).await;
        // The line broke: the same again is answered and not done.
        let before = census(&w).await;
        let again = END_ALLIANCE.tell(&manager, end).await;
        assert_eq!(again["replayed"], true);
        assert_eq!(census(&w).await.since(&before, "event"), 0);
        w.wait(Duration::days(30));
        let change = json!({ "id": id, "version": 2, "name": "改名" });
        UPDATE_ALLIANCE
            .refuses(&w, &manager, change, "INVALID_TRANSITION")
            .await;
        let end = json!({ "id": id, "version": 2, "on": "2026-03-30", "reason": "再次" });
        END_ALLIANCE
            .refuses(&w, &manager, end, "INVALID_TRANSITION")
            .await;
    });
}

#[test]
fn the_same_key_is_good_once() {
    both(async |w| {
        let manager = manager(&w).await.with_key("alliance-1");
        let first = CREATE_ALLIANCE.tell(&manager, city_group(&w)).await;
        let again = CREATE_ALLIANCE.tell(&manager, city_group(&w)).await;
        assert_eq!(again["replayed"], true);
        assert_eq!(again["alliance"]["id"], first["alliance"]["id"]);
    });
}

#[test]
fn who_belongs_to_it_is_as_near_as_the_community() {
    both(async |w| {
        let d = w.district();
        let doctor = w.client(Role::Clinician, &d.hill).await;
        let network = async || {
            let document = "{ suggestDestinations(input: { urgency: ROUTINE, careSetting: INPATIENT }, first: 50) { institution { id } score parts { aspect value explanation } } }";
            let answer = doctor.ask(document).await.ok();
            let found = answer.data("suggestDestinations").as_array().cloned();
            let herbs = letter::institution(d.herbs.id);
            let found = found.expect("a list").into_iter();
            let mut found = found.filter(|one| one["institution"]["id"] == herbs.as_str());
            let one = found.next().expect("herbs is open to hill");
            let parts = one["parts"].as_array().expect("parts").clone();
            let part = parts.into_iter().find(|part| part["aspect"] == "NETWORK");
            (
                part.expect("a part")["value"].clone(),
                one["score"].as_f64(),
            )
        };
        let before = network().await;
        assert_eq!(before.0, 0.5);
        let input = json!({
            "kind": "SPECIALTY", "name": "脑病专科联盟", "startsOn": "2026-01-01", "endsOn": "2026-03-31",
            "members": [
                { "institution": letter::institution(d.herbs.id), "role": "LEAD" },
                { "institution": letter::institution(d.hill.id) },
            ],
        });
        CREATE_ALLIANCE.tell(&manager(&w).await, input).await;
        let allied = network().await;
        assert_eq!(allied.0, 1.0);
        assert!(allied.1 > before.1, "{allied:?} {before:?}");
        // It ends with the last day of March.
        w.wait(Duration::days(29));
        assert_eq!(network().await.0, 1.0);
        w.wait(Duration::days(1));
        assert_eq!(network().await.0, 0.5);
    });
}
