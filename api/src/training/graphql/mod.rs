//! Training in the API: parse, call one service function, wrap.

mod input;
mod mutation;
mod object;
mod query;

pub use mutation::{TrainingMutation, TrainingSessionPayload};
pub use object::{Enrolment, TrainingSession};
pub use query::{TrainingQuery, session};
