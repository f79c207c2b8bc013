//! Supervision visits in the API: parse, call one service function, wrap.

mod input;
mod mutation;
mod object;
mod query;

pub use mutation::{SupervisionMutation, SupervisionVisitPayload};
pub use object::{SupervisionRevision, SupervisionVisit, SupervisionYear, supervised};
pub use query::{SupervisionQuery, node, one};
