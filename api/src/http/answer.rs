//! What an executed operation answers: its data, and errors that carry one of our codes and nothing else.

use async_graphql::{ErrorExtensionValues, Response, ServerError, Value};
use axum::http::StatusCode;
use serde::Serialize;
use uuid::Uuid;

use super::refusal::{Location, Refusal};
use crate::{budget::Charged, error::ErrorCode};

/// What is said of a fault of ours, whatever it was.
pub(super) const MASKED: &str = "The service failed; quote the request id to its operator.";
/// Errors of one answer; the rest are dropped.
const MOST_ERRORS: usize = 50;

/// The answer as it leaves, and the code of its first error for the log.
pub(super) struct Answer {
    /// The body.
    pub body: Vec<u8>,
    /// Code of the first error.
    pub code: Option<ErrorCode>,
}

/// Renders what the executor answered.
///
/// # Errors
/// The executor found, against our own gate, that the document cannot be run.
pub(super) fn render(response: Response, request: Uuid) -> Result<Answer, Refusal> {
    if never_began(&response) {
        return Err(refused(&response.errors));
    }
    let mut response = response;
    response.errors.truncate(MOST_ERRORS);
    for error in &mut response.errors {
        mask(error, request);
    }
    let code = response.errors.first().and_then(code);
    let body = Body {
        errors: &response.errors,
        data: &response.data,
    };
    let body = serde_json::to_vec(&body).map_err(|fault| {
        tracing::error!(request_id = %request, %fault, "an answer does not serialise");
        Refusal::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            ErrorCode::Internal,
            MASKED,
        )
    })?;
    Ok(Answer { body, code })
}

/// The same body with what the operation cost, and what its client has left to spend.
pub(super) fn with_cost(mut body: Vec<u8>, charged: &Charged) -> Vec<u8> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Cost {
        requested: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        limit: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        remaining: Option<u64>,
    }
    let cost = serde_json::to_string(&Cost {
        requested: charged.cost,
        limit: charged.standing.map(|standing| standing.limit),
        remaining: charged.standing.map(|standing| standing.remaining),
    });
    if let Ok(cost) = cost
        && body.pop_if(|last| *last == b'}').is_some()
    {
        body.extend_from_slice(format!(r#","extensions":{{"cost":{cost}}}}}"#).as_bytes());
    }
    body
}

#[derive(Serialize)]
struct Body<'a> {
    #[serde(skip_serializing_if = "<[ServerError]>::is_empty")]
    errors: &'a [ServerError],
    data: &'a Value,
}

/// Errors without a path and without data come from before execution.
fn never_began(response: &Response) -> bool {
    response.data == Value::Null
        && !response.errors.is_empty()
        && response.errors.iter().all(|error| error.path.is_empty())
}

/// What only the executor's own validation sees: an input of which not exactly one field is given, a list beyond its length.
fn refused(errors: &[ServerError]) -> Refusal {
    Refusal {
        errors: errors
            .iter()
            .take(10)
            .map(|error| {
                let places = error.locations.iter().map(|place| Location {
                    line: place.line,
                    column: place.column,
                });
                (error.message.clone(), places.collect())
            })
            .collect(),
        ..Refusal::malformed("").of_document()
    }
}

/// Leaves an error of ours as it is; of any other nothing but the fact remains.
fn mask(error: &mut ServerError, request: Uuid) {
    if code(error).is_some() {
        return;
    }
    // Its text may hold data, so that the log gets only where it happened.
    tracing::error!(
        request_id = %request,
        path = ?error.path,
        "an operation failed with an error that carries no code"
    );
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", ErrorCode::Internal.name());
    extensions.set("retryable", false);
    extensions.set("requestId", request.to_string());
    extensions.set("problems", Value::List(Vec::new()));
    MASKED.clone_into(&mut error.message);
    error.extensions = Some(extensions);
}

fn code(error: &ServerError) -> Option<ErrorCode> {
    match error.extensions.as_ref()?.get("code")? {
        Value::String(code) => ErrorCode::named(code),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::PathSegment;

    use super::*;

    fn failed(extensions: Option<ErrorExtensionValues>) -> Response {
        let mut error = ServerError::new("UNIQUE constraint failed: patient.name 王小明", None);
        error.path = vec![PathSegment::Field("a".into())];
        error.extensions = extensions;
        let mut response = Response::new(Value::Object(
            [(async_graphql::Name::new("a"), Value::Null)]
                .into_iter()
                .collect(),
        ));
        response.errors.push(error);
        response
    }

    #[test]
    fn what_has_no_code_says_nothing() {
        let answer = render(failed(None), Uuid::nil()).expect("it began");
        let text = String::from_utf8(answer.body).expect("UTF-8");
        assert!(text.contains("INTERNAL") && text.contains(MASKED), "{text}");
        assert!(!text.contains("UNIQUE") && !text.contains("王"), "{text}");
    }

    #[test]
    fn what_has_a_code_is_left_alone() {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", "CONFLICT");
        let answer = render(failed(Some(extensions)), Uuid::nil()).expect("it began");
        assert_eq!(answer.code, Some(ErrorCode::Conflict));
    }
}
