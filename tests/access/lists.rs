//! Every query by everybody, and what lists, counts and filters tell.

use entity::enums::Role;
use serde_json::{Value, json};

use super::{
    calls::On,
    cast::{At, Caller, cast, everybody},
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
    ("bedPools", "{ totalCount }"),
    (
        "slots",
        "(filter: { institution: \"$hill\" }) { totalCount }",
    ),
    (
        "sharedCentre",
        "(id: \"$centre\") { served { totalCount } items { totalCount } }",
    ),
    ("sharedCentres", "{ totalCount }"),
    ("batch", "(id: \"$batch\") { orders { totalCount } }"),
    (
        "trainingSessions",
        "{ edges { node { enrolments { totalCount } } } }",
    ),
    ("alliances", "{ edges { node { members { totalCount } } } }"),
    ("agreements", "{ totalCount }"),
    ("studios", "{ totalCount }"),
    ("supervisionVisits", "{ totalCount }"),
    ("volumeReports", "{ totalCount }"),
    (
        "familyDoctorTeams",
        "{ totalCount edges { node { signed members { leader } } } }",
    ),
    ("familyDoctorPackages", "{ totalCount }"),
    ("familyDoctorContracts", "{ totalCount }"),
    ("dispatch", "(id: \"$dispatch\") { id }"),
    ("dispatches", "{ totalCount }"),
    (
        "dispatchStatistics",
        "(input: { from: \"2026-03-01\", to: \"2026-03-31\" }) { experts }",
    ),
    ("patient", "(id: \"$patient\") { id }"),
    ("patients", "(search: { name: \"无名\" }) { totalCount }"),
    ("patientConflicts", "{ totalCount }"),
    (
        "patientAccesses",
        "(patient: { id: \"$patient\" }, purpose: PATIENT_REQUEST) { totalCount }",
    ),
    ("breakGlassEvents", "{ totalCount }"),
    ("referral", "(by: { id: \"$ref\" }) { id }"),
    ("referrals", "{ totalCount }"),
    ("episode", "(id: \"$episode\") { id }"),
    ("followUps", "{ totalCount }"),
    ("order", "(by: { id: \"$order\" }) { id }"),
    ("orders", "{ totalCount }"),
    (
        "recognisableResults",
        "(patient: \"$patient\", item: \"$item\") { totalCount }",
    ),
    ("criticalValues", "{ totalCount }"),
    ("changes", "{ totalCount }"),
    ("auditEntries", "(filter: {}) { totalCount }"),
    ("codes", "(set: SEX) { code }"),
    (
        "suggestDestinations",
        "(input: { urgency: EMERGENCY }) { score }",
    ),
    (
        "throughput",
        "(input: { from: \"2026-01-31T16:00:00Z\", to: \"2026-02-28T16:00:00Z\", bucket: MONTH }) { requested }",
    ),
    (
        "indicators",
        "(input: { from: \"2026-02-01\", to: \"2026-02-28\" }) { value }",
    ),
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
        everybody(&cast, async |caller| {
            roles(caller, &on).await;
            by_id(caller, &on).await;
            lists(caller, &tales).await;
            patients(caller, &tales).await;
        })
        .await;
    });
}

/// What the service says to whoever may not call an operation; none to whoever may.
fn refusal(caller: &Caller, operation: &str) -> Option<&'static str> {
    let role = caller.role;
    match (
        table::who(operation).expect("every operation has a line"),
        role,
    ) {
        (Who::Only(roles), Some(role)) => (!roles.contains(&role)).then_some("FORBIDDEN"),
        (Who::Everybody, _) | (Who::SignedIn | Who::Themselves, Some(_)) => None,
        (_, None) => Some("UNAUTHENTICATED"),
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
    let refused = refusal(caller, "patients");
    // Who is refused by their role is refused alike, whoever the patient is.
    let tales = if refused.is_some() {
        &tales[1..2]
    } else {
        tales
    };
    for tale in tales {
        let context = |answer: &Answer| {
            let (name, label, text) = (tale.name, &caller.label, &answer.text);
            format!("{name}, asked for by {label}: {text}")
        };
        let answer = search(caller, tale).await;
        if refused.is_some() {
            assert_eq!(code(&answer), refused, "{}", context(&answer));
        } else {
            let finds = tale.registered_by(caller) || tale.seen_by(caller) >= View::Masked;
            for by in ["number", "phone", "name"] {
                let found = answer.data(&format!("{by}.totalCount"));
                assert_eq!(
                    *found,
                    json!(i32::from(finds)),
                    "{by}: {}",
                    context(&answer)
                );
            }
        }
        let answer = identity(caller, tale).await;
        let seen = tale.seen_by(caller);
        let opens = seen == View::Treating || tale.registered_by(caller);
        let expected = refused.or((seen == View::Masked && !opens).then_some("FORBIDDEN"));
        assert_eq!(code(&answer), expected, "{}", context(&answer));
        let told = answer.text.contains(&tale.patient.number);
        assert_eq!(told, opens, "{}", context(&answer));
    }
}

async fn search(caller: &Caller, tale: &Tale) -> Answer {
    let document =
        "query Search($number: PatientSearch!, $phone: PatientSearch!, $name: PatientSearch!) {
        number: patients(search: $number) { totalCount }
        phone: patients(search: $phone) { totalCount }
        name: patients(search: $name) { totalCount }
    }";
    let patient = &tale.patient;
    let variables = json!({
        "number": { "certificate": { "kind": "RESIDENT_ID_CARD", "number": patient.number } },
        "phone": { "phone": patient.phone },
        "name": { "name": patient.name },
    });
    caller.client.call(document, variables).await
}

async fn identity(caller: &Caller, tale: &Tale) -> Answer {
    let document = "query Identity($id: ID!) {
        patient(id: $id) { identity(purpose: TREATMENT) { name idNumber phone address birthDate } }
    }";
    caller
        .client
        .call(document, json!({ "id": tale.patient_id }))
        .await
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
            && caller.at == At::Institution(self.sender.institution)
    }
}
