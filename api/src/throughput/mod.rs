//! Throughput.

pub mod backlog;
pub mod calendar;
pub mod fact;
pub mod figure;
pub mod rollup;
pub mod sketch;
pub mod touched;
