//! Episodes 诊疗过程: a referral up, the one back down, and the follow-ups of both.
//!
//! An episode has no row of its own: it is named after its first referral, so that beginning one costs nothing and a referral without relatives is one by
//! itself. Whoever sees one row of it, by a relation to that row, sees the episode, and of it those rows and no others.

pub mod graphql;
pub mod loader;
pub mod service;
