//! Shared centres 资源共享中心: what a hospital does for the whole network, for whom, and what can be ordered there.
//!
//! A centre has a kind, a host, the institutions that it serves and a [catalogue] of items. The items' codes are the same throughout the
//! network, so that a result of one centre can be recognised by another; they are never deleted, because orders name them, only made
//! inactive. What an item leaves out is what is [usual](turnaround).
//!
//! Its keeper is the administrator of its host. A change goes the way of the registry's: a [draft] is applied to what is on record, the
//! outcome checked, and only then written; files are [imported](mod@import) in the same way. Centres and whom they serve are part of the
//! [directory](crate::network::directory) in memory; items are read from their table.

pub mod catalogue;
pub mod check;
pub mod draft;
pub mod graphql;
pub mod import;
pub mod list;
pub mod loader;
pub mod ordering;
pub mod service;
mod store;
pub mod turnaround;
