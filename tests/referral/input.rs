//! Bad input: every field of every input of a verb, as the schema lists them, filled with whatever must not be there.
//!
//! Nothing here names a field but to say how a good one looks: a field that is added to an input is tested from then on.

use std::collections::BTreeMap;

use api::id::{self, Kind};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    cast::Cast,
    census::{Census, census},
    letter::with,
    story::{input_type, on, report},
};
use crate::harness::{
    both,
    client::{Answer, Client},
};

/// A field of an input: where it is, and of which kind.
#[derive(Clone, Debug)]
struct Leaf {
    path: Vec<Step>,
    kind: String,
    required: bool,
}

/// A step to a field; that of a `@oneOf` input is the only one of its object.
#[derive(Clone, Debug)]
enum Step {
    Field(String),
    Only(String),
    First,
}

/// Reads the inputs from the service.
struct Inputs<'a> {
    client: &'a Client,
    types: BTreeMap<String, Value>,
}

const TYPE: &str = "query($name: String!) { __type(name: $name) { kind isOneOf inputFields { name type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } }";

impl Inputs<'_> {
    async fn read(&mut self, name: &str) -> Value {
        if !self.types.contains_key(name) {
            let answer = self.client.call(TYPE, json!({ "name": name })).await.ok();
            self.types
                .insert(name.to_owned(), answer.data("__type").clone());
        }
        self.types[name].clone()
    }

    /// Every leaf below an input type.
    async fn leaves(&mut self, name: &str) -> Vec<Leaf> {
        let mut found = Vec::new();
        let mut open = vec![(Vec::new(), name.to_owned())];
        while let Some((path, name)) = open.pop() {
            let input = self.read(&name).await;
            for field in input["inputFields"]
                .as_array()
                .expect("an input has fields")
            {
                let field_name = field["name"].as_str().expect("a name").to_owned();
                let step = if input["isOneOf"] == true {
                    Step::Only(field_name)
                } else {
                    Step::Field(field_name)
                };
                let (mut path, mut of) = (path.clone(), &field["type"]);
                path.push(step);
                let required = of["kind"] == "NON_NULL";
                while let Some(kind @ ("NON_NULL" | "LIST")) = of["kind"].as_str() {
                    if kind == "LIST" {
                        path.push(Step::First);
                    }
                    of = &of["ofType"];
                }
                let kind = of["name"].as_str().expect("a name").to_owned();
                if of["kind"] == "INPUT_OBJECT" {
                    open.push((path, kind));
                } else {
                    let kind = if of["kind"] == "ENUM" {
                        "ENUM".to_owned()
                    } else {
                        kind
                    };
                    found.push(Leaf {
                        path,
                        kind,
                        required,
                    });
                }
            }
        }
        found
    }
}

impl Leaf {
    /// The path as the service names it.
    fn name(&self) -> String {
        let mut name = "input".to_owned();
        for step in &self.path {
            match step {
                Step::Field(field) | Step::Only(field) => {
                    name.push('.');
                    name.push_str(field);
                }
                Step::First => name.push_str("[0]"),
            }
        }
        name
    }

    /// Its own name.
    fn field(&self) -> &str {
        self.path
            .iter()
            .rev()
            .find_map(|step| match step {
                Step::Field(field) | Step::Only(field) => Some(field.as_str()),
                Step::First => None,
            })
            .expect("a leaf is a field")
    }

    /// The input with another value there.
    fn set(&self, input: &Value, value: Value) -> Value {
        let mut changed = input.clone();
        // A draft has its patient already.
        if self.name().starts_with("input.draft") {
            changed = with(changed, json!({ "patient": null }));
        }
        let mut place = &mut changed;
        for step in &self.path {
            place = match step {
                Step::Field(field) => {
                    if !place.is_object() {
                        *place = json!({});
                    }
                    &mut place[field]
                }
                Step::Only(field) => {
                    let kept = match field.as_str() {
                        "external" => json!({ "institution": nobody(), "id": "HIS-1" }),
                        _ => place[field].take(),
                    };
                    *place = json!({ field: kept });
                    &mut place[field]
                }
                Step::First => {
                    if place.as_array().is_none_or(Vec::is_empty) {
                        *place = json!([null]);
                    }
                    &mut place[0]
                }
            };
        }
        *place = value;
        changed
    }

