//! A request that is refused as a whole, before anything of it is executed: its status, its errors, and no `data`.

use axum::http::StatusCode;
use serde::Serialize;
use uuid::Uuid;

use super::negotiate::Media;
use crate::error::{Error, ErrorCode, Problem, ProblemCode};

/// A refused request.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// HTTP status.
    pub status: StatusCode,
    /// What programs go by.
    pub code: ErrorCode,
    /// What people read, each with its places in the document.
    pub errors: Vec<(String, Vec<Location>)>,
    /// The fields that are wrong, where fields are.
    pub problems: Vec<Problem>,
    /// Seconds to wait.
    pub retry_after: Option<u64>,
    /// Whether the request itself was well-formed, and only its document or its variables are not.
    pub of_document: bool,
}

/// A place in a document, counted from 1.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Location {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            errors: vec![(message.into(), Vec::new())],
            problems: Vec::new(),
            retry_after: None,
            of_document: false,
        }
    }

    /// The same, of a request that was well-formed itself.
    pub(super) fn of_document(self) -> Self {
        Self {
            of_document: true,
            ..self
        }
    }

    /// The status that goes with an answer of this media type. To whoever takes only plain JSON, a proxy might have answered with a
    /// status of its own: there a refused document is told by the body alone (GraphQL over HTTP, "application/json").
    pub(super) const fn status(&self, media: Media) -> StatusCode {
        match media {
            Media::Json if self.of_document => StatusCode::OK,
            _ => self.status,
        }
    }

    /// A request whose form is wrong.
    pub(super) fn malformed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::InvalidInput, message)
    }

    /// A request one of whose parameters is wrong.
    pub(super) fn parameter(
        path: impl Into<String>,
        code: ProblemCode,
        message: impl Into<String>,
    ) -> Self {
        let problem = Problem::new(path, code, message);
        Self {
            problems: vec![problem.clone()],
            ..Self::malformed(problem.message)
        }
    }

    /// A document that asks for too much.
    pub(super) fn too_costly(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, ErrorCode::CostLimit, message)
    }

    /// A refusal of the service that concerns the request as a whole.
    pub(super) fn of(error: &Error) -> Self {
        let code = error.code();
        let status = match code {
            ErrorCode::Unauthenticated => StatusCode::UNAUTHORIZED,
            ErrorCode::Forbidden => StatusCode::FORBIDDEN,
            ErrorCode::RateLimited => StatusCode::TOO_MANY_REQUESTS,
            ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            ErrorCode::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        let message = match code {
            ErrorCode::Internal => super::answer::MASKED.to_owned(),
            ErrorCode::Unavailable => Error::Unavailable.to_string(),
            _ => error.to_string(),
        };
        Self {
            problems: error.problems().to_vec(),
            retry_after: match error {
                Error::RateLimited { retry_after } => Some(*retry_after),
                _ => None,
            },
            ..Self::new(status, code, message)
        }
    }

    /// The answer's body.
    pub(super) fn body(&self, request: Uuid) -> Vec<u8> {
        let errors = self.faults(request);
        serde_json::to_vec(&Body { errors }).expect("strings and numbers serialise")
    }

    /// The errors alone.
    pub(super) fn errors(&self, request: Uuid) -> Vec<u8> {
        serde_json::to_vec(&self.faults(request)).expect("strings and numbers serialise")
    }

    fn faults(&self, request: Uuid) -> Vec<Fault<'_>> {
        self.errors
            .iter()
            .map(|(message, locations)| Fault {
                message,
                locations,
                extensions: Extensions {
                    code: self.code.name(),
                    retryable: self.code.retryable(),
                    request_id: request,
                    problems: self.problems.iter().map(Named::from).collect(),
                    retry_after: self.retry_after,
                },
            })
            .collect()
    }
}

#[derive(Serialize)]
struct Body<'a> {
    errors: Vec<Fault<'a>>,
}

#[derive(Serialize)]
struct Fault<'a> {
    message: &'a str,
    #[serde(skip_serializing_if = "<[Location]>::is_empty")]
    locations: &'a [Location],
    extensions: Extensions<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Extensions<'a> {
    code: &'static str,
    retryable: bool,
    request_id: Uuid,
    problems: Vec<Named<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

#[derive(Serialize)]
struct Named<'a> {
    path: &'a str,
    code: &'static str,
    message: &'a str,
}

impl<'a> From<&'a Problem> for Named<'a> {
    fn from(problem: &'a Problem) -> Self {
        Self {
            path: &problem.path,
            code: problem.code.name(),
            message: &problem.message,
        }
    }
}
