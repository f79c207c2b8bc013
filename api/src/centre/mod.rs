//! Shared centres 资源共享中心: what a hospital does for the whole network, for whom, and what can be ordered there.
//!
//! A centre has a kind, a host, the institutions that it serves and a catalogue of items. The items' codes are the same throughout the
//! network, so that a result of one centre can be recognised by another.

pub mod ordering;