    /// What must not be there, and whether the request as a whole is refused for it.
    fn faults(&self) -> Vec<(Value, bool)> {
        let long = "长".repeat(5_000);
        let texts = ["", "  ", "\u{0}", "a\u{7}b", "\u{202e}abc", long.as_str()];
        let mut faults: Vec<(Value, bool)> = match self.kind.as_str() {
            "String" => texts
                .iter()
                .filter(|text| !text.trim().is_empty() || !may_be_blank(&self.name()))
                .map(|text| (json!(text), false))
                .collect(),
            "ID" => {
                let of_another = id::encode(Kind::Audit, Uuid::from_u128(1));
                let mut ids: Vec<_> = texts.iter().map(|text| json!(text)).collect();
                ids.extend([
                    json!("𠮷"),
                    json!(of_another),
                    json!(id::encode(self.points_to(), Uuid::from_u128(1))),
                ]);
                ids.into_iter().map(|id| (id, false)).collect()
            }
            "Date" => [
                "",
                "2026-02-30",
                "20260302",
                "２０２６-03-02",
                "2026-03-02T00:00:00Z",
                "\u{0}",
            ]
            .map(|text| (json!(text), false))
            .into(),
            "DateTime" => [
                "",
                "yesterday",
                "2026-03-02",
                "2026-03-02T09:00:00",
                "2026-02-30T09:00:00Z",
                "\u{0}",
            ]
            .map(|text| (json!(text), false))
            .into(),
            "ENUM" => ["", "NO_SUCH_VALUE", "routine", "𠮷"]
                .map(|text| (json!(text), true))
                .into(),
            "Boolean" => vec![(json!("yes"), true), (json!(1), true)],
            "Int" => vec![
                (json!("1"), true),
                (json!(1.5), true),
                (json!(3_000_000_000_i64), true),
            ],
            other => panic!("no faults are known for {other}"),
        };
        if matches!(self.kind.as_str(), "String" | "ID") {
            faults.extend([(json!({ "a": 1 }), true), (json!(true), true)]);
        }
        if self.required {
            faults.push((Value::Null, true));
        }
        faults
    }

    /// The kind of object that an id in this field names.
    fn points_to(&self) -> Kind {
        let name = self.field();
        let parent = self.name();
        if name.ends_with("Department") || name == "department" {
            Kind::Department
        } else if name.ends_with("ractitioner") || name == "assessor" {
            Kind::Practitioner
        } else if name == "criticalValue" {
            Kind::CriticalValue
        } else if parent.ends_with("consultation.id") || parent.ends_with("citedOrders[0].id") {
            Kind::Order
        } else if parent.ends_with("patient.id") {
            Kind::Patient
        } else if parent.ends_with("referral.id") || parent.ends_with("draft.id") {
            Kind::Referral
        } else {
            Kind::Institution
        }
    }
}

/// The id of an institution that is not there.
fn nobody() -> String {
    id::encode(Kind::Institution, Uuid::from_u128(1))
}

/// Whether the field is one that hospital systems send empty for what they do not know: it counts as left out.
fn may_be_blank(name: &str) -> bool {
    ["phone", "address", "healthRecordNumber"]
        .iter()
        .any(|field| name == format!("input.patient.register.{field}"))
}

/// A letter with every object that it can have.
fn whole(letter: Value) -> Value {
    with(
        letter,
        json!({
            "insurance": { "status": "FILED", "number": "YB-1" },
            "patient": { "register": { "tags": [{ "tag": "HYPERTENSION", "startsOn": "2020-01-01" }] } },
        }),
    )
}

