//! Sterile batches in the API: parse, call one service function, wrap.

mod input;
mod mutation;
mod object;
mod query;

pub use input::SterileBatchInput;
pub use mutation::{BatchMutation, BatchPayload};
pub use object::Batch;
pub use query::{BatchQuery, node, of_order, one};
