//! Every tale, looked at by everybody, with every field that can be asked for.

use std::collections::BTreeSet;

use entity::enums::Role;
use serde_json::{Value, json};

use super::{
    cast::{At, Caller, cast, everybody},
    fields::{self, Shown},
    schema::SCHEMA,
    stories::{SECRETS, STREET, Tale, tales},
    view::{Stage, View, relation, view},
};
use crate::harness::{both, client::Answer};

#[test]
fn everybody_sees_of_a_referral_what_the_table_says_and_nothing_else() {
    both(async |w| {
        let (tales, cast) = (tales(&w).await, cast(&w).await);
        // Through an interface too, where no guard of an object stands in the way.
        let document = format!(
            "query Look($by: ReferralKey!, $id: ID!) {{ referral(by: $by) {} through: node(id: $id) {{ ... on Referral {} }} }}",
            SCHEMA.selection("Referral", 2),
            SCHEMA.selection("Referral", 1)
        );
        let mut filled = BTreeSet::new();
        for tale in &tales {
            let by = json!({ "by": { "id": tale.told.id }, "id": tale.told.id });
            let sender = cast.iter().find(|caller| {
                caller.role == Some(Role::Clinician)
                    && caller.at == At::Institution(tale.sender.institution)
            });
            let sender = sender.expect("every sender has a clinician in the cast");
            let whole = sender.client.call(&document, by.clone()).await.ok();
            let whole = whole.data("referral").clone();
            note_filled(&whole, &mut filled);
            everybody(&cast, async |caller| {
                let answer = caller.client.call(&document, by.clone()).await;
                check(tale, caller, &answer, &whole);
            })
            .await;
        }
        let never: Vec<&str> = SCHEMA
            .fields("Referral")
            .iter()
            .map(|field| field.name.as_str())
            // Stories of their own: tests/referral/{based_on,in_house,cited}.rs.
            .filter(|name| !filled.contains(*name))
            .filter(|name| {
                ![
                    "basedOn",
                    "consultation",
                    "criticalValue",
                    "citedOrders",
                    "dispatch",
                ]
                .contains(name)
            })
            .collect();
        assert_eq!(
            never,
            Vec::<&str>::new(),
            "no tale has these, so that nothing was tried"
        );
    });
}

fn note_filled(whole: &Value, filled: &mut BTreeSet<String>) {
    let fields = whole.as_object().into_iter().flatten();
    filled.extend(
        fields
            .filter(|(_, value)| !value.is_null())
            .map(|(name, _)| name.clone()),
    );
}

fn check(tale: &Tale, caller: &Caller, answer: &Answer, whole: &Value) {
    let seen = view(
        caller,
        relation(caller.at, &tale.sender, &tale.receiver),
        tale.stage,
    );
    let context = format!(
        "{}, seen by {}: {seen:?}: {}",
        tale.name, caller.label, answer.text
    );
    search(tale, seen, answer, &context);
    let refused = |code: &str| {
        for root in ["referral", "through"] {
            assert_eq!(answer.code(root), code, "{context}");
        }
    };
    let agree = is_part_of(answer.data("through"), answer.data("referral"));
    assert!(agree, "through the interface: {context}");
    match seen {
        View::Unauthenticated => refused("UNAUTHENTICATED"),
        View::Forbidden => refused("FORBIDDEN"),
        View::Nothing => {
            assert!(
                answer.errors().is_empty() && answer.data("referral").is_null(),
                "{context}"
            );
        }
        View::Header | View::Masked | View::Treating => {
            assert!(answer.errors().is_empty(), "{context}");
            let own = answer.data("referral");
            assert_eq!(own["headerOnly"], seen == View::Header, "{context}");
            referral(tale, seen, own, whole, &context);
        }
    }
}

/// Whether whatever the one tells the other tells alike.
fn is_part_of(part: &Value, whole: &Value) -> bool {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => part.iter().all(|(name, value)| {
            whole
                .get(name)
                .is_some_and(|other| is_part_of(value, other))
        }),
        (Value::Array(part), Value::Array(whole)) => {
            part.len() == whole.len()
                && part
                    .iter()
                    .zip(whole)
                    .all(|(one, other)| is_part_of(one, other))
        }
        _ => part == whole,
    }
}

