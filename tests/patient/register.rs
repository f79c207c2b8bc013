//! Registering: who is the same patient.

use entity::{enums::Role, event, patient, patient_party};
use futures::future::join_all;
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use super::{look, register, registered, with};
use crate::harness::{World, both, canary::Patient};

/// How many patients, scopes that see one, and events there are.
pub async fn rows(w: &World) -> [u64; 3] {
    let reader = w.app.db.reader();
    [
        patient::Entity::find().count(reader).await,
        patient_party::Entity::find().count(reader).await,
        event::Entity::find().count(reader).await,
    ]
    .map(|count| count.expect("the table can be read"))
}

#[test]
fn the_same_certificate_is_the_same_patient_whoever_posts_it() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let lake = w.client(Role::Integration, &w.district().lake).await;
        let input = Patient::nth(1).input();
        let first = register(&hill, &input).await.ok();
        assert_eq!(first.data("registerPatient.replayed"), false);
        let number = input["certificate"]["number"].as_str().expect("a number");
        let spaced = format!(" {} ", number.to_lowercase());
        let again = with(&input, "/certificate/number", json!(spaced));
        let second = register(&lake, &again).await.ok();
        assert_eq!(second.data("registerPatient.replayed"), true);
        let id = first.text_at("registerPatient.patient.id");
        assert_eq!(second.text_at("registerPatient.patient.id"), id);
        assert!(!look(&lake, id).await.is_null());
        let herbs = w.client(Role::Clinician, &w.district().herbs).await;
        assert!(look(&herbs, id).await.is_null());
    });
}

#[test]
fn what_is_missing_is_filled_in_and_what_is_there_stays() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let full = with(
            &Patient::nth(2).input(),
            "/address",
            json!("江南区横村镇 2 号"),
        );
        let bare = with(&full, "/address", Value::Null);
        let bare = with(&bare, "/phone", Value::Null);
        let id = registered(&hill, &bare).await;
        let filled = register(&hill, &full).await.ok();
        let patient = |field: &str| format!("registerPatient.patient.{field}");
        assert_eq!(filled.text_at(&patient("id")), id);
        assert_eq!(filled.data("registerPatient.replayed"), false);
        assert_eq!(filled.number_at(&patient("version")), 2);
        assert_eq!(filled.text_at(&patient("address")), "江南区横村镇");
        let shown = filled.text_at(&patient("phone")).to_owned();
        let other = with(&full, "/phone", json!("13900000000"));
        let kept = register(&hill, &other).await.ok();
        assert_eq!(kept.data("registerPatient.replayed"), true);
        assert_eq!(kept.text_at(&patient("phone")), shown);
    });
}

#[test]
fn a_health_record_number_identifies_too() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let numbered = with(
            &Patient::nth(3).input(),
            "/healthRecordNumber",
            json!("3301-08-a7"),
        );
        let id = registered(&hill, &numbered).await;
        let without = with(&numbered, "/certificate", Value::Null);
        let upper = with(&without, "/healthRecordNumber", json!("3301-08-A7"));
        assert_eq!(registered(&hill, &upper).await, id);
        // The other way round: the record that had only this number gets the certificate.
        let bare = with(&Patient::nth(4).input(), "/healthRecordNumber", json!("B8"));
        let id = registered(&hill, &with(&bare, "/certificate", Value::Null)).await;
        assert_eq!(registered(&hill, &bare).await, id);
        assert_eq!(registered(&hill, &Patient::nth(4).input()).await, id);
    });
}

#[test]
fn a_resident_number_tells_birth_date_and_sex() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let patient = Patient::nth(5);
        let told = with(&patient.input(), "/birthDate", Value::Null);
        let answer = register(&hill, &with(&told, "/sex", json!("UNKNOWN")))
            .await
            .ok();
        assert_eq!(answer.text_at("registerPatient.patient.sex"), patient.sex);
        let age = answer.number_at("registerPatient.patient.age");
        assert!((70..100).contains(&age), "{age}");
        assert_eq!(
            answer.data("registerPatient.patient.birthDate"),
            &Value::Null
        );
    });
}

#[test]
fn a_name_may_be_of_any_script() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        for (n, name, shown) in [(10, "𠮷𡈽𠀋", "𠮷*"), (11, "Julie  Watson", "J*")] {
            let input = with(&Patient::nth(n).input(), "/name", json!(name));
            let answer = register(&hill, &input).await.ok();
            assert_eq!(answer.text_at("registerPatient.patient.name"), shown);
        }
    });
}

#[test]
fn an_unidentified_patient_is_registered_and_never_taken_for_another() {
    both(async |w| {
        let hill = w.client(Role::Coordinator, &w.district().hill).await;
        let nobody = json!({ "sex": "UNKNOWN", "unidentified": true });
        let answer = register(&hill, &nobody).await.ok();
        assert_eq!(answer.text_at("registerPatient.patient.name"), "无*");
        assert_eq!(answer.data("registerPatient.patient.identified"), false);
        let first = answer.text_at("registerPatient.patient.id");
        assert_ne!(registered(&hill, &nobody).await, first);
    });
}

#[test]
fn one_certificate_registered_in_parallel_makes_one_patient() {
    both(async |w| {
        let (hill, lake) = (&w.district().hill, &w.district().lake);
        let clients = [
            w.client(Role::Integration, hill).await,
            w.client(Role::Integration, lake).await,
        ];
        let input = Patient::nth(6).input();
        let calls = (0..12).map(|n| register(&clients[n % 2], &input));
        let answers = join_all(calls).await;
        let (mut ids, mut firsts) = (std::collections::BTreeSet::new(), 0);
        for answer in answers {
            let answer = answer.ok();
            ids.insert(answer.id_at("registerPatient.patient.id"));
            firsts += usize::from(answer.data("registerPatient.replayed") == false);
        }
        assert_eq!((ids.len(), firsts), (1, 1));
        assert_eq!(rows(&w).await, [1, 2, 1]);
    });
}

#[test]
fn an_idempotency_key_stands_for_one_registration() {
    both(async |w| {
        let hill = w.client(Role::Integration, &w.district().hill).await;
        let keyed = hill.with_key("registration-1");
        // Without a certificate nothing else would tell that it is the same.
        let input = with(&Patient::nth(8).input(), "/certificate", Value::Null);
        let first = register(&keyed, &input).await.ok();
        let second = register(&keyed, &input).await.ok();
        assert_eq!(second.data("registerPatient.replayed"), true);
        let id = "registerPatient.patient.id";
        assert_eq!(second.text_at(id), first.text_at(id));
        let other = register(&keyed, &Patient::nth(9).input()).await;
        assert_eq!(other.code("registerPatient"), "IDEMPOTENCY_MISMATCH");
        assert_eq!(rows(&w).await[0], 1);
    });
}

#[test]
fn only_those_who_care_for_patients_register_them() {
    both(async |w| {
        let d = w.district();
        let clients = [
            w.client(Role::InstitutionAdmin, &d.hill).await,
            w.client(Role::CommunityManager, &d.general).await,
            w.client(Role::Monitor, &d.general).await,
            w.client(Role::Regulator, "3301").await,
        ];
        for client in clients {
            let answer = register(&client, &Patient::nth(12).input()).await;
            assert_eq!(answer.code("registerPatient"), "FORBIDDEN");
        }
        assert_eq!(rows(&w).await, [0, 0, 0]);
    });
}
