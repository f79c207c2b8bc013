//! Reads the simulator's files.

use std::{
    collections::HashMap,
    fs::File,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use flate2::read::GzDecoder;
use serde_json::{Value, json};

/// What the test takes of the files.
pub struct Clinical {
    /// Every patient, as registered.
    pub patients: Vec<Person>,
    /// The inpatient and emergency encounters, the first first.
    pub encounters: Vec<Encounter>,
    /// The ambulatory ones, the first first.
    pub visits: Vec<Encounter>,
}

/// A patient of the files.
pub struct Person {
    /// Id in the files.
    pub id: String,
    /// `RegisterPatientInput`.
    pub input: Value,
}

/// An encounter of the files.
pub struct Encounter {
    /// Id in the files, which becomes the external id.
    pub id: String,
    /// The patient's id in the files.
    pub patient: String,
    /// Whether it was an emergency; else an admission.
    pub emergency: bool,
    /// When it began.
    pub start: DateTime<Utc>,
    /// When it ended.
    pub end: DateTime<Utc>,
    /// Code of the diagnosis, where it has one, and its words.
    pub diagnosis: (Option<String>, String),
    /// How the patient left.
    pub outcome: &'static str,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/clinical")
}

/// The resources of one kind.
pub fn read(name: &str) -> Vec<Value> {
    let file =
        File::open(folder().join(format!("{name}.ndjson.gz"))).expect("the files belong together");
    let lines = BufReader::new(GzDecoder::new(file)).lines();
    lines
        .map(|line| {
            serde_json::from_str(&line.expect("the file is whole")).expect("a line is one resource")
        })
        .collect()
}

impl Clinical {
    /// The files beside this clone, if they are there.
    pub fn read() -> Option<Self> {
        folder().join("Encounter.ndjson.gz").exists().then(|| {
            let conditions = Conditions::read();
            let resources = read("Encounter");
            let of = |classes: &[&str]| {
                let found = resources.iter().filter(|resource| {
                    text(resource, "/class/code").is_some_and(|class| classes.contains(&class))
                });
                let mut encounters: Vec<_> = found
                    .filter_map(|resource| encounter(resource, &conditions))
                    .collect();
                encounters.sort_by_key(|encounter| encounter.start);
                encounters
            };
            Self {
                patients: read("Patient").iter().map(person).collect(),
                encounters: of(&["EMER", "IMP"]),
                visits: of(&["AMB"]),
            }
        })
    }
}

/// The text at a place of a resource, where there is one.
pub fn text<'a>(resource: &'a Value, pointer: &str) -> Option<&'a str> {
    resource.pointer(pointer).and_then(Value::as_str)
}

fn moment(resource: &Value, pointer: &str) -> DateTime<Utc> {
    let at = text(resource, pointer).expect("every encounter of the files has a period");
    DateTime::parse_from_rfc3339(at)
        .expect("FHIR writes RFC 3339")
        .to_utc()
}

/// The patient that a resource is of.
pub fn person(resource: &Value) -> Person {
    let given = text(resource, "/name/0/given/0").unwrap_or_default();
    let family = text(resource, "/name/0/family").unwrap_or_default();
    let mut input = json!({
        "name": format!("{given} {family}"),
        "sex": if resource["gender"] == "male" { "MALE" } else { "FEMALE" },
        "birthDate": resource["birthDate"],
        "healthRecordNumber": resource["identifier"][0]["value"],
    });
    if let Some(phone) = text(resource, "/telecom/0/value") {
        input["phone"] = phone.into();
    }
    if let Some(line) = text(resource, "/address/0/line/0") {
        input["address"] = format!(
            "{line}, {}",
            text(resource, "/address/0/city").unwrap_or_default()
        )
        .into();
    }
    Person {
        id: resource["id"]
            .as_str()
            .expect("resources have ids")
            .to_owned(),
        input,
    }
}

/// Conditions by their own id and by the encounter that made them.
struct Conditions {
    by_id: HashMap<String, (Option<String>, String)>,
    of_encounter: HashMap<String, String>,
}

impl Conditions {
    fn read() -> Self {
        let mut conditions = Self {
            by_id: HashMap::new(),
            of_encounter: HashMap::new(),
        };
        for resource in read("Condition") {
            let id = resource["id"]
                .as_str()
                .expect("resources have ids")
                .to_owned();
            if let Some(encounter) = text(&resource, "/encounter/reference")
                .and_then(|reference| reference.strip_prefix("Encounter/"))
            {
                conditions
                    .of_encounter
                    .entry(encounter.to_owned())
                    .or_insert_with(|| id.clone());
            }
            if let Some(coded) = coded(&resource["code"]) {
                conditions.by_id.insert(id, coded);
            }
        }
        conditions
    }
}

/// The ICD-10 code of a concept, where it has one, and its words.
fn coded(concept: &Value) -> Option<(Option<String>, String)> {
    let code = text(concept, "/coding/0/code").map(str::to_owned);
    let words = text(concept, "/text").or_else(|| text(concept, "/coding/0/display"))?;
    Some((code, words.to_owned()))
}

/// The diagnosis is the encounter's own condition, else the one it links, else its reason.
fn encounter(resource: &Value, conditions: &Conditions) -> Option<Encounter> {
    let emergency = text(resource, "/class/code")? == "EMER";
    let id = text(resource, "/id")?.to_owned();
    let own = conditions.of_encounter.get(&id);
    let linked = text(resource, "/diagnosis/0/condition/reference")
        .and_then(|reference| reference.strip_prefix("Condition/"))
        .map(str::to_owned);
    let of = |condition: &String| conditions.by_id.get(condition).cloned();
    let diagnosis = own
        .and_then(of)
        .or_else(|| linked.as_ref().and_then(of))
        .or_else(|| coded(&resource["reasonCode"][0]))?;
    let outcome = match text(
        resource,
        "/hospitalization/dischargeDisposition/coding/0/code",
    ) {
        Some("exp") => "DIED",
        Some("other-hcf" | "hosp" | "snf" | "long") => "TRANSFERRED",
        _ => "IMPROVED",
    };
    Some(Encounter {
        patient: text(resource, "/subject/reference")?
            .strip_prefix("Patient/")?
            .to_owned(),
        start: moment(resource, "/period/start"),
        end: moment(resource, "/period/end"),
        id,
        emergency,
        diagnosis,
        outcome,
    })
}
