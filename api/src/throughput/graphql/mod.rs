//! Throughput in the API: parse, call one service function, wrap.

mod input;
mod object;
mod query;

pub use input::{CentreThroughputInput, ThroughputInput};
pub use object::{Backlog, Throughput};
pub use query::{ThroughputQuery, backlog_of, throughput_of};
