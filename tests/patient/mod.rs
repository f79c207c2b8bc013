//! Patients: registration, identity, masking, tags.

use serde_json::{Value, json};

use crate::harness::client::{Answer, Client};

mod access;
pub mod break_glass;
mod check;
mod conflict;
mod identify;
mod identity;
mod masking;
mod merge;
mod queue;
mod register;
mod resolve_conflict;
mod search;
mod sight;
mod tag;

/// What is asked of a patient.
const SEEN: &str = "id name sex birthDate age idNumber phone address healthRecordNumber insuranceKind masked identified provisional version tags { id tag startsOn endsOn }";

/// Registers a patient, whatever comes of it.
async fn register(by: &Client, input: &Value) -> Answer {
    let document = format!(
        "mutation Register($input: RegisterPatientInput!) {{ registerPatient(input: $input) {{ replayed patient {{ {SEEN} }} }} }}"
    );
    by.call(&document, json!({ "input": input })).await
}

/// Registers a patient and gives the public id.
async fn registered(by: &Client, input: &Value) -> String {
    let answer = register(by, input).await.ok();
    answer.text_at("registerPatient.patient.id").to_owned()
}

/// The patient as the client sees it; null where it does not.
async fn look(by: &Client, id: &str) -> Value {
    let document = format!("query Look($id: ID!) {{ patient(id: $id) {{ {SEEN} }} }}");
    let answer = by.call(&document, json!({ "id": id })).await.ok();
    answer.data("patient").clone()
}

/// The input with another value in a field, named by a JSON pointer.
fn with(input: &Value, field: &str, value: Value) -> Value {
    let mut input = input.clone();
    let (parent, name) = field.rsplit_once('/').expect("a pointer begins with /");
    let parent = input.pointer_mut(parent).expect("the field has a parent");
    parent[name] = value;
    input
}
