//! What a GraphQL request asks for: one operation, in the JSON of its body or the parameters of its address.

use apollo_compiler::response::{JsonMap, JsonValue};
use axum::{
    extract::Query,
    http::{StatusCode, Uri},
};
use serde_json::{Map, Value};

use super::{
    persisted::{Hash, Name, hash},
    refusal::Refusal,
    scan,
};
use crate::{
    crypto::digest,
    error::{ErrorCode, ProblemCode, Problems},
};

/// Values of a body; a hundred letters have a tenth of them.
const MOST_VALUES: usize = 100_000;

/// What is to be run.
#[derive(Debug)]
pub(super) struct Body {
    /// The document; empty as long as it is only named.
    pub query: String,
    /// What it is named by.
    pub name: Option<Name>,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// Its variables.
    pub variables: Map<String, Value>,
}

impl Body {
    /// Reads a body; everything that is wrong with its parameters is named at once.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        if scan::values(bytes) > MOST_VALUES {
            return Err(Refusal::new(
                StatusCode::PAYLOAD_TOO_LARGE,
                ErrorCode::CostLimit,
                format!("The body has more than {MOST_VALUES} values."),
            ));
        }
        let json = serde_json::from_slice(bytes)
            .map_err(|_| Refusal::malformed("The body is not JSON."))?;
        Self::of(json)
    }

    /// Reads the parameters of an address, of which `variables` and `extensions` are JSON.
    pub(super) fn of_address(address: &Uri) -> Result<Self, Refusal> {
        let parameters: Query<Vec<(String, String)>> = Query::try_from_uri(address)
            .map_err(|_| Refusal::malformed("The address's parameters cannot be read."))?;
        let mut object = Map::new();
        let mut problems = Problems::default();
        for (name, text) in parameters.0 {
            let value = match name.as_str() {
                "operationName" | "variables" | "extensions" if text.is_empty() => continue,
                "query" | "documentId" | "operationName" => Value::String(text),
                "variables" | "extensions" => serde_json::from_str(&text).unwrap_or(Value::from(0)),
                _ => continue,
            };
            if object.insert(name.clone(), value).is_some() {
                problems.add(name, ProblemCode::NotAllowed, "It is given twice.");
            }
        }
        if !problems.is_empty() {
            return Err(wrong(problems));
        }
        Self::of(Value::Object(object))
    }

    /// The same of a body that is read already.
    pub(super) fn of(json: Value) -> Result<Self, Refusal> {
        let mut object = match json {
            Value::Object(object) => object,
            Value::Array(_) => {
                return Err(Refusal::malformed(
                    "Batches are not taken: send one operation a request.",
                ));
            }
            _ => return Err(Refusal::malformed("The body is not a JSON object.")),
        };
        let mut problems = Problems::default();
        let query = take(&mut object, "query", STRING, &mut problems);
        let id = take(&mut object, "documentId", STRING, &mut problems);
        let operation_name = take(&mut object, "operationName", STRING, &mut problems);
        let variables = take(&mut object, "variables", OBJECT, &mut problems);
        let extensions = take(&mut object, "extensions", OBJECT, &mut problems);
        let hash = extensions.and_then(|extensions| persisted(&extensions, &mut problems));
        let only_once = id.is_none() || (query.is_none() && hash.is_none());
        let message = "A document that is named is not given too.";
        problems.check(only_once, "documentId", ProblemCode::NotAllowed, message);
        let name = id.map(Name::Id).or(hash.map(Name::Hash));
        if query.is_none() && name.is_none() && problems.is_empty() {
            problems.add("query", ProblemCode::Required, "There is no document.");
        }
        if !problems.is_empty() {
            return Err(wrong(problems));
        }
        Ok(Self {
            query: query.unwrap_or_default(),
            name,
            operation_name,
            variables: variables.unwrap_or_default(),
        })
    }

    /// The variables as the validator takes them.
    pub(super) fn typed_variables(&self) -> JsonMap {
        match JsonValue::from(Value::Object(self.variables.clone())) {
            JsonValue::Object(variables) => variables,
            _ => JsonMap::new(),
        }
    }

    /// By which a repeated request is told from another one: the order of an object's keys does not matter.
    pub(super) fn hash(&self) -> [u8; 32] {
        let mut variables = Vec::new();
        for (name, value) in sorted(&self.variables) {
            write(name, value, &mut variables);
        }
        digest(&[
            self.query.as_bytes(),
            self.operation_name
                .as_deref()
                .unwrap_or_default()
                .as_bytes(),
            &variables,
        ])
    }
}

