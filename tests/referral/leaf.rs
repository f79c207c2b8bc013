//! The fields of an input, as the schema lists them, and what must not be in each.

use std::collections::BTreeMap;

use api::id::{self, Kind};
use serde_json::{Value, json};
use uuid::Uuid;

use super::letter::with;
use crate::harness::client::Client;

/// A field of an input: where it is, and of which kind.
#[derive(Clone, Debug)]
pub struct Leaf {
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
pub struct Inputs<'a> {
    client: &'a Client,
    types: BTreeMap<String, Value>,
}

const TYPE: &str = "query($name: String!) { __type(name: $name) { kind isOneOf inputFields { name type { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } }";

impl<'a> Inputs<'a> {
    pub const fn of(client: &'a Client) -> Self {
        Self {
            client,
            types: BTreeMap::new(),
        }
    }

    async fn read(&mut self, name: &str) -> Value {
        if !self.types.contains_key(name) {
            let answer = self.client.call(TYPE, json!({ "name": name })).await.ok();
            self.types
                .insert(name.to_owned(), answer.data("__type").clone());
        }
        self.types[name].clone()
    }

    /// Every leaf below an input type.
    pub async fn leaves(&mut self, name: &str) -> Vec<Leaf> {
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
    pub fn name(&self) -> String {
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
    pub fn field(&self) -> &str {
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
    pub fn set(&self, input: &Value, value: Value) -> Value {
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
    pub fn faults(&self) -> Vec<(Value, bool)> {
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
