//! Signing a patient with family doctors.

use entity::enums::Role;
use futures::future::join_all;
use serde_json::json;

use super::{Practice, ask, caller, found_package, found_team, patient_of};
use crate::{
    harness::both,
    referral::letter::{self, with},
};

const SIGN: &str = "signFamilyDoctorContract";

#[test]
fn a_health_centre_signs_a_patient_for_a_year() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let told = p.care.cast.bring("SUBMITTED").await;
        let signed = p.sign(&told).await;
        assert_eq!((signed.version, signed.replayed), (1, false));
        assert_eq!(signed.all["status"], "RUNNING");
        assert_eq!(signed.all["startsOn"], letter::day(&w, 0));
        assert_eq!(signed.all["endsOn"], letter::day(&w, 364));
        assert_eq!(
            signed.all["signedBy"]["id"],
            letter::institution(w.district().hill.id)
        );
        assert_eq!(
            signed.all["availableActions"],
            json!([
                { "action": "RENEW_FAMILY_DOCTOR_CONTRACT", "allowed": true },
                { "action": "MOVE_FAMILY_DOCTOR_CONTRACT", "allowed": true },
                { "action": "END_FAMILY_DOCTOR_CONTRACT", "allowed": true },
            ])
        );
        // Whoever sees the patient sees who looks after the patient at home.
        let document = "query($id: ID!) { referral(by: { id: $id }) { patient { familyDoctor { id team { name } note availableActions { action } } } } }";
        let seen = p
            .care
            .cast
            .county
            .call(document, json!({ "id": told.id }))
            .await
            .ok();
        let found = seen.data("referral.patient.familyDoctor");
        assert_eq!(found["id"], signed.id.as_str());
        assert_eq!(found["team"]["name"], "绿队");
        assert_eq!(found["availableActions"], json!([]));
    });
}

#[test]
fn a_station_signs_for_its_health_centre_and_registers_whom_it_signs() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let input = with(
            p.contract("pat_01h455vb4pex5vsknk084sn02q"),
            json!({ "patient": { "id": null, "register": p.care.cast.story.patient().input() } }),
        );
        let signed = p.tell(&p.care.village, SIGN, input).await;
        let station = letter::institution(w.district().hill_station.id);
        assert_eq!(signed.all["signedBy"]["id"], station);
        assert_eq!(
            signed.all["availableActions"].as_array().map(Vec::len),
            Some(2),
            "moving is the health centre's"
        );
        let renewed =
            json!({ "contract": signed.id, "version": 1, "endsOn": letter::day(&w, 500) });
        p.tell(&p.care.village, "renewFamilyDoctorContract", renewed)
            .await;
        let moved = json!({ "contract": signed.id, "version": 2, "team": p.blue });
        let verb = "moveFamilyDoctorContract";
        p.refuses(&p.care.village, verb, moved.clone(), "FORBIDDEN")
            .await;
        p.tell(&p.office, verb, moved).await;
    });
}

#[test]
fn nobody_else_signs() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let d = w.district();
        let told = p.care.cast.bring("SUBMITTED").await;
        let input = p.contract(&patient_of(&w, &told).await);
        for (role, place) in [
            (Role::Technician, &d.hill),
            (Role::Clinician, &d.county),
            (Role::Coordinator, &d.river),
            (Role::InstitutionAdmin, &d.river_station),
        ] {
            let by = caller(&w, role, place).await;
            p.refuses(&by, SIGN, input.clone(), "FORBIDDEN").await;
        }
        let member = p.member(&p.doctor).await;
        p.refuses(&member, SIGN, input.clone(), "FORBIDDEN").await;
        let by = caller(&w, Role::Integration, &d.hill).await;
        p.tell(&by, SIGN, input).await;
    });
}

