//! Dispatches in the API: parse, call one service function, wrap.

mod filter;
mod input;
mod mutation;
mod object;
mod part;
mod query;
mod statistics;

pub use mutation::DispatchMutation;
pub use object::Dispatch;
pub use query::{DispatchQuery, node, of_institution, one};
pub use statistics::StatisticsInput;
