//! Who may what: every operation by every role and relation, every field in every view, and nothing of a patient where none belongs.
//!
//! What is expected is written down in [`table`], after the specification and not after the policy: an operation or a field that has no
//! line there fails the suite.

mod cast;
mod complete;
mod queries;
mod schema;
mod stories;
mod table;
mod view;
