//! Throughput.

pub mod answer;
pub mod backlog;
pub mod calendar;
pub mod fact;
pub mod figure;
pub mod query;
pub mod read;
pub mod rollup;
pub mod service;
pub mod sight;
pub mod sketch;
pub mod suppress;
pub mod tally;
pub mod touched;
