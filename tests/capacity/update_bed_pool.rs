//! Change how many beds a pool has.

use serde_json::json;

use super::{Ward, ask, by_name, refuses_each, refuses_others, strangers, tell};
use crate::{
    harness::both,
    referral::{cast::Cast, letter::with},
};

#[test]
fn an_administrator_adds_beds_and_closes_the_ward() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let pool = ward.pool(12).await;
        for (version, total) in [(1, 20), (2, 0)] {
            let input = json!({ "id": pool, "version": version, "total": total });
            let answer = tell(&ward.admin, "updateBedPool", input).await;
            let seen = answer.data("updateBedPool.bedPool");
            assert_eq!(
                [&seen["total"], &seen["free"], &seen["version"]],
                [&json!(total), &json!(total), &json!(version + 1)]
            );
        }
    });
}

#[test]
fn never_below_what_is_held() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(3).await;
        for _ in 0..2 {
            let posted = cast.bring("SUBMITTED").await;
            let held = json!({ "bedPool": pool });
            cast.story.accept(&cast.office, &posted, held).await;
        }
        let good = json!({ "id": pool, "version": 1, "total": 2 });
        let faults = [(json!({ "total": 1 }), "input.total", "TOO_SMALL")];
        refuses_each(&w, &ward.admin, "updateBedPool", &good, &faults).await;
        let answer = tell(&ward.admin, "updateBedPool", good).await;
        assert_eq!(answer.number_at("updateBedPool.bedPool.free"), 0);
    });
}

#[test]
fn nobody_else_does() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let input = json!({ "id": ward.pool(12).await, "version": 1, "total": 20 });
        let others = strangers(&w).await;
        refuses_others(&w, &by_name(&others), "updateBedPool", &input).await;
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let good = json!({ "id": ward.pool(12).await, "version": 1, "total": 20 });
        let faults = [
            (json!({ "id": "bed_?" }), "input.id", "FORMAT"),
            (json!({ "total": -1 }), "input.total", "TOO_SMALL"),
            (json!({ "total": 10_001 }), "input.total", "TOO_LARGE"),
        ];
        refuses_each(&w, &ward.admin, "updateBedPool", &good, &faults).await;
        let stale = with(good.clone(), json!({ "version": 2 }));
        let answer = ask(&ward.admin, "updateBedPool", stale).await;
        assert_eq!(answer.code("updateBedPool"), "CONFLICT");
        assert_eq!(
            answer.error("updateBedPool")["extensions"]["currentVersion"],
            1
        );
        let nothing = api::id::encode(api::id::Kind::BedPool, w.app.new_id());
        let nowhere = with(good, json!({ "id": nothing }));
        let answer = ask(&ward.admin, "updateBedPool", nowhere).await;
        assert_eq!(answer.code("updateBedPool"), "NOT_FOUND");
    });
}

#[test]
fn the_same_key_changes_it_once() {
    both(async |w| {
        let ward = Ward::of(&w).await;
        let input = json!({ "id": ward.pool(12).await, "version": 1, "total": 20 });
        let admin = ward.admin.clone().with_key("beds-1");
        tell(&admin, "updateBedPool", input.clone()).await;
        let again = tell(&admin, "updateBedPool", input).await;
        assert_eq!(*again.data("updateBedPool.replayed"), json!(true));
        assert_eq!(again.number_at("updateBedPool.bedPool.version"), 2);
    });
}
