//! Two records that are one patient, and the undoing of it.

use entity::{enums::Role, event, patient, referral, referral_party};
use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use serde_json::{Value, json};

use super::{SEEN, look, registered, with};
use crate::{
    harness::{
        World, both,
        canary::Patient,
        client::{Answer, Client},
    },
    referral::story::{Story, Told},
};

/// Calls a verb whose input type is named after it.
pub async fn call(by: &Client, verb: &str, input: Value) -> Answer {
    let (first, rest) = verb.split_at(1);
    let document = format!(
        "mutation Call($input: {}{rest}Input!) {{ {verb}(input: $input) {{ replayed patient {{ {SEEN} }} }} }}",
        first.to_uppercase()
    );
    by.call(&document, json!({ "input": input })).await
}

/// Merges, and gives the version that the merged row then has.
pub async fn merged(by: &Client, patient: &str, into: &str, version: i32) -> i32 {
    let input =
        json!({ "patient": patient, "into": into, "reason": "家属持证件确认", "version": version });
    let answer = call(by, "mergePatients", input).await.ok();
    assert_eq!(answer.text_at("mergePatients.patient.id"), into);
    version + 1
}

/// Undoes a merge.
pub async fn unmerged(by: &Client, patient: &str, version: i32) {
    let input = json!({ "patient": patient, "reason": "并非同一人", "version": version });
    let answer = call(by, "unmergePatients", input).await.ok();
    assert_eq!(answer.text_at("unmergePatients.patient.id"), patient);
}

fn nobody() -> Value {
    json!({ "sex": "MALE", "unidentified": true, "name": "约七十岁男性" })
}

/// The numbers of the referrals in a patient's own list, and how many it says there are.
async fn referrals_of(by: &Client, patient: &str) -> (Vec<String>, i64) {
    let document = "query List($id: ID!) { patient(id: $id) { referrals(first: 10) { totalCount edges { node { number patient { id } } } } } }";
    let answer = by.call(document, json!({ "id": patient })).await.ok();
    let edges = answer.data("patient.referrals.edges").as_array().cloned();
    let numbers = edges.unwrap_or_default();
    let numbers = numbers.iter().map(|edge| {
        edge["node"]["number"]
            .as_str()
            .expect("a number")
            .to_owned()
    });
    (
        numbers.collect(),
        answer.number_at("patient.referrals.totalCount"),
    )
}

/// The ids that a search by certificate finds.
async fn found(by: &Client, patient: &Patient) -> Vec<Value> {
    let document = "query Find($search: PatientSearch!) { patients(search: $search) { edges { node { id } } } }";
    let search = json!({ "certificate": { "kind": "RESIDENT_ID_CARD", "number": patient.number } });
    let answer = by.call(document, json!({ "search": search })).await.ok();
    let edges = answer.data("patients.edges").as_array().cloned();
    edges
        .unwrap_or_default()
        .iter()
        .map(|edge| edge["node"]["id"].clone())
        .collect()
}

/// Everything that refers to patients, but for versions and times of the two records.
async fn references(w: &World) -> String {
    let reader = w.app.db.reader();
    let referrals = referral::Entity::find()
        .all(reader)
        .await
        .expect("referrals can be read");
    let parties = referral_party::Entity::find()
        .all(reader)
        .await
        .expect("parties can be read");
    let mut patients = patient::Entity::find()
        .all(reader)
        .await
        .expect("patients can be read");
    for row in &mut patients {
        (row.version, row.updated_at) = (0, row.created_at);
    }
    patients.sort_by_key(|row| row.id);
    format!("{referrals:?}{parties:?}{patients:?}")
}

/// Somebody unknown, sent by `hill` to `county` in an emergency, and the record that `county` has of the same person, with a letter
/// of its own.
struct Two {
    hill: Client,
    county: Client,
    office: Client,
    patient: Patient,
    unknown: String,
    record: String,
    emergency: Told,
    letter: Value,
    planned: Told,
}

async fn two(w: &World) -> Two {
    let (story, d) = (Story::of(w), w.district());
    let hill = w.client(Role::Clinician, &d.hill).await;
    let county = w.client(Role::Clinician, &d.county).await;
    let office = w.client(Role::Coordinator, &d.county).await;
    let mut letter = story.emergency();
    letter["externalId"] = json!("HIS-9");
    letter["patient"] = json!({ "register": nobody() });
    let emergency = story.submit(&hill, letter.clone()).await;
    let document = "query Look($by: ReferralKey!) { referral(by: $by) { patient { id } } }";
    let seen = hill
        .call(document, json!({ "by": { "id": emergency.id } }))
        .await
        .ok();
    let unknown = seen.text_at("referral.patient.id").to_owned();
    w.wait(chrono::Duration::seconds(1));
    let patient = story.patient();
    let lateral = crate::referral::letter::lateral(w, &patient);
    let record = registered(&county, &patient.input()).await;
    let planned = story.submit(&county, lateral).await;
    Two {
        hill,
        county,
        office,
        patient,
        unknown,
        record,
        emergency,
        letter,
        planned,
    }
}

