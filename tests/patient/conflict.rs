//! A certificate whose record says otherwise.

use entity::enums::Role;
use serde_json::{Value, json};

use super::{look, register, registered, with};
use crate::{
    harness::{both, canary::Patient},
    referral::story::Story,
};

#[test]
fn another_name_or_birth_date_is_refused_and_shows_nothing() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let lake = w.client(Role::Clinician, &w.district().lake).await;
        let passport = json!({ "kind": "PASSPORT", "number": "E12345678" });
        let input = with(&Patient::nth(20).input(), "/certificate", passport);
        let id = registered(&hill, &input).await;
        let before = look(&hill, &id).await;
        for (field, value, path) in [
            ("/name", json!("张三"), "input.name"),
            ("/birthDate", json!("1990-01-01"), "input.birthDate"),
        ] {
            let answer = register(&lake, &with(&input, field, value)).await;
            assert_eq!(answer.code("registerPatient"), "CONFLICT");
            assert_eq!(answer.problems(), [(path, "PATIENT_MISMATCH")]);
            assert!(!answer.text.contains("龘"), "{}", answer.text);
        }
        assert!(look(&lake, &id).await.is_null());
        assert_eq!(look(&hill, &id).await, before);
    });
}

#[test]
fn two_numbers_of_two_patients_are_refused() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let one = with(
            &Patient::nth(21).input(),
            "/healthRecordNumber",
            json!("A21"),
        );
        registered(&hill, &one).await;
        registered(&hill, &Patient::nth(22).input()).await;
        let mixed = with(
            &Patient::nth(22).input(),
            "/healthRecordNumber",
            json!("A21"),
        );
        let answer = register(&hill, &mixed).await;
        let problem = ("input.healthRecordNumber", "PATIENT_MISMATCH");
        assert_eq!(answer.problems(), [problem]);
    });
}

#[test]
fn an_emergency_is_never_stopped_by_it() {
    both(async |w| {
        let story = Story::of(&w);
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let station = w.client(Role::Clinician, &w.district().lake_station).await;
        let mut letter = story.emergency();
        let patient = letter["patient"]["register"].clone();
        let id = registered(&hill, &patient).await;
        letter["patient"]["register"]["name"] = json!("李四");

        let posted = story.submit(&station, letter).await;
        let document = "query Look($by: ReferralKey!) { referral(by: $by) { patient { id name provisional } } }";
        let seen = station
            .call(document, json!({ "by": { "id": posted.id } }))
            .await
            .ok();
        assert_eq!(seen.text_at("referral.patient.name"), "李四");
        assert_eq!(seen.data("referral.patient.provisional"), true);
        assert_ne!(seen.text_at("referral.patient.id"), id);
        // The record itself is as it was, and not opened to the station.
        assert!(look(&station, &id).await.is_null());
        assert_eq!(look(&hill, &id).await["provisional"], Value::Bool(false));
    });
}
