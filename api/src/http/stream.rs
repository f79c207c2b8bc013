//! Operations whose answers come one after the other: what sockets and event streams share, and the event streams themselves.

pub(super) mod deliver;
pub(super) mod event;
pub(super) mod operation;