#[test]
fn whatever_names_either_is_answered_with_the_record() {
    both(async |w| {
        let two = two(&w).await;
        let herbs = w.client(Role::Clinician, &w.district().herbs).await;
        assert!(look(&two.hill, &two.record).await.is_null());
        assert!(look(&herbs, &two.unknown).await.is_null());
        merged(&two.office, &two.unknown, &two.record, 1).await;

        // By either id, by every relation to either; treating, so plain.
        for client in [&two.hill, &two.county, &herbs] {
            for id in [&two.unknown, &two.record] {
                let seen = look(client, id).await;
                assert_eq!(
                    (&seen["id"], &seen["name"]),
                    (&json!(two.record), &json!(two.patient.name))
                );
                assert_eq!(seen["masked"], false);
            }
            assert_eq!(found(client, &two.patient).await, [json!(two.record)]);
        }
        // Lists: county has a part in both referrals, hill and herbs in one each.
        let both_numbers = (
            vec![two.planned.number.clone(), two.emergency.number.clone()],
            2,
        );
        assert_eq!(referrals_of(&two.county, &two.unknown).await, both_numbers);
        assert_eq!(
            referrals_of(&two.hill, &two.record).await,
            (vec![two.emergency.number.clone()], 1)
        );
        assert_eq!(
            referrals_of(&herbs, &two.record).await,
            (vec![two.planned.number.clone()], 1)
        );
        // A replay of the first post is answered with it.
        let story = Story::of(&w);
        assert!(story.submit(&two.hill, two.letter.clone()).await.replayed);
        // The referral goes on, of the record's patient.
        let accepted = story.accept(&two.county, &two.emergency, json!({})).await;
        assert_eq!(accepted.status, "ACCEPTED");
    });
}

#[test]
fn undoing_it_restores_everything() {
    both(async |w| {
        let two = two(&w).await;
        let before = references(&w).await;
        let version = merged(&two.office, &two.unknown, &two.record, 1).await;
        unmerged(&two.office, &two.unknown, version).await;
        assert_eq!(references(&w).await, before);
        assert_eq!(look(&two.county, &two.unknown).await["identified"], false);
        assert!(look(&two.hill, &two.record).await.is_null());
        assert_eq!(found(&two.county, &two.patient).await, [json!(two.record)]);
        assert!(found(&two.hill, &two.patient).await.is_empty());
        let one = (vec![two.emergency.number.clone()], 1);
        assert_eq!(referrals_of(&two.county, &two.unknown).await, one);
        assert!(
            Story::of(&w)
                .submit(&two.hill, two.letter.clone())
                .await
                .replayed
        );
    });
}

#[test]
fn chains_are_followed_and_never_go_round() {
    both(async |w| {
        let office = w.client(Role::Coordinator, &w.district().hill).await;
        let clinician = w.client(Role::Clinician, &w.district().hill).await;
        let a = registered(&clinician, &nobody()).await;
        let b = registered(&clinician, &nobody()).await;
        let c = registered(&clinician, &Patient::nth(121).input()).await;
        let a_version = merged(&office, &a, &b, 1).await;
        let b_version = merged(&office, &b, &c, 2).await;
        for id in [&a, &b, &c] {
            assert_eq!(look(&clinician, id).await["id"], json!(c));
        }
        // The end of the chain cannot be merged into its beginning.
        let round = json!({ "patient": c, "into": a, "reason": "同一人", "version": 2 });
        let answer = call(&office, "mergePatients", round).await;
        assert_eq!(answer.problems(), [("input.into", "INCONSISTENT")]);
        // Undone in the middle, the beginning stays with the middle.
        unmerged(&office, &b, b_version).await;
        assert_eq!(look(&clinician, &a).await["id"], json!(b));
        unmerged(&office, &a, a_version).await;
        assert_eq!(look(&clinician, &a).await["id"], json!(a));
    });
}

#[test]
fn two_that_would_go_round_at_once_do_not() {
    both(async |w| {
        let office = w.client(Role::Integration, &w.district().hill).await;
        let clinician = w.client(Role::Clinician, &w.district().hill).await;
        let a = registered(&clinician, &nobody()).await;
        let b = registered(&clinician, &nobody()).await;
        let input =
            |from: &str, into: &str| json!({ "patient": from, "into": into, "reason": "同一人" });
        let (one, other) = futures::join!(
            call(&office, "mergePatients", input(&a, &b)),
            call(&office, "mergePatients", input(&b, &a))
        );
        let refused = [one, other]
            .iter()
            .filter(|answer| !answer.errors().is_empty())
            .count();
        assert_eq!(refused, 1);
        assert_eq!(
            look(&clinician, &a).await["id"],
            look(&clinician, &b).await["id"]
        );
    });
}

