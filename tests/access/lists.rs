//! Every query by everybody, and what lists, counts and filters tell.

use entity::enums::Role;
use futures::future::join_all;
use serde_json::{Value, json};

use super::{
    calls::On,
    cast::{Caller, cast},
    schema::SCHEMA,
    stories::{Tale, tales},
    table::{self, Who},
    view::{Stage, View, relation, view},
};
use crate::harness::{both, client::Answer};

/// How each query is called, well-formed, on what exists.
const QUERIES: &[(&str, &str)] = &[
    ("viewer", "{ roles }"),
    ("node", "(id: \"$hill\") { id }"),
    ("nodes", "(ids: [\"$hill\"]) { id }"),
    ("accounts", "{ totalCount }"),
    ("community", "(id: \"$general\") { members { totalCount } }"),
    ("communities", "{ totalCount }"),
    (
        "institution",
        "(id: \"$hill\") { departments { totalCount } capabilities { totalCount } }",
    ),
    ("institutions", "{ totalCount }"),
    ("practitioners", "{ totalCount }"),
    ("patient", "(id: \"$patient\") { id }"),
    ("patients", "(search: { name: \"无名\" }) { totalCount }"),
    ("referral", "(by: { id: \"$ref\" }) { id }"),
    ("referrals", "{ totalCount }"),
    ("auditEntries", "(filter: {}) { totalCount }"),
];

#[test]
fn every_query_is_tried() {
    let published = SCHEMA.fields("Query").iter();
    let mut published: Vec<&str> = published.map(|field| field.name.as_str()).collect();
    let mut tried: Vec<&str> = QUERIES.iter().map(|(name, _)| *name).collect();
    published.sort_unstable();
    tried.sort_unstable();
    assert_eq!(tried, published);
}

#[test]
fn queries_lists_and_filters_tell_nobody_more_than_the_table() {
    both(async |w| {
        let (tales, cast) = (tales(&w).await, cast(&w).await);
        let on = On::of(&w, &tales, &cast).await;
        let looks = cast.iter().map(async |caller| {
            roles(caller, &on).await;
            by_id(caller, &on).await;
            lists(caller, &tales).await;
            patients(caller, &tales).await;
        });
        join_all(looks).await;
    });
}

/// What the service says to whoever may not call an operation; none to whoever may.
fn refusal(caller: &Caller, operation: &str) -> Option<&'static str> {
    let role = caller.role;
    match (
        table::who(operation).expect("every operation has a line"),
        role,
    ) {
        (Who::Everybody, _) => None,
        (_, None) => Some("UNAUTHENTICATED"),
        (Who::SignedIn | Who::Themselves, Some(_)) => None,
        (Who::Only(roles), Some(role)) => (!roles.contains(&role)).then_some("FORBIDDEN"),
    }
}

fn code(answer: &Answer) -> Option<&str> {
    let first = answer.errors().first()?;
    first["extensions"]["code"].as_str()
}

async fn roles(caller: &Caller, on: &On) {
    for (name, rest) in QUERIES {
        let document = on.name(&format!("{{ {name}{rest} }}"));
        let answer = caller.client.ask(&document).await;
        let context = format!("{name} by {}: {}", caller.label, answer.text);
        assert_eq!(code(&answer), refusal(caller, name), "{context}");
    }
}

/// Patients and referrals are no easier to get at by their ids.
async fn by_id(caller: &Caller, on: &On) {
    for (operation, document) in [
        ("patient", "{ node(id: \"$patient\") { id } }"),
        ("patient", "{ nodes(ids: [\"$patient\"]) { id } }"),
        ("referral", "{ node(id: \"$ref\") { id } }"),
        ("referral", "{ nodes(ids: [\"$ref\"]) { id } }"),
    ] {
        let answer = caller.client.ask(&on.name(document)).await;
        let context = format!("{document} by {}: {}", caller.label, answer.text);
        assert_eq!(code(&answer), refusal(caller, operation), "{context}");
        let seen = view_of_first(caller, on);
        let hidden = match operation {
            "patient" => !matches!(seen, View::Masked | View::Treating),
            _ => !matches!(seen, View::Header | View::Masked | View::Treating),
        };
        let named = answer.text.contains(&on.name(if operation == "patient" {
            "$patient"
        } else {
            "$ref"
        }));
        assert_eq!(named, !hidden, "{context}");
    }
}

fn view_of_first(caller: &Caller, on: &On) -> View {
    let stands = relation(caller.at, &on.parties.0, &on.parties.1);
    view(caller, stands, Stage::Open)
}

/// A filter, and whether it finds a tale that is seen so.
type Filter = (Value, fn(&Tale, View) -> bool);

