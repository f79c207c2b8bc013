//! Who may what: every operation by every role and relation, every field in every view, and nothing of a patient where none belongs.
//!
//! What is expected is written down in [`table`] and [`fields`], after the specification and not after the policy: an operation or a field
//! that has no line there fails the suite.

mod calls;
mod cast;
mod changes;
mod complete;
mod family;
mod fields;
mod lists;
mod live;
mod masking;
mod orders;
mod queries;
mod rights;
mod schema;
mod stories;
mod table;
mod verbs;
mod view;
