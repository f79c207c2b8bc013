//! Documents that a request only names: those of the operator's list, and those that clients have sent before (Apollo's automatic
//! persisted queries).

use std::sync::Arc;

use axum::http::StatusCode;
use moka::sync::Cache;
use sha2::{Digest as _, Sha256};

use super::{body::Body, refusal::Refusal};
use crate::error::{ErrorCode, ProblemCode};

mod list;

pub use list::{List, OnlyFor};

/// Bytes of documents that clients have sent, and that are remembered.
const REMEMBERED: u64 = 4 * 1024 * 1024;

/// By what a request names its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// `documentId`: an id of the operator's list, or `sha256:…`.
    Id(String),
    /// `extensions.persistedQuery.sha256Hash`; with the document beside it, it is to be remembered.
    Hash(Hash),
}

/// SHA-256 of a document's text.
pub(super) type Hash = [u8; 32];

/// The documents that can be named.
pub(super) struct Persisted {
    list: Arc<List>,
    sent: Cache<Hash, Arc<str>>,
}

impl Persisted {
    /// With the operator's list.
    pub(super) fn new(list: Arc<List>) -> Self {
        Self {
            list,
            sent: Cache::builder()
                .max_capacity(REMEMBERED)
                .weigher(|_, text: &Arc<str>| u32::try_from(text.len()).unwrap_or(u32::MAX))
                .build(),
        }
    }

    /// The operator's list.
    pub(super) fn list(&self) -> &List {
        &self.list
    }

    /// Puts the document into a request that names it, and checks the name of one that brings it.
    pub(super) fn find(&self, body: &mut Body) -> Result<(), Refusal> {
        match &body.name {
            None => Ok(()),
            Some(Name::Hash(hash)) if !body.query.is_empty() => {
                if *hash == sha256(&body.query) {
                    return Ok(());
                }
                Err(Refusal::parameter(
                    "extensions.persistedQuery.sha256Hash",
                    ProblemCode::Inconsistent,
                    "It is not the SHA-256 of the document.",
                ))
            }
            Some(name) => {
                let known = match name {
                    Name::Hash(hash) => self.by_hash(hash),
                    Name::Id(id) => self.by_id(id),
                };
                let known = known.ok_or_else(not_found)?;
                known.as_ref().clone_into(&mut body.query);
                Ok(())
            }
        }
    }

    /// Remembers the document that a request has brought together with its hash, now that it is known to be one.
    pub(super) fn remember(&self, body: &Body) {
        if let Some(Name::Hash(hash)) = &body.name
            && self.by_hash(hash).is_none()
        {
            self.sent.insert(*hash, body.query.as_str().into());
        }
    }

    fn by_hash(&self, hash: &Hash) -> Option<Arc<str>> {
        self.list
            .by_hash(hash)
            .cloned()
            .or_else(|| self.sent.get(hash))
    }

    fn by_id(&self, id: &str) -> Option<Arc<str>> {
        if let Some(known) = self.list.by_id(id) {
            return Some(known.clone());
        }
        self.by_hash(&hash(id.strip_prefix("sha256:")?)?)
    }
}

/// SHA-256 of a text.
pub(super) fn sha256(text: &str) -> Hash {
    Sha256::digest(text.as_bytes()).into()
}

/// Reads a hash in hexadecimal.
pub(super) fn hash(text: &str) -> Option<Hash> {
    let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes());
    bytes.ok()?.try_into().ok()
}

/// Clients go by the text or the code and send the document; some of them read no body of another status than 200.
fn not_found() -> Refusal {
    Refusal::new(
        StatusCode::OK,
        ErrorCode::PersistedQueryNotFound,
        "PersistedQueryNotFound",
    )
}