async fn lists(caller: &Caller, tales: &[Tale]) {
    let mut filters: Vec<Filter> = vec![
        (json!({}), |_, seen| seen >= View::Header),
        (json!({ "diagnosis": "F20" }), |tale, seen| {
            tale.sensitive && seen == View::Treating
        }),
        (json!({ "diagnosis": "I63" }), |tale, seen| {
            tale.coded && !tale.sensitive && seen >= View::Masked
        }),
        (json!({ "reason": ["NO_TECHNIQUE"] }), |tale, seen| {
            tale.up && legible(tale, seen)
        }),
        (json!({ "greenChannel": true }), |tale, seen| {
            tale.up && legible(tale, seen)
        }),
        (json!({ "greenChannel": false }), |tale, seen| {
            !tale.up && legible(tale, seen)
        }),
    ];
    for tale in tales {
        filters.push((json!({ "patient": tale.patient_id }), |_, _| false));
    }
    let document = "query List($filter: ReferralFilter) { referrals(filter: $filter, first: 100) { edges { node { id } } totalCount } }";
    for (filter, finds) in filters {
        let answer = caller
            .client
            .call(document, json!({ "filter": filter }))
            .await;
        let context = format!("{filter} by {}: {}", caller.label, answer.text);
        if let Some(refusal) = refusal(caller, "referrals") {
            assert_eq!(code(&answer), Some(refusal), "{context}");
            continue;
        }
        let mut expected: Vec<&str> = tales
            .iter()
            .filter(|tale| {
                let seen = tale.seen_by(caller);
                if filter["patient"].is_null() {
                    finds(tale, seen)
                } else {
                    filter["patient"] == tale.patient_id && seen >= View::Masked
                }
            })
            .map(|tale| tale.told.id.as_str())
            .collect();
        let edges = answer.data("referrals.edges").as_array();
        let found = edges.into_iter().flatten();
        let mut found: Vec<&str> = found
            .filter_map(|edge| edge["node"]["id"].as_str())
            .collect();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected, "{context}");
        assert_eq!(
            *answer.data("referrals.totalCount"),
            json!(found.len()),
            "{context}"
        );
    }
}

/// Whether what is said of the illness is shown.
fn legible(tale: &Tale, seen: View) -> bool {
    seen == View::Treating || seen == View::Masked && !tale.sensitive
}

/// Searches find, and identities open, for nobody but who sees the patient.
async fn patients(caller: &Caller, tales: &[Tale]) {
    let search = "query Search($search: PatientSearch!) { patients(search: $search) { edges { node { id } } totalCount } }";
    let identity = "query Identity($id: ID!) { patient(id: $id) { identity(purpose: TREATMENT) { name idNumber phone address birthDate } } }";
    for tale in tales {
        let (seen, patient) = (tale.seen_by(caller), &tale.patient);
        let number =
            json!({ "certificate": { "kind": "RESIDENT_ID_CARD", "number": patient.number } });
        for by in [
            number,
            json!({ "phone": patient.phone }),
            json!({ "name": patient.name }),
        ] {
            let answer = caller.client.call(search, json!({ "search": by })).await;
            let context = format!(
                "{}, searched by {}: {}",
                tale.name, caller.label, answer.text
            );
            if let Some(refusal) = refusal(caller, "patients") {
                assert_eq!(code(&answer), Some(refusal), "{context}");
                continue;
            }
            let found = i32::from(tale.registered_by(caller) || seen >= View::Masked);
            assert_eq!(
                *answer.data("patients.totalCount"),
                json!(found),
                "{context}"
            );
        }
        let answer = caller
            .client
            .call(identity, json!({ "id": tale.patient_id }))
            .await;
        let context = format!(
            "{}, {seen:?}, asked by {}: {}",
            tale.name, caller.label, answer.text
        );
        let opens = seen == View::Treating || tale.registered_by(caller);
        assert_eq!(answer.text.contains(&patient.number), opens, "{context}");
        match (refusal(caller, "patient"), seen) {
            (Some(refusal), _) => assert_eq!(code(&answer), Some(refusal), "{context}"),
            (None, View::Masked) if !opens => {
                assert_eq!(code(&answer), Some("FORBIDDEN"), "{context}")
            }
            _ => assert_eq!(code(&answer), None, "{context}"),
        }
    }
}

impl Tale {
    /// What the caller sees of it.
    fn seen_by(&self, caller: &Caller) -> View {
        view(
            caller,
            relation(caller.at, &self.sender, &self.receiver),
            self.stage,
        )
    }

    /// Whether the caller is at the institution that registered the patient, and works with patients.
    fn registered_by(&self, caller: &Caller) -> bool {
        let cares = [Role::Clinician, Role::Coordinator, Role::Integration];
        caller.role.is_some_and(|role| cares.contains(&role))
            && caller.at == super::cast::At::Institution(self.sender.institution)
    }
}
