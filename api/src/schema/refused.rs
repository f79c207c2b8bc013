//! What a call that takes many inputs answers for one that it refused.

use async_graphql::{Context, Object, SimpleObject};

use super::{Node, node::find};
use crate::{
    error::{Error, ErrorCode, Problem as Found},
    graphql::told,
};

/// What is wrong with one field of an input.
#[derive(Clone, SimpleObject)]
pub struct Problem {
    /// The field, as the caller wrote it: `inputs[3].diagnoses[0].code`.
    pub path: String,
    /// What is wrong, for programs: `REQUIRED`, `TOO_LONG`, `UNKNOWN_ID` and so on, as in the problems of a refusal.
    pub code: String,
    /// What is wrong, for people.
    pub message: String,
}

/// One of many inputs, refused: nothing of it was written, and the others are not touched by that.
pub struct RefusedInput {
    index: usize,
    external_id: Option<String>,
    code: ErrorCode,
    message: String,
    problems: Vec<Problem>,
    existing: Option<String>,
}

impl RefusedInput {
    /// The refusal of the input at that place of the list `inputs`.
    #[must_use]
    pub fn new(
        ctx: &Context<'_>,
        index: usize,
        external_id: Option<String>,
        error: &Error,
    ) -> Self {
        let existing = match error {
            Error::Duplicate { existing, .. } => existing.clone(),
            _ => None,
        };
        Self {
            index,
            external_id,
            code: error.code(),
            message: told(ctx, error),
            problems: error
                .problems()
                .iter()
                .map(|found| at(index, found))
                .collect(),
            existing,
        }
    }
}

/// The same problem, in the list: an operation that takes one input calls it `input`.
fn at(index: usize, found: &Found) -> Problem {
    let path = match found.path.strip_prefix("input") {
        Some(rest) if rest.is_empty() || rest.starts_with('.') => format!("inputs[{index}]{rest}"),
        _ => found.path.clone(),
    };
    Problem {
        path,
        code: found.code.name().to_owned(),
        message: found.message.clone(),
    }
}

/// One of many inputs, refused: nothing of it was written, and the others are not touched by that.
#[Object]
impl RefusedInput {
    /// Its place in the list, from 0.
    async fn index(&self) -> usize {
        self.index
    }

    /// The poster's own id, where one was given.
    async fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    /// Why, for programs.
    async fn code(&self) -> ErrorCode {
        self.code
    }

    /// Why, for people.
    async fn message(&self) -> &str {
        &self.message
    }

    /// Every field that is wrong.
    async fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// What it duplicates, where the code is DUPLICATE and the caller sees it.
    async fn existing(&self, ctx: &Context<'_>) -> Option<Node> {
        let id = self.existing.clone()?.into();
        find(ctx, &id, "existing".into()).await?.ok()
    }

    /// Whether the same input may succeed later, unchanged.
    async fn retryable(&self) -> bool {
        self.code.retryable()
    }
}
