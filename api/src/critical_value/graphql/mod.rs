//! Critical values in the API: parse, call one service function, wrap.

mod input;
mod mutation;
mod object;
mod query;

pub use mutation::CriticalValueMutation;
pub use object::CriticalValue;
pub use query::{CriticalValueQuery, node, of_order, one};
