//! Take the patient, and hold a bed or a place for them.

use chrono::Duration;
use serde_json::{Value, json};

use super::{Ward, tell};
use crate::{
    harness::both,
    referral::{
        cast::Cast,
        census::census,
        letter::{self, with},
        story::{Told, on},
    },
};

const HOLD: &str = "query($id: ID!) { referral(by: { id: $id }) { hold { state since bedPool { id free } slot { id free } } } }";

#[test]
fn both_sides_see_the_bed_that_is_held() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(2).await;
        let posted = cast.bring("SUBMITTED").await;
        let said = json!({ "bedPool": pool });
        cast.story.accept(&cast.office, &posted, said).await;
        for client in [&cast.hill, &cast.county] {
            let answer = client.call(HOLD, json!({ "id": posted.id })).await.ok();
            let hold = answer.data("referral.hold");
            let expected = json!({
                "state": "HELD",
                "since": w.now().to_rfc3339(),
                "bedPool": { "id": pool, "free": 1 },
                "slot": null,
            });
            assert_eq!(hold, &expected);
        }
        let header = cast
            .manager
            .call(HOLD, json!({ "id": posted.id }))
            .await
            .ok();
        assert!(header.data("referral.hold").is_null());
        assert_eq!(ward.counts(&pool).await, (1, 0));
    });
}

#[test]
fn a_place_in_a_session_is_held_and_used() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let slot = ward.session(Duration::hours(23), 2).await;
        let posted = cast.bring("SUBMITTED").await;
        let said = json!({ "slot": slot });
        let accepted = cast.story.accept(&cast.office, &posted, said).await;
        assert_eq!(ward.places(&slot).await, (1, 0));
        cast.story.arrive(&cast.county, &accepted, json!({})).await;
        assert_eq!(ward.places(&slot).await, (0, 1));
        let answer = cast.hill.call(HOLD, json!({ "id": posted.id })).await.ok();
        assert_eq!(answer.text_at("referral.hold.state"), "CONSUMED");
        assert_eq!(answer.number_at("referral.hold.slot.free"), 1);
    });
}

#[test]
fn one_who_is_there_already_takes_the_bed_at_once() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(1).await;
        let emergency = json!({ "urgency": "EMERGENCY" });
        for code in ["ok", "CAPACITY_EXHAUSTED"] {
            let letter = with(cast.story.up(), emergency.clone());
            let posted = cast.story.submit(&cast.hill, letter).await;
            let there = cast.story.arrive(&cast.county, &posted, json!({})).await;
            let input = with(on(&there), cast.story.acceptance(&there));
            let input = with(input, json!({ "bedPool": pool }));
            let answer = cast.story.ask(&cast.county, "acceptReferral", input).await;
            if code != "ok" {
                assert_eq!(answer.code("acceptReferral"), code);
                continue;
            }
            let answer = answer.ok();
            assert_eq!(answer.text_at("acceptReferral.referral.status"), "ARRIVED");
            let hold = cast.hill.call(HOLD, json!({ "id": posted.id })).await.ok();
            assert_eq!(hold.text_at("referral.hold.state"), "CONSUMED");
        }
        assert_eq!(ward.counts(&pool).await, (0, 1));
    });
}

#[test]
fn where_nothing_is_free_the_patient_is_not_taken() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(1).await;
        let slot = ward.session(Duration::hours(23), 1).await;
        for (named, path) in [
            (json!({ "bedPool": pool }), "input.bedPool"),
            (json!({ "slot": slot }), "input.slot"),
        ] {
            let first = cast.bring("SUBMITTED").await;
            cast.story.accept(&cast.office, &first, named.clone()).await;
            let posted = cast.bring("SUBMITTED").await;
            let good = with(on(&posted), cast.story.acceptance(&posted));
            let before = census(&w).await;
            let full = with(good.clone(), named);
            let answer = cast.story.ask(&cast.office, "acceptReferral", full).await;
            assert_eq!(answer.code("acceptReferral"), "CAPACITY_EXHAUSTED");
            assert_eq!(answer.problems(), [(path, "TAKEN")]);
            assert_eq!(census(&w).await.changed_since(&before), []);
            // Whoever names none may still take the patient.
            let accepted = cast.story.tell(&cast.office, "acceptReferral", good).await;
            assert_eq!(accepted.status, "ACCEPTED");
        }
    });
}

