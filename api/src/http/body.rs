//! The body of a GraphQL request: one operation, in JSON.

use apollo_compiler::response::{JsonMap, JsonValue};
use serde_json::{Map, Value};

use super::refusal::Refusal;
use crate::{
    crypto::digest,
    error::{ProblemCode, Problems},
};

/// What is to be run.
#[derive(Debug)]
pub(super) struct Body {
    /// The document.
    pub query: String,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// Its variables.
    pub variables: Map<String, Value>,
}

impl Body {
    /// Reads a body; everything that is wrong with its parameters is named at once.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, Refusal> {
        let json = serde_json::from_slice(bytes)
            .map_err(|_| Refusal::malformed("The body is not JSON."))?;
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
        if query.is_none() && problems.is_empty() {
            problems.add("query", ProblemCode::Required, "There is no document.");
        }
        let operation_name = take(&mut object, "operationName", STRING, &mut problems);
        let variables = take(&mut object, "variables", OBJECT, &mut problems);
        take(&mut object, "extensions", OBJECT, &mut problems);
        let problems = problems.into_vec();
        if problems.is_empty() {
            Ok(Self {
                query: query.unwrap_or_default(),
                operation_name,
                variables: variables.unwrap_or_default(),
            })
        } else {
            Err(Refusal {
                problems,
                ..Refusal::malformed("The request's parameters are wrong.")
            })
        }
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
