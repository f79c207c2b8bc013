//! Versions: a change says of which version it is made.

use crate::{
    auth::Actor,
    error::{Error, Problem, ProblemCode, Result},
    policy,
};

/// Where an input names the version.
pub const PATH: &str = "input.version";

/// Refuses a change that was made on the ground of another version, or by somebody who has to say on which and does not. `what` is the object
/// in words, `path` where the input names its version.
pub fn require(
    actor: &Actor,
    given: Option<i32>,
    present: i32,
    what: &str,
    path: &str,
) -> Result<()> {
    match given {
        None if policy::must_name_version(actor) => Err(Error::invalid(
            path,
            ProblemCode::Required,
            "Name the version that you saw.",
        )),
        Some(version) if version != present => Err(stale_of(present, what, path)),
        _ => Ok(()),
    }
}

/// The refusal of a change that was made on the ground of another version.
#[must_use]
pub fn stale(present: i32) -> Error {
    stale_of(present, "It", PATH)
}

/// The same, in the words of the object.
#[must_use]
pub fn stale_of(present: i32, what: &str, path: &str) -> Error {
    let message = format!("{what} has changed since.");
    Error::Conflict {
        current_version: Some(present),
        problems: vec![Problem::new(path, ProblemCode::Version, message)],
    }
}
