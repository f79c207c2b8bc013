//! Accounts, grants, sessions and tokens; the only place where an [`Actor`] is made.

mod actor;

pub use actor::{Actor, Call, Disclosure, Request, Scope};

/// Sessions, grants and keys as last read, so that a request costs no statement for them.
#[derive(Debug, Default)]
pub struct SessionCache;

impl SessionCache {
    /// An empty cache.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}
