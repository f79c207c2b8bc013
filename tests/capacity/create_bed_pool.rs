//! Register a bed pool.

use entity::enums::Role;
use serde_json::{Value, json};

use super::{Ward, ask, by_name, refuses_each, refuses_others, strangers, tell};
use crate::{
    harness::both,
    referral::{census::census, letter},
};

#[test]
fn an_administrator_registers_the_beds_of_a_department() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let d = w.district();
        let before = census(&w).await;
        let answer = tell(&ward.admin, "createBedPool", ward.beds(12)).await;
        let pool = answer.data("createBedPool.bedPool");
        assert_eq!(pool["institution"]["id"], letter::institution(d.county.id));
        assert_eq!(pool["department"]["id"], letter::department(d.neurology.id));
        assert_eq!(
            [
                &pool["total"],
                &pool["held"],
                &pool["occupied"],
                &pool["free"]
            ],
            [&json!(12), &json!(0), &json!(0), &json!(12)]
        );
        assert_eq!(
            (&pool["version"], &pool["occupiedAsOf"]),
            (&json!(1), &Value::Null)
        );
        let after = census(&w).await;
        for table in ["bed_pool", "event", "outbox", "audit"] {
            assert_eq!(after.since(&before, table), 1, "{table}");
        }
    });
}

#[test]
fn a_health_centre_registers_the_beds_of_its_stations() {
    both(async |w| {
        let d = w.district();
        let admin = w.client(Role::InstitutionAdmin, &d.hill).await;
        let beds = |place| json!({ "institution": letter::institution(place), "kind": "HOME_BED", "total": 3 });
        tell(&admin, "createBedPool", beds(d.hill.id)).await;
        tell(&admin, "createBedPool", beds(d.hill_station.id)).await;
        let other = ask(&admin, "createBedPool", beds(d.lake_station.id)).await;
        assert_eq!(other.code("createBedPool"), "FORBIDDEN");
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let others = strangers(&w).await;
        refuses_others(&w, &by_name(&others), "createBedPool", &ward.beds(12)).await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let d = w.district();
        ward.pool(12).await;
        let none = json!({ "department": null });
        ward.pool_like(letter::with(ward.beds(2), none)).await;
        let icu = letter::with(ward.beds(12), json!({ "kind": "ICU" }));
        let faults = [
            (json!({ "institution": "?" }), "input.institution", "FORMAT"),
            (
                json!({ "institution": letter::department(d.neurology.id) }),
                "input.institution",
                "WRONG_TYPE",
            ),
            (json!({ "department": "" }), "input.department", "FORMAT"),
            (
                json!({ "department": letter::department(d.herbs_brain.id) }),
                "input.department",
                "UNKNOWN_ID",
            ),
            (json!({ "total": -1 }), "input.total", "TOO_SMALL"),
            (json!({ "total": 10_001 }), "input.total", "TOO_LARGE"),
            (json!({ "kind": "GENERAL" }), "input.kind", "TAKEN"),
            (
                json!({ "kind": "GENERAL", "department": null }),
                "input.kind",
                "TAKEN",
            ),
        ];
        refuses_each(&w, &ward.admin, "createBedPool", &icu, &faults).await;
        let nowhere = json!({ "institution": letter::institution(w.app.new_id()) });
        let answer = ask(&ward.admin, "createBedPool", letter::with(icu, nowhere)).await;
        assert_eq!(answer.code("createBedPool"), "NOT_FOUND");
    });
}

#[test]
fn the_same_key_is_the_same_pool() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let admin = ward.admin.clone().with_key("pool-1");
        let first = tell(&admin, "createBedPool", ward.beds(12)).await;
        let before = census(&w).await;
        let again = tell(&admin, "createBedPool", ward.beds(12)).await;
        assert_eq!(*again.data("createBedPool.replayed"), json!(true));
        assert_eq!(
            first.data("createBedPool.bedPool"),
            again.data("createBedPool.bedPool")
        );
        assert_eq!(census(&w).await.since(&before, "bed_pool"), 0);
        assert_eq!(census(&w).await.since(&before, "event"), 0);
    });
}
