//! Whether a request's variables fit what its operation declares. Every one that does not is named by its path, as the caller wrote it:
//! `inputs[3].diagnoses[0].principal`. Neither values nor keys that the schema does not know are repeated.

use apollo_compiler::{
    Name, Schema, ast::Type, executable::Operation, request::coerce_variable_values,
    response::JsonMap, response::JsonValue, schema::ExtendedType, validation::Valid,
};

use super::refusal::Refusal;
use crate::error::{ProblemCode, Problems};

/// Problems of one request that are named.
const MOST_PROBLEMS: usize = 100;

/// The variables as the operation takes them, defaults filled in.
pub(super) fn coerce(
    schema: &Valid<Schema>,
    operation: &Operation,
    variables: &JsonMap,
) -> Result<JsonMap, Refusal> {
    const UNFIT: &str = "The variables do not fit what the operation declares.";
    let problems = misfits(schema, operation, variables).into_vec();
    if !problems.is_empty() {
        return Err(Refusal {
            problems,
            ..Refusal::malformed(UNFIT).of_document()
        });
    }
    coerce_variable_values(schema, operation, variables)
        .map(Valid::into_inner)
        .map_err(|_| Refusal::parameter("variables", ProblemCode::Format, UNFIT).of_document())
}

/// What does not fit.
fn misfits(schema: &Schema, operation: &Operation, variables: &JsonMap) -> Problems {
    let mut walk = Walk {
        schema,
        problems: Problems::default(),
    };
    for variable in &operation.variables {
        let default = variable.default_value.is_some();
        let given = variables.get(variable.name.as_str());
        walk.field(&variable.ty, default, given, variable.name.as_str());
    }
    walk.problems
}

struct Walk<'s> {
    schema: &'s Schema,
    problems: Problems,
}

impl Walk<'_> {
    /// A variable, or a field of an input, that may have been left out.
    fn field(&mut self, ty: &Type, default: bool, given: Option<&JsonValue>, path: &str) {
        match given {
            Some(value) => self.value(ty, value, path),
            None if ty.is_non_null() && !default => {
                self.problems
                    .add(path, ProblemCode::Required, "It must be given.");
            }
            None => {}
        }
    }

    fn value(&mut self, ty: &Type, value: &JsonValue, path: &str) {
        if self.problems.count() >= MOST_PROBLEMS {
            return;
        }
        if value.is_null() {
            let allowed = !ty.is_non_null();
            let message = "It must not be null.";
            self.problems
                .check(allowed, path, ProblemCode::Required, message);
            return;
        }
        match (ty, value) {
            (Type::List(of) | Type::NonNullList(of), JsonValue::Array(entries)) => {
                for (place, entry) in entries.iter().enumerate() {
                    self.value(of, entry, &format!("{path}[{place}]"));
                }
            }
            // One value stands for a list of one.
            (Type::List(of) | Type::NonNullList(of), value) => self.value(of, value, path),
            (Type::Named(name) | Type::NonNullNamed(name), value) => self.named(name, value, path),
        }
    }

    fn named(&mut self, name: &Name, value: &JsonValue, path: &str) {
        match self.schema.types.get(name) {
            Some(ExtendedType::InputObject(input)) => {
                let Some(object) = value.as_object() else {
                    return self.unfit(name, path);
                };
                let known = |key: &str| input.fields.contains_key(key);
                let unknown = object.keys().any(|key| !known(key.as_str()));
                let message = format!("It has a key that {name} does not have.");
                self.problems
                    .check(!unknown, path, ProblemCode::NotAllowed, message);
                for (field, definition) in &input.fields {
                    let default = definition.default_value.is_some();
                    let given = object.get(field.as_str());
                    self.field(&definition.ty, default, given, &format!("{path}.{field}"));
                }
            }
            Some(ExtendedType::Enum(definition)) => {
                let known = value
                    .as_str()
                    .is_some_and(|text| definition.values.keys().any(|known| known == text));
                let message = format!("It is none of the values of {name}.");
                self.problems
                    .check(known, path, ProblemCode::UnknownValue, message);
            }
            Some(ExtendedType::Scalar(_)) if !fits(name, value) => self.unfit(name, path),
            _ => {}
        }
    }

    fn unfit(&mut self, name: &Name, path: &str) {
        let message = format!("It does not fit its type, {name}.");
        self.problems.add(path, ProblemCode::Format, message);
    }
}

