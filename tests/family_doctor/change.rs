//! Renewing, moving and ending a contract; and how the clock ends one.

use chrono::Duration;
use entity::enums::Role;
use serde_json::json;

use super::{Practice, caller, found_package, found_team, in_team, on};
use crate::{
    harness::both,
    referral::letter::{self, with},
};

const RENEW: &str = "renewFamilyDoctorContract";
const MOVE: &str = "moveFamilyDoctorContract";
const END: &str = "endFamilyDoctorContract";

#[test]
fn a_contract_is_renewed() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let signed = p.sign(&p.care.cast.bring("SUBMITTED").await).await;
        let input = with(on(&signed), json!({ "endsOn": letter::day(&w, 729) }));
        let renewed = p.tell(&p.office, RENEW, input.clone()).await;
        assert_eq!((renewed.version, renewed.replayed), (2, false));
        assert_eq!(renewed.all["endsOn"], letter::day(&w, 729));
        assert!(p.tell(&p.office, RENEW, input).await.replayed);
        let earlier = with(on(&renewed), json!({ "endsOn": letter::day(&w, 700) }));
        let answer = p.refuses(&p.office, RENEW, earlier, "INVALID_INPUT").await;
        assert_eq!(answer.problems(), [("input.endsOn", "ORDER")]);
        let stale = with(on(&signed), json!({ "endsOn": letter::day(&w, 800) }));
        p.refuses(&p.office, RENEW, stale, "CONFLICT").await;
        // What is renewed outlives its first last day.
        w.wait(Duration::days(500));
        api::family_doctor::clock::strike_once(&w.app)
            .await
            .expect("the clock strikes");
        assert_eq!(contract(&p, &renewed.id).await["status"], "RUNNING");
    });
}

#[test]
fn a_contract_that_is_moved_goes_on_with_another_team() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let d = w.district();
        let told = p.care.cast.bring("SUBMITTED").await;
        let signed = p.sign(&told).await;
        let same = with(on(&signed), json!({ "team": p.green }));
        let answer = p.refuses(&p.office, MOVE, same, "INVALID_INPUT").await;
        assert_eq!(answer.problems(), [("input.team", "NOT_ALLOWED")]);

        let river = caller(&w, Role::Coordinator, &d.river).await;
        let team = found_team(&river, &d.river, "江队", json!([])).await;
        let package = found_package(&river, &d.river, "JB01").await;
        let without = with(on(&signed), json!({ "team": team }));
        let answer = p.refuses(&p.office, MOVE, without, "INVALID_INPUT").await;
        assert_eq!(answer.problems(), [("input.package", "UNKNOWN_ID")]);
        let input = with(
            on(&signed),
            json!({ "team": team, "package": package, "note": "迁居" }),
        );
        p.refuses(&river, MOVE, input.clone(), "NOT_FOUND").await;
        let moved = p.tell(&p.office, MOVE, input.clone()).await;
        assert_ne!(moved.id, signed.id);
        assert_eq!(moved.all["status"], "RUNNING");
        assert_eq!(moved.all["endsOn"], signed.all["endsOn"]);
        assert_eq!(
            moved.all["previous"],
            json!({ "id": signed.id, "status": "ENDED", "endReason": "TRANSFERRED" })
        );
        let again = p.tell(&p.office, MOVE, input).await;
        assert_eq!(
            (again.id.as_str(), again.replayed),
            (moved.id.as_str(), true)
        );
        // It is the other health centre's now.
        let renewed = json!({ "contract": moved.id, "version": 1, "endsOn": letter::day(&w, 500) });
        p.refuses(&p.office, RENEW, renewed.clone(), "NOT_FOUND")
            .await;
        let renewed = p.tell(&river, RENEW, renewed).await;
        assert_eq!(renewed.all["patient"]["masked"], true);
    });
}

