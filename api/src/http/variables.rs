//! Whether a request's variables fit what its operation declares. Messages name the variable, never its value.

use apollo_compiler::{
    Schema, executable::Operation, request::coerce_variable_values, response::JsonMap,
    validation::Valid,
};

use super::refusal::Refusal;
use crate::error::ProblemCode;

/// The variables as the operation takes them, defaults filled in.
pub(super) fn coerce(
    schema: &Valid<Schema>,
    operation: &Operation,
    variables: &JsonMap,
) -> Result<JsonMap, Refusal> {
    coerce_variable_values(schema, operation, variables)
        .map(Valid::into_inner)
        .map_err(|fault| {
            let (path, message) = explain(&fault.message().to_string());
            Refusal::parameter(path, ProblemCode::Format, message)
        })
}

/// Path and text of a fault that the library tells in one sentence, the value cut out of it.
fn explain(fault: &str) -> (String, String) {
    const UNFIT: &str = "could not coerce ";
    let message = if let Some(rest) = fault.strip_prefix(UNFIT) {
        let place = rest.split_once(": ").map_or(rest, |(place, _)| place);
        let ty = rest.rsplit_once(" to type ").map_or("", |(_, ty)| ty);
        format!("The value of {place} does not fit its type {ty}.")
    } else {
        let mut text = fault.to_owned();
        if let Some(first) = text.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        text + "."
    };
    (place(&message), message)
}

/// The variable or input field that a message speaks of.
fn place(message: &str) -> String {
    let words: Vec<_> = message.split(' ').collect();
    let named = |marker: &str| {
        words
            .windows(2)
            .find(|pair| pair[0] == marker)
            .map(|pair| pair[1])
    };
    named("variable")
        .or_else(|| named("field"))
        .or_else(|| named("key"))
        .unwrap_or("variables")
        .trim_matches(|mark| matches!(mark, '\'' | '.'))
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_repeated() {
        for (fault, path) in [
            (
                "could not coerce variable name: {\"secret\":\": to type X\"} to type String",
                "name",
            ),
            (
                "could not coerce input field A.b: \"secret\" to type Int",
                "A.b",
            ),
            ("missing value for non-null variable 'x'", "x"),
            ("null value for variable x of non-null type String!", "x"),
            ("Missing value for non-null input object field A.b", "A.b"),
            ("Input object has key b not in type A", "b"),
        ] {
            let (found, message) = explain(fault);
            assert_eq!(found, path, "{message}");
            assert!(!message.contains("secret"), "{message}");
        }
    }
}
