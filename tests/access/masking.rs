//! Who a patient is stays out of errors, the log, the published schema and whatever monitoring tools and regulators are told.
//!
//! The harness searches every refusal, every line of the log and every answer to a MONITOR or REGULATOR in every test of the suite; here
//! it is given reason to.

use entity::enums::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::{
    harness::{both, canary, canary::Patient, client::Client, fixtures::REGION},
    referral::{
        letter::{self, with},
        story::{Story, document},
    },
};

const REGISTER: &str = "mutation Register($input: RegisterPatientInput!) { registerPatient(input: $input) { patient { id } } }";
const SEARCH: &str =
    "query Search($search: PatientSearch!) { patients(search: $search) { totalCount } }";

#[test]
fn no_refusal_repeats_who_a_patient_is() {
    both(async |w| {
        let hill = w.client(Role::Clinician, &w.district().hill).await;
        let patient = Patient::nth(71);
        let story = Story::of(&w);
        let letter = letter::up(&w, &patient);
        for wrong in wrongs(&patient) {
            refused(
                &hill,
                REGISTER,
                json!({ "input": with(patient.input(), wrong.clone()) }),
            )
            .await;
            let letter = with(letter.clone(), json!({ "patient": { "register": wrong } }));
            for verb in ["draftReferral", "submitReferral"] {
                refused(&hill, &document(verb), json!({ "input": letter })).await;
            }
        }
        for search in searches(&patient) {
            refused(&hill, SEARCH, json!({ "search": search })).await;
        }
        for text in documents(&patient) {
            refused(&hill, &text, json!({})).await;
        }
        let body = format!("{{\"query\": \"{{ {} {}", patient.name, patient.number);
        let raw = hill.request(Method::POST, "/graphql");
        let raw = raw.header("content-type", "application/json").body(body);
        assert!(!canary::sings(&hill.send(raw).await.text));

        // Somebody else has the number already.
        story.submit(&hill, letter.clone()).await;
        let other = json!({ "name": Patient::nth(72).name, "birthDate": null, "sex": "FEMALE" });
        refused(
            &hill,
            REGISTER,
            json!({ "input": with(patient.input(), other) }),
        )
        .await;
        refused(
            &hill,
            &document("submitReferral"),
            json!({ "input": letter }),
        )
        .await;
        assert!(!w.logs().iter().any(|line| canary::sings(line)));
    });
}

/// What somebody may get wrong about a patient.
fn wrongs(patient: &Patient) -> Vec<Value> {
    let number = &patient.number;
    let other_check = if number.ends_with('0') { "1" } else { "0" };
    let card =
        |number: String| json!({ "certificate": { "kind": "RESIDENT_ID_CARD", "number": number } });
    vec![
        card(format!("{}{other_check}", &number[..17])),
        card(format!("{number}0")),
        card(format!("{number}\u{7}")),
        json!({ "certificate": { "kind": patient.name, "number": number } }),
        json!({ "certificate": number }),
        json!({ "birthDate": patient.phone }),
        json!({ "birthDate": "1901-01-01" }),
        json!({ "sex": patient.name }),
        json!({ "phone": patient.phone.repeat(9) }),
        json!({ "phone": { "number": patient.phone } }),
        json!({ "name": patient.name.repeat(60) }),
        json!({ "name": format!("{}\u{0}", patient.name) }),
        json!({ "insuranceKind": patient.number }),
        json!({ "tags": patient.name }),
    ]
}

fn searches(patient: &Patient) -> Vec<Value> {
    vec![
        json!({ "phone": patient.phone, "name": patient.name }),
        json!({ "phone": patient.phone.repeat(9) }),
        json!({ "name": [[patient.name]] }),
        json!({ "certificate": { "kind": "RESIDENT_ID_CARD", "number": format!("{}!", patient.number) } }),
    ]
}

/// Documents with a patient written into them, none of which is good.
fn documents(patient: &Patient) -> Vec<String> {
    let Patient {
        name,
        number,
        phone,
        ..
    } = patient;
    vec![
        format!(
            "{{ patients(search: {{ name: \"{name}\" phone: \"{phone}\" }}) {{ totalCount }} }}"
        ),
        format!(
            "{{ patients(search: {{ certificate: {{ kind: RESIDENT_ID_CARD, number: {number} }} }}) {{ totalCount }} }}"
        ),
        format!("{{ patients(search: {{ name: \"{name} }}) {{ totalCount }} }}"),
        format!("{{ patient(id: \"{number}\") {{ id }} }}"),
        format!("{{ node(id: \"{name}\") {{ id }} }}"),
        format!("{{ referral(by: {{ id: \"{phone}\" }}) {{ id }} }}"),
        format!("{{ referrals(filter: {{ patient: \"{number}\" }}) {{ totalCount }} }}"),
        format!("{{ referrals(after: \"{number}\") {{ totalCount }} }}"),
        format!("{{ referrals(first: {phone}) {{ totalCount }} }}"),
    ]
}

async fn refused(by: &Client, document: &str, variables: Value) {
    let answer = by.call(document, variables.clone()).await;
    assert!(
        !answer.errors().is_empty(),
        "{document} {variables}: {}",
        answer.text
    );
    assert!(
        !canary::sings(&answer.text),
        "{document} {variables}: {}",
        answer.text
    );
}

#[test]
fn monitors_and_regulators_are_told_of_no_patient() {
    both(async |w| {
        let story = Story::of(&w);
        let (hill, patient) = (
            w.client(Role::Clinician, &w.district().hill).await,
            story.patient(),
        );
        let told = story.submit(&hill, letter::up(&w, &patient)).await;
        let own = format!(
            "{{ referral(by: {{ id: \"{}\" }}) {{ patient {{ id }} }} }}",
            told.id
        );
        let own = hill.ask(&own).await.ok();
        let id = own.text_at("referral.patient.id");
        for client in [
            w.client(Role::Monitor, &w.district().general).await,
            w.client(Role::Monitor, REGION).await,
            w.client(Role::Regulator, REGION).await,
        ] {
            for (path, text) in [
                ("patient", format!("{{ patient(id: \"{id}\") {{ name }} }}")),
                (
                    "patients",
                    format!(
                        "{{ patients(search: {{ name: \"{}\" }}) {{ edges {{ node {{ name }} }} }} }}",
                        patient.name
                    ),
                ),
                (
                    "referral",
                    format!(
                        "{{ referral(by: {{ number: \"{}\" }}) {{ patient {{ name phone }} }} }}",
                        told.number
                    ),
                ),
                (
                    "referrals",
                    "{ referrals { edges { node { patient { name phone } } } } }".to_owned(),
                ),
                (
                    "node",
                    format!(
                        "{{ node(id: \"{}\") {{ ... on Referral {{ patient {{ name }} }} }} }}",
                        told.id
                    ),
                ),
            ] {
                assert_eq!(client.ask(&text).await.code(path), "FORBIDDEN", "{text}");
            }
        }
    });
}

/// Numbers as long as a phone's or a resident card's are nobody's example.
#[test]
fn the_published_schema_names_nobody() {
    let sdl = api::schema::sdl();
    assert!(!canary::sings(&sdl));
    let longest = sdl
        .split(|sign: char| !sign.is_ascii_digit())
        .max_by_key(|digits| digits.len());
    assert!(
        longest.is_none_or(|digits| digits.len() < 11),
        "{longest:?}"
    );
}