/// Whether a scalar takes the value. Those of ours take anything, and say themselves what is wrong with it.
fn fits(scalar: &Name, value: &JsonValue) -> bool {
    match scalar.as_str() {
        "Int" => value
            .as_i64()
            .is_some_and(|number| i32::try_from(number).is_ok()),
        "Float" => value.is_number(),
        "Boolean" => value.is_boolean(),
        "String" => value.is_string(),
        "ID" => value.is_string() || value.is_i64(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use apollo_compiler::ExecutableDocument;

    use super::*;

    const SCHEMA: &str = "type Query { a(input: Input!, inputs: [Input!], n: Int, id: ID): Int }
        input Input { urgency: Urgency parts: [Part!] when: DateTime name: String! count: Int = 3 }
        input Part { principal: Boolean! ratio: Float }
        enum Urgency { ROUTINE URGENT }
        scalar DateTime";
    const DOCUMENT: &str = "query ($input: Input!, $inputs: [Input!], $n: Int, $id: ID) { a(input: $input, inputs: $inputs, n: $n, id: $id) }";

    fn problems(variables: &str) -> Vec<(String, &'static str)> {
        let schema = Schema::parse_and_validate(SCHEMA, "schema").expect("a schema");
        let document =
            ExecutableDocument::parse_and_validate(&schema, DOCUMENT, "test").expect("a document");
        let operation = document.operations.get(None).expect("one operation");
        let variables: JsonValue = serde_json::from_str(variables).expect("JSON");
        let refusal = coerce(
            &schema,
            operation,
            variables.as_object().expect("an object"),
        );
        let problems = refusal.err().map(|refusal| refusal.problems);
        let problems = problems.unwrap_or_default().into_iter();
        problems
            .inspect(|problem| assert!(!problem.message.contains("secret"), "{problem:?}"))
            .map(|problem| (problem.path, problem.code.name()))
            .collect()
    }

    #[test]
    fn what_fits_is_taken() {
        for variables in [
            r#"{ "input": { "name": "a" } }"#,
            r#"{ "input": { "name": "a", "urgency": null, "when": 7, "parts": { "principal": true, "ratio": 1 } } }"#,
            r#"{ "input": { "name": "a" }, "inputs": [], "n": -5, "id": 7, "more": "secret" }"#,
        ] {
            assert_eq!(problems(variables), [], "{variables}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_path_and_never_repeated() {
        for (variables, expected) in [
            ("{}", vec![("input", "REQUIRED")]),
            (r#"{ "input": null }"#, vec![("input", "REQUIRED")]),
            (r#"{ "input": "secret" }"#, vec![("input", "FORMAT")]),
            (
                r#"{ "input": { "secret": 1, "urgency": "secret", "count": "secret" } }"#,
                vec![
                    ("input", "NOT_ALLOWED"),
                    ("input.urgency", "UNKNOWN_VALUE"),
                    ("input.name", "REQUIRED"),
                    ("input.count", "FORMAT"),
                ],
            ),
            (
                r#"{ "input": { "name": "a" }, "inputs": [{ "name": "a" }, { "name": 1, "parts": [{ "principal": 1, "ratio": "x" }] }], "n": 1.5, "id": true }"#,
                vec![
                    ("inputs[1].parts[0].principal", "FORMAT"),
                    ("inputs[1].parts[0].ratio", "FORMAT"),
                    ("inputs[1].name", "FORMAT"),
                    ("n", "FORMAT"),
                    ("id", "FORMAT"),
                ],
            ),
            (
                r#"{ "input": { "name": "a" }, "n": 3000000000 }"#,
                vec![("n", "FORMAT")],
            ),
        ] {
            let found = problems(variables);
            let found: Vec<_> = found
                .iter()
                .map(|(path, code)| (path.as_str(), *code))
                .collect();
            assert_eq!(found, expected, "{variables}");
        }
    }
}