/// The hash by which Apollo's clients name a document.
fn persisted(extensions: &Map<String, Value>, problems: &mut Problems) -> Option<Hash> {
    let named = extensions
        .get("persistedQuery")
        .filter(|named| !named.is_null())?;
    let hash = named["sha256Hash"].as_str().and_then(hash);
    let hash = hash.filter(|_| named["version"] == 1);
    let message = "It must have version 1, and the document's SHA-256 as sha256Hash.";
    let path = "extensions.persistedQuery";
    problems.check(hash.is_some(), path, ProblemCode::Format, message);
    hash
}

fn wrong(problems: Problems) -> Refusal {
    Refusal {
        problems: problems.into_vec(),
        ..Refusal::malformed("The request's parameters are wrong.")
    }
}

/// What a parameter is, in words, and how it is read.
type Form<T> = (&'static str, fn(Value) -> Option<T>);

const STRING: Form<String> = ("a string", |value| match value {
    Value::String(text) => Some(text),
    _ => None,
});
const OBJECT: Form<Map<String, Value>> = ("an object", |value| match value {
    Value::Object(object) => Some(object),
    _ => None,
});

/// Takes a parameter that may be missing or null.
fn take<T>(
    object: &mut Map<String, Value>,
    name: &str,
    (what, read): Form<T>,
    problems: &mut Problems,
) -> Option<T> {
    match object.remove(name)? {
        Value::Null => None,
        value => {
            let read = read(value);
            problems.check(
                read.is_some(),
                name,
                ProblemCode::Format,
                format!("It must be {what}."),
            );
            read
        }
    }
}

fn sorted(object: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut entries: Vec<_> = object.iter().collect();
    entries.sort_by_key(|(name, _)| name.as_str());
    entries
}

fn write(name: &str, value: &Value, out: &mut Vec<u8>) {
    out.extend(digest(&[name.as_bytes()]));
    match value {
        Value::Object(object) => {
            out.push(b'{');
            for (name, value) in sorted(object) {
                write(name, value, out);
            }
            out.push(b'}');
        }
        Value::Array(values) => {
            out.push(b'[');
            for value in values {
                write("", value, out);
            }
            out.push(b']');
        }
        leaf => out.extend(digest(&[leaf.to_string().as_bytes()])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_every_wrong_parameter() {
        let text = br#"{ "query": 1, "operationName": [], "variables": "x", "extensions": 2 }"#;
        let refusal = Body::read(text).expect_err("all are wrong");
        let paths: Vec<_> = refusal
            .problems
            .iter()
            .map(|found| found.path.as_str())
            .collect();
        assert_eq!(paths, ["query", "operationName", "variables", "extensions"]);
    }

    #[test]
    fn refuses_what_is_not_an_object() {
        for text in [
            "",
            "{",
            "[]",
            "\"x\"",
            "1",
            "null",
            "[{\"query\":\"{a}\"}]",
            "{}",
        ] {
            assert!(Body::read(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn the_hash_knows_values_but_not_the_order_of_keys() {
        let hash = |text: &str| Body::read(text.as_bytes()).expect("a body").hash();
        let one =
            hash(r#"{ "query": "{a}", "variables": { "x": 1, "y": { "a": [1, 2], "b": null } } }"#);
        let same =
            hash(r#"{ "variables": { "y": { "b": null, "a": [1, 2] }, "x": 1 }, "query": "{a}" }"#);
        assert_eq!(one, same);
        for other in [
            r#"{ "query": "{a}", "variables": { "x": "1", "y": { "a": [1, 2], "b": null } } }"#,
            r#"{ "query": "{a}", "variables": { "x": 1, "y": { "a": [2, 1], "b": null } } }"#,
            r#"{ "query": "{a}", "variables": { "x": 1, "y": { "a": [[1], 2], "b": null } } }"#,
            r#"{ "query": "{b}", "variables": { "x": 1, "y": { "a": [1, 2], "b": null } } }"#,
        ] {
            assert_ne!(one, hash(other), "{other}");
        }
    }
}