/// Fills each field of the verb's input with what must not be there.
async fn refuses_every_fault(cast: &Cast, by: &Client, verb: &str, good: Value) {
    let mut inputs = Inputs {
        client: by,
        types: BTreeMap::new(),
    };
    let leaves = inputs.leaves(&input_type(verb)).await;
    assert!(leaves.len() > 5, "the input was read: {leaves:?}");
    let before = census(&cast.w).await;
    let mut wrong = Vec::new();
    for leaf in &leaves {
        for (fault, as_a_whole) in leaf.faults() {
            let input = leaf.set(&good, fault.clone());
            let answer = cast.story.ask(by, verb, input).await;
            if let Err(what) = refused(&answer, verb, leaf, as_a_whole) {
                let fault: String = fault.to_string().chars().take(40).collect();
                wrong.push(format!("{verb} {} = {fault}: {what}", leaf.name()));
            }
            written_nothing(cast, &before, verb, leaf, &fault, &mut wrong).await;
        }
    }
    assert!(
        wrong.is_empty(),
        "{} faults:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

async fn written_nothing(
    cast: &Cast,
    before: &Census,
    verb: &str,
    leaf: &Leaf,
    fault: &Value,
    wrong: &mut Vec<String>,
) {
    // What is not found is a denial, which the audit trail keeps.
    let mut changed = census(&cast.w).await.changed_since(before);
    changed.retain(|(table, _)| !table.starts_with("audit"));
    if !changed.is_empty() {
        wrong.push(format!(
            "{verb} {} = {fault} wrote {changed:?}",
            leaf.name()
        ));
    }
}

/// Whether the answer refuses the field clearly.
fn refused(answer: &Answer, verb: &str, leaf: &Leaf, as_a_whole: bool) -> Result<(), String> {
    let Some(error) = answer.errors().first() else {
        return Err("taken".to_owned());
    };
    let code = error["extensions"]["code"].as_str().unwrap_or("none");
    if answer.status.as_u16() >= 500 {
        return Err(format!("status {}", answer.status));
    }
    if as_a_whole {
        let named = answer
            .problems()
            .iter()
            .any(|(path, _)| path.trim_end_matches("[0]").ends_with(leaf.field()));
        return (answer.status == 400 && code == "INVALID_INPUT" && named)
            .then_some(())
            .ok_or_else(|| format!("{} {code} {:?}", answer.status, answer.problems()));
    }
    // A well-formed key of nothing is not found.
    let key = leaf.name().starts_with("input.referral.")
        || leaf.name().starts_with("input.draft.")
        || leaf.name() == "input.patient.id";
    if key && code == "NOT_FOUND" {
        return Ok(());
    }
    let name = leaf.name();
    // The same of a referral or an order that the letter names, which is named as a whole.
    let whole = |path: &str| {
        ["basedOn", "consultation", "citedOrders[0]"]
            .iter()
            .any(|field| path.ends_with(field))
            && name.starts_with(&format!("{path}."))
    };
    let named = answer
        .problems()
        .iter()
        .any(|(path, _)| *path == name || whole(path));
    (answer.status == 200 && code == "INVALID_INPUT" && named && answer.data(verb).is_null())
        .then_some(())
        .ok_or_else(|| format!("{} {code} {:?}", answer.status, answer.problems()))
}

#[test]
fn draft() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        refuses_every_fault(&cast, &cast.hill, "draftReferral", whole(cast.story.up())).await;
    });
}

#[test]
fn submit() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        refuses_every_fault(
            &cast,
            &cast.county,
            "submitReferral",
            whole(cast.story.down()),
        )
        .await;
    });
}

