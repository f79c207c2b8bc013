//! Throughput.

pub mod answer;
pub mod background;
pub mod backlog;
pub mod calendar;
pub mod csv;
pub mod fact;
pub mod figure;
pub mod graphql;
pub mod query;
pub mod read;
pub mod rollup;
pub mod service;
pub mod sight;
pub mod sketch;
pub mod suppress;
pub mod tally;
pub mod touched;