#[test]
fn duplicates_are_found_through_merges() {
    both(async |w| {
        let (story, d) = (Story::of(&w), w.district());
        let hill = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.hill).await;
        let without = with(
            &story.up()["patient"]["register"],
            "/certificate",
            Value::Null,
        );
        let newborn = registered(&hill, &without).await;
        let mut letter = story.up();
        let record = registered(&hill, &letter["patient"]["register"]).await;
        letter["patient"] = json!({ "id": newborn });
        let first = story.submit(&hill, letter.clone()).await;
        let version = merged(&office, &newborn, &record, 1).await;
        let mut second = letter.clone();
        second["patient"] = json!({ "id": record });
        let refused = story.ask(&hill, "submitReferral", second.clone()).await;
        assert_eq!(refused.code("submitReferral"), "DUPLICATE");
        assert_eq!(
            refused.error("submitReferral")["extensions"]["existing"],
            json!(first.id)
        );
        unmerged(&office, &newborn, version).await;
        story.submit(&hill, second).await;
    });
}

#[test]
fn what_cannot_be_merged_is_refused() {
    both(async |w| {
        let d = w.district();
        let clinician = w.client(Role::Clinician, &d.hill).await;
        let office = w.client(Role::Coordinator, &d.hill).await;
        let unknown = registered(&clinician, &nobody()).await;
        let record = registered(&clinician, &Patient::nth(122).input()).await;
        let other = registered(&clinician, &Patient::nth(123).input()).await;
        let hidden = registered(
            &w.client(Role::Clinician, &d.lake).await,
            &Patient::nth(124).input(),
        )
        .await;
        let good = json!({ "patient": unknown, "into": record, "reason": "同一人", "version": 1 });
        let events = async || {
            event::Entity::find()
                .count(w.app.db.reader())
                .await
                .expect("events can be counted")
        };
        let before = events().await;
        for (field, value, problem) in [
            ("/reason", json!(" "), ("input.reason", "REQUIRED")),
            (
                "/reason",
                json!("长".repeat(501)),
                ("input.reason", "TOO_LONG"),
            ),
            ("/reason", json!("同\u{7}"), ("input.reason", "CHARACTERS")),
            ("/version", Value::Null, ("input.version", "REQUIRED")),
            ("/version", json!(7), ("input.version", "VERSION")),
            ("/patient", json!("ref_x"), ("input.patient", "FORMAT")),
            ("/into", json!(unknown), ("input.into", "INCONSISTENT")),
            // Two resident numbers are two people.
            ("/patient", json!(other), ("input.into", "INCONSISTENT")),
        ] {
            let answer = call(&office, "mergePatients", with(&good, field, value.clone())).await;
            assert_eq!(answer.problems(), [problem], "{field} {value}");
        }
        for field in ["/into", "/patient"] {
            let answer = call(&office, "mergePatients", with(&good, field, json!(hidden))).await;
            assert_eq!(answer.code("mergePatients"), "NOT_FOUND", "{field}");
        }
        // The one that is known is the one that stays.
        let turned =
            json!({ "patient": record, "into": unknown, "reason": "同一人", "version": 1 });
        let answer = call(&office, "mergePatients", turned).await;
        assert_eq!(answer.problems(), [("input.into", "NOT_ALLOWED")]);
        assert_eq!(
            call(&clinician, "mergePatients", good.clone())
                .await
                .code("mergePatients"),
            "FORBIDDEN"
        );
        let undo = json!({ "patient": unknown, "reason": "不是", "version": 1 });
        assert_eq!(
            call(&office, "unmergePatients", undo)
                .await
                .code("unmergePatients"),
            "INVALID_TRANSITION"
        );
        assert_eq!(events().await, before);
    });
}

#[test]
fn a_merge_asked_for_again_is_a_replay() {
    both(async |w| {
        let hill = &w.district().hill;
        let clinician = w.client(Role::Clinician, hill).await;
        let office = w.client(Role::Coordinator, hill).await;
        let unknown = registered(&clinician, &nobody()).await;
        let record = registered(&clinician, &Patient::nth(122).input()).await;
        let other = registered(&clinician, &Patient::nth(123).input()).await;
        let good = json!({ "patient": unknown, "into": record, "reason": "同一人", "version": 1 });
        let _ = call(&office, "mergePatients", good.clone()).await.ok();
        let again = call(&office, "mergePatients", good.clone()).await.ok();
        assert_eq!(again.data("mergePatients.replayed"), true);
        let elsewhere = with(&good, "/into", json!(other));
        assert_eq!(
            call(&office, "mergePatients", elsewhere)
                .await
                .code("mergePatients"),
            "INVALID_TRANSITION"
        );
        let undo = json!({ "patient": unknown, "reason": "不是", "version": 2 });
        let _ = call(&office, "unmergePatients", undo.clone()).await.ok();
        let again = call(&office, "unmergePatients", undo).await.ok();
        assert_eq!(again.data("unmergePatients.replayed"), true);
    });
}