#[test]
fn a_contract_is_ended_once_for_a_reason() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let d = w.district();
        let signed = p.sign(&p.care.cast.bring("SUBMITTED").await).await;
        let input = with(on(&signed), json!({ "reason": "PATIENT_REQUEST" }));
        for (role, place, code) in [
            (Role::Technician, &d.hill, "NOT_FOUND"),
            (Role::Clinician, &d.county, "NOT_FOUND"),
            (Role::Coordinator, &d.river, "NOT_FOUND"),
        ] {
            let by = caller(&w, role, place).await;
            p.refuses(&by, END, input.clone(), code).await;
        }
        // The team sees its contract, and that is all.
        let member = p.member(&p.doctor).await;
        p.refuses(&member, END, input.clone(), "FORBIDDEN").await;
        for (said, path, code) in [
            (
                json!({ "reason": "EXPIRED" }),
                "input.reason",
                "NOT_ALLOWED",
            ),
            (
                json!({ "reason": "TRANSFERRED" }),
                "input.reason",
                "NOT_ALLOWED",
            ),
            (json!({ "reason": "OTHER" }), "input.note", "REQUIRED"),
            (json!({ "version": null }), "input.version", "REQUIRED"),
        ] {
            let bad = with(input.clone(), said);
            let answer = p.refuses(&p.office, END, bad, "INVALID_INPUT").await;
            assert_eq!(answer.problems(), [(path, code)]);
        }
        let ended = p.tell(&p.office, END, input.clone()).await;
        assert_eq!(ended.all["status"], "ENDED");
        assert_eq!(ended.all["endReason"], "PATIENT_REQUEST");
        assert!(p.tell(&p.office, END, input).await.replayed);
        let other = json!({ "contract": signed.id, "version": 2, "reason": "DIED" });
        p.refuses(&p.office, END, other, "INVALID_TRANSITION").await;
    });
}

#[test]
fn the_clock_ends_what_has_run_out_and_nobody_sees_it_a_minute_longer() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let told = p.care.cast.bring("SUBMITTED").await;
        let patient = super::patient_of(&w, &told).await;
        let input = with(
            p.contract(&patient),
            json!({ "endsOn": letter::day(&w, 1) }),
        );
        let signed = p
            .tell(&p.office, "signFamilyDoctorContract", input.clone())
            .await;
        let member = p.member(&p.doctor).await;
        let look = "query($id: ID!) { referral(by: { id: $id }) { headerOnly patient { id } } }";
        let seen = member.call(look, json!({ "id": told.id })).await.ok();
        assert_eq!(*seen.data("referral.headerOnly"), false);
        // Even before the clock has struck.
        w.wait(Duration::hours(48));
        let seen = member.call(look, json!({ "id": told.id })).await.ok();
        assert!(seen.data("referral.patient").is_null(), "{}", seen.text);
        let patients = "query($id: ID!) { node(id: $id) { id } }";
        let seen = member.call(patients, json!({ "id": patient })).await;
        assert!(seen.data("node").is_null(), "{}", seen.text);
        api::family_doctor::clock::strike_once(&w.app)
            .await
            .expect("the clock strikes");
        let seen = member.call(look, json!({ "id": told.id })).await.ok();
        assert!(seen.data("referral").is_null(), "{}", seen.text);
        let ended = contract(&p, &signed.id).await;
        assert_eq!(ended["endReason"], "EXPIRED");
        assert_eq!(ended["version"], 2);
        // Then another can be signed; so it could before the clock had come by.
        let year = with(p.contract(&patient), json!({}));
        let next = p.tell(&p.office, "signFamilyDoctorContract", year).await;
        assert_ne!(next.id, signed.id);
        let team = in_team(&w, &p.doctor, &p.green).await;
        let seen = team.call(look, json!({ "id": told.id })).await.ok();
        assert_eq!(*seen.data("referral.headerOnly"), false);
    });
}

/// A contract as the office of `hill` sees it.
async fn contract(p: &Practice, id: &str) -> serde_json::Value {
    let document = "query($id: ID!) { node(id: $id) { ... on FamilyDoctorContract { version status endReason } } }";
    let answer = p.office.call(document, json!({ "id": id })).await.ok();
    answer.data("node").clone()
}