#[test]
fn beds_that_are_occupied_are_not_held() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(5).await;
        let report = json!({ "bedPool": pool, "occupied": 7 });
        tell(&ward.admin, "reportOccupancy", report).await;
        let posted = cast.bring("SUBMITTED").await;
        let input = with(on(&posted), cast.story.acceptance(&posted));
        let input = with(input, json!({ "bedPool": pool }));
        let answer = cast.story.ask(&cast.office, "acceptReferral", input).await;
        assert_eq!(answer.code("acceptReferral"), "CAPACITY_EXHAUSTED");
    });
}

#[test]
fn a_repeated_acceptance_holds_one_bed() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let pool = ward.pool(5).await;
        let posted = cast.bring("SUBMITTED").await;
        let input = with(on(&posted), cast.story.acceptance(&posted));
        let input = with(input, json!({ "bedPool": pool }));
        for replayed in [false, true, true] {
            let told = cast
                .story
                .tell(&cast.office, "acceptReferral", input.clone())
                .await;
            assert_eq!(told.replayed, replayed);
        }
        assert_eq!(ward.counts(&pool).await, (1, 0));
    });
}

#[test]
fn bad_input() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let d = w.district();
        let pool = ward.pool(5).await;
        let slot = ward.session(Duration::hours(23), 5).await;
        let today = ward.session(Duration::hours(1), 5).await;
        let gone = ward.session(Duration::hours(22), 5).await;
        let withdraw = json!({ "id": gone, "version": 1, "withdrawn": true });
        tell(&ward.admin, "updateSlot", withdraw).await;
        let internal = json!({ "department": letter::department(d.internal.id) });
        let elsewhere = ward.pool_like(with(ward.beds(5), internal)).await;
        let hill = w
            .client(entity::enums::Role::InstitutionAdmin, &d.hill)
            .await;
        let beds =
            json!({ "institution": letter::institution(d.hill.id), "kind": "GENERAL", "total": 5 });
        let other = tell(&hill, "createBedPool", beds).await;
        let other = other.text_at("createBedPool.bedPool.id");

        let posted = cast.bring("SUBMITTED").await;
        let good = cast.story.acceptance(&posted);
        let faults = [
            (json!({ "bedPool": "?" }), "input.bedPool", "FORMAT"),
            (json!({ "bedPool": slot }), "input.bedPool", "WRONG_TYPE"),
            (json!({ "bedPool": other }), "input.bedPool", "UNKNOWN_ID"),
            (
                json!({ "bedPool": elsewhere }),
                "input.bedPool",
                "INCONSISTENT",
            ),
            (json!({ "slot": pool }), "input.slot", "WRONG_TYPE"),
            (
                json!({ "slot": api::id::encode(api::id::Kind::Slot, w.app.new_id()) }),
                "input.slot",
                "UNKNOWN_ID",
            ),
            (
                json!({ "slot": slot, "department": letter::department(d.internal.id) }),
                "input.slot",
                "INCONSISTENT",
            ),
            (json!({ "slot": today }), "input.slot", "INCONSISTENT"),
            (json!({ "slot": gone }), "input.slot", "NOT_ALLOWED"),
            (
                json!({ "slot": slot, "bedPool": pool }),
                "input.slot",
                "INCONSISTENT",
            ),
        ];
        cast.refuses_each(
            &cast.office,
            "acceptReferral",
            &posted,
            good.clone(),
            &faults,
        )
        .await;
        w.wait(Duration::hours(6));
        let over = [(json!({ "slot": today }), "input.slot", "ORDER")];
        cast.refuses_each(&cast.office, "acceptReferral", &posted, good, &over)
            .await;
        assert_eq!(ward.counts(&pool).await, (0, 0));
        assert_eq!(ward.places(&slot).await, (0, 0));
    });
}

#[test]
fn beds_of_no_department_are_everybodys() {
    both(async |w| {
        let (ward, cast) = (Ward::of(&w).await, Cast::of(&w).await);
        let none = json!({ "department": null });
        let pool = ward.pool_like(with(ward.beds(5), none)).await;
        let posted: Told = cast.bring("SUBMITTED").await;
        let said: Value = json!({ "bedPool": pool });
        cast.story.accept(&cast.office, &posted, said).await;
        assert_eq!(ward.counts(&pool).await, (1, 0));
    });
}
