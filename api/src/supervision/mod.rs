//! Supervision 业务指导: hospitals visit health centres, look at what they do and say what is to be better.
//!
//! The visiting hospital [records](visit) a visit; a health centre is to have [`NORM`](service::NORM) a year. What is on record can be corrected, or struck
//! out where the visit never was: each version stays readable, with who wrote it, when and why. Visits are read by both sides and whoever oversees one
//! of them.

pub mod graphql;
pub mod list;
pub mod loader;
pub mod service;
pub mod visit;