/// Whether the answer tells what it must not, wherever in it.
fn search(tale: &Tale, seen: View, answer: &Answer, context: &str) {
    let patient = &tale.patient;
    let birth = patient.birth_date.to_string();
    let text = answer.text.as_str();
    // Nobody is shown the whole number without saying what for.
    assert!(!text.contains(&patient.number), "the number: {context}");
    if seen == View::Treating {
        return;
    }
    for secret in [patient.name.as_str(), patient.phone.as_str(), STREET] {
        assert!(!text.contains(secret), "{secret}: {context}");
    }
    assert!(
        !text.contains(&format!("\"{birth}\"")),
        "the birth date: {context}"
    );
    if seen != View::Masked || tale.sensitive && tale.stage != Stage::Draft {
        for secret in SECRETS
            .into_iter()
            .chain(["I63", "脑梗死", "F20", "精神分裂症"])
        {
            assert!(!text.contains(secret), "{secret}: {context}");
        }
    }
}

/// Each field of a referral that is seen, beside what its sender sees.
fn referral(tale: &Tale, seen: View, own: &Value, whole: &Value, context: &str) {
    let withheld = tale.sensitive && seen != View::Treating;
    for field in SCHEMA.fields("Referral") {
        let name = field.name.as_str();
        let shown = fields::shown(&SCHEMA, "Referral", name);
        let shown = shown.unwrap_or_else(|| panic!("Referral.{name} has no line in the table"));
        let is = &own[name];
        let open = match shown {
            Shown::Always | Shown::OfViewer | Shown::Related => true,
            Shown::Content => seen != View::Header,
            Shown::Clinical => seen != View::Header && !withheld,
            Shown::Masked | Shown::Plain => panic!("Referral.{name}: only patients are masked"),
        };
        match name {
            _ if !open => assert!(is.is_null() || *is == json!([]), "{name}: {context}"),
            // Each row that it leads to is one of its own, masked by its own relation.
            _ if shown == Shown::Related => {
                let nothing = is.is_null() || is.as_array().is_some_and(Vec::is_empty);
                assert!(seen != View::Header || nothing, "{name}: {context}");
            }
            "patient" => patient(tale, seen, is, context),
            "timeline" => timeline(is, seen != View::Header && !withheld, &whole[name], context),
            "diagnoses" if withheld => diagnoses(is, context),
            _ if shown == Shown::OfViewer => assert!(!is.is_null(), "{name}: {context}"),
            _ => assert_eq!(is, &whole[name], "{name}: {context}"),
        }
    }
}

fn patient(tale: &Tale, seen: View, is: &Value, context: &str) {
    let (patient, plain) = (&tale.patient, seen == View::Treating);
    let masked = |text: &str| text.chars().next().map(|first| format!("{first}*"));
    let (number, phone) = (&patient.number, &patient.phone);
    let birth_date = patient.birth_date.to_string();
    let masks = json!({
        "masked": !plain,
        "name": if plain { Some(patient.name.clone()) } else { masked(&patient.name) },
        "birthDate": plain.then_some(birth_date),
        "idNumber": format!("{}**********{}", &number[..4], &number[14..]),
        "phone": if plain { phone.clone() } else { format!("{}****{}", &phone[..3], &phone[7..]) },
        "address": format!("杭州市西湖区转塘街道{}", if plain { STREET } else { "" }),
    });
    for (field, expected) in masks.as_object().into_iter().flatten() {
        assert_eq!(&is[field], expected, "patient.{field}: {context}");
    }
    assert_eq!(is["tags"][0]["tag"], "HYPERTENSION", "{context}");
    let rows = is["referrals"]["edges"].as_array();
    let ids = rows.into_iter().flatten().map(|edge| &edge["node"]["id"]);
    let ids: Vec<_> = ids.collect();
    assert!(
        ids.contains(&&json!(tale.told.id)),
        "patient.referrals: {context}"
    );
}

/// What happened is told to everybody, in words to whoever may read them.
fn timeline(is: &Value, in_words: bool, whole: &Value, context: &str) {
    let mut expected = whole.clone();
    let edges = expected["edges"].as_array_mut().into_iter().flatten();
    for edge in edges {
        if !in_words {
            edge["node"]["note"] = Value::Null;
        }
    }
    assert_eq!(is, &expected, "timeline: {context}");
}

fn diagnoses(is: &Value, context: &str) {
    for diagnosis in is.as_array().into_iter().flatten() {
        assert_eq!(diagnosis["withheld"], true, "{context}");
        assert!(diagnosis["code"].is_null(), "{context}");
        assert_eq!(diagnosis["text"], "", "{context}");
    }
}