#[test]
fn resubmit() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let returned = cast.bring("RETURNED").await;
        let content = with(whole(cast.story.up()), json!({ "patient": null }));
        let good = with(on(&returned), json!({ "content": content }));
        refuses_every_fault(&cast, &cast.hill, "resubmitReferral", good).await;
    });
}

#[test]
fn every_other_verb() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let verbs = [
            (
                "returnReferral",
                "SUBMITTED",
                json!({ "missingItems": ["血压"] }),
            ),
            ("acceptReferral", "SUBMITTED", json!({})),
            ("rejectReferral", "SUBMITTED", json!({ "reason": "NO_BED" })),
            ("withdrawReferral", "SUBMITTED", json!({ "reason": "好转" })),
            (
                "recordDeparture",
                "ACCEPTED",
                json!({ "transport": "SELF" }),
            ),
            ("recordArrival", "ACCEPTED", json!({})),
            ("recordNoShow", "NO_SHOW", json!({})),
            (
                "startTreatment",
                "ARRIVED",
                json!({ "visitNumber": "ZY-1" }),
            ),
            ("reportBack", "ARRIVED", report()),
            (
                "closeReferral",
                "REPORTED_BACK",
                json!({ "followUp": { "template": "GENERAL" } }),
            ),
        ];
        for (verb, status, said) in verbs {
            let told = if verb == "recordNoShow" {
                let accepted = cast.bring("ACCEPTED").await;
                w.wait(chrono::Duration::minutes(2));
                accepted
            } else {
                cast.bring(status).await
            };
            let said = if verb == "acceptReferral" {
                cast.story.acceptance(&told)
            } else {
                said
            };
            let by = match verb {
                "withdrawReferral" | "recordDeparture" | "closeReferral" => &cast.hill,
                _ => &cast.county,
            };
            refuses_every_fault(&cast, by, verb, with(on(&told), said)).await;
        }
    });
}

#[test]
fn characters_of_four_bytes_are_kept_in_texts_and_refused_in_codes() {
    both(async |w| {
        let cast = Cast::of(&w).await;
        let text = "𠮷野家旁的卫生室😀，\n换行与\t制表";
        let letter = json!({
            "externalId": "单-𠮷",
            "reasonText": text,
            "clinical": { "presentIllness": text, "pastHistory": text },
            "diagnoses": [{ "code": "I63.900", "text": "𠮷氏病", "principal": true }],
        });
        let posted = cast
            .story
            .submit(&cast.system, with(cast.story.up(), letter))
            .await;
        let document = "query($id: ID!) { referral(by: { id: $id }) { externalId reasonText clinical { presentIllness pastHistory } diagnoses { text } } }";
        let answer = cast
            .county
            .call(document, json!({ "id": posted.id }))
            .await
            .ok();
        let expected = json!({
            "externalId": "单-𠮷", "reasonText": text,
            "clinical": { "presentIllness": text, "pastHistory": text },
            "diagnoses": [{ "text": "𠮷氏病" }],
        });
        assert_eq!(*answer.data("referral"), expected);
        let faults = [
            (json!({ "senderPhone": "0571-𠮷𠮷𠮷" }), "input.senderPhone"),
            (
                json!({ "diagnoses": [{ "code": "I6𠮷", "text": "病", "principal": true }] }),
                "input.diagnoses[0].code",
            ),
            (json!({ "receiver": "inst_𠮷" }), "input.receiver"),
            (
                json!({ "patient": { "register": { "certificate": { "number": "37130219400101𠮷𠮷" } } } }),
                "input.patient.register.certificate.number",
            ),
        ];
        for (fault, path) in faults {
            let answer = cast
                .story
                .ask(&cast.hill, "submitReferral", with(cast.story.up(), fault))
                .await;
            assert_eq!(answer.code("submitReferral"), "INVALID_INPUT", "{path}");
            assert!(
                answer.problems().iter().any(|(at, _)| *at == path),
                "{path}: {:?}",
                answer.problems()
            );
        }
    });
}