#[test]
fn a_second_contract_is_refused_and_names_the_first_to_whoever_sees_it() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let d = w.district();
        let known = p.care.cast.story.patient();
        let letter = letter::up(&w, &known);
        let told = p.care.cast.story.submit(&p.care.cast.hill, letter).await;
        let first = p.sign(&told).await;
        let patient = patient_of(&w, &told).await;
        let again = with(p.contract(&patient), json!({ "team": p.blue }));
        let answer = p.refuses(&p.office, SIGN, again, "DUPLICATE").await;
        assert_eq!(
            answer.error(SIGN)["extensions"]["existing"],
            first.id.as_str()
        );
        assert_eq!(answer.problems(), [("input.patient", "TAKEN")]);
        // The same contract, sent again, is the first.
        let replayed = p.sign(&told).await;
        assert!(replayed.replayed);
        assert_eq!(replayed.id, first.id);

        let river = caller(&w, Role::Coordinator, &d.river).await;
        let team = found_team(&river, &d.river, "江队", json!([])).await;
        let package = found_package(&river, &d.river, "JB01").await;
        let elsewhere =
            json!({ "patient": { "register": known.input() }, "team": team, "package": package });
        let answer = ask(&river, SIGN, elsewhere).await;
        assert_eq!(answer.code(SIGN), "DUPLICATE", "{}", answer.text);
        assert!(answer.error(SIGN)["extensions"]["existing"].is_null());
    });
}

#[test]
fn of_many_who_sign_one_patient_at_once_one_wins() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let told = p.care.cast.bring("SUBMITTED").await;
        let patient = patient_of(&w, &told).await;
        let input = |team: &str, days| {
            let ends = letter::day(&w, days);
            with(
                p.contract(&patient),
                json!({ "team": team, "endsOn": ends }),
            )
        };
        let tries = (0..6).map(|n| {
            let team = if n % 2 == 0 { &p.green } else { &p.blue };
            ask(&p.office, SIGN, input(team, 100 + n))
        });
        let answers = join_all(tries).await;
        let won = answers.iter().filter(|answer| answer.errors().is_empty());
        assert_eq!(won.count(), 1);
        for answer in answers.iter().filter(|answer| !answer.errors().is_empty()) {
            assert_eq!(answer.code(SIGN), "DUPLICATE", "{}", answer.text);
        }
    });
}

#[test]
fn what_is_wrong_with_a_contract_is_named() {
    both(async |w| {
        let p = Practice::of(&w).await;
        let d = w.district();
        let told = p.care.cast.bring("SUBMITTED").await;
        let patient = patient_of(&w, &told).await;
        let river = caller(&w, Role::Coordinator, &d.river).await;
        let foreign = found_package(&river, &d.river, "JB01").await;
        let (day, good) = (|days| letter::day(&w, days), p.contract(&patient));
        for (said, path, code) in [
            (json!({ "package": foreign }), "input.package", "UNKNOWN_ID"),
            (json!({ "startsOn": day(100) }), "input.startsOn", "ORDER"),
            (
                json!({ "startsOn": day(-400), "endsOn": day(20) }),
                "input.startsOn",
                "ORDER",
            ),
            (
                json!({ "startsOn": day(-20), "endsOn": day(-1) }),
                "input.endsOn",
                "ORDER",
            ),
            (json!({ "endsOn": day(3_000) }), "input.endsOn", "TOO_LARGE"),
            (json!({ "note": " " }), "input.note", "REQUIRED"),
            (
                json!({ "team": "fdt_01h455vb4pex5vsknk084sn02q" }),
                "input.team",
                "UNKNOWN_ID",
            ),
            (
                json!({ "patient": { "id": "pat_01h455vb4pex5vsknk084sn02q" } }),
                "input.patient.id",
                "UNKNOWN_ID",
            ),
        ] {
            let answer = p
                .refuses(&p.office, SIGN, with(good.clone(), said), "INVALID_INPUT")
                .await;
            assert!(
                answer.problems().contains(&(path, code)),
                "{:?}",
                answer.problems()
            );
        }
        p.tell(&p.office, SIGN, good).await;
    });
}
