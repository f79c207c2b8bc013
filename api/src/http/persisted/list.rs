//! The operator's list of documents: Apollo's persisted query manifest, or a JSON object of ids and documents.

use std::{collections::HashMap, path::Path, sync::Arc};

use serde_json::{Map, Value};

use super::{Hash, sha256};
use crate::{config::Limits, http::document::Documents};

/// Longest id of a document.
const LONGEST_ID: usize = 200;

/// For whom the list is all there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum OnlyFor {
    /// Callers without a token.
    Anonymous,
    /// These, and API clients.
    Clients,
    /// Everybody.
    Everyone,
}

/// The documents that the operator has listed.
#[derive(Debug, Default)]
pub struct List {
    by_id: HashMap<String, Arc<str>>,
    by_hash: HashMap<Hash, Arc<str>>,
}

impl List {
    /// Reads a list from its file.
    ///
    /// # Errors
    /// What is wrong with it, every document named that could not be run.
    pub fn read(file: &Path, limits: Limits) -> Result<Self, Vec<String>> {
        let text = std::fs::read_to_string(file).map_err(|fault| {
            vec![format!(
                "{} cannot be read ({})",
                file.display(),
                fault.kind()
            )]
        })?;
        Self::of(&text, limits)
    }

    /// Reads a list.
    ///
    /// # Errors
    /// As for [`Self::read`].
    pub fn of(text: &str, limits: Limits) -> Result<Self, Vec<String>> {
        const FORM: &str = "a list of documents is an apollo-persisted-query-manifest, or a JSON object of ids and documents";
        let json: Value = serde_json::from_str(text).map_err(|_| vec![FORM.to_owned()])?;
        let entries = entries(json).ok_or_else(|| vec![FORM.to_owned()])?;
        let documents = Documents::new(limits);
        let (mut list, mut faults) = (Self::default(), Vec::new());
        for (id, text) in entries {
            if let Some(fault) = fault(&documents, &id, &text) {
                faults.push(format!("{id}: {fault}"));
                continue;
            }
            let text: Arc<str> = text.into();
            list.by_hash.insert(sha256(&text), text.clone());
            if list.by_id.insert(id.clone(), text).is_some() {
                faults.push(format!("{id}: listed twice"));
            }
        }
        if faults.is_empty() {
            Ok(list)
        } else {
            Err(faults)
        }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.by_id.len()
    }

    /// Whether the document is listed.
    pub(in crate::http) fn has(&self, text: &str) -> bool {
        self.by_hash.contains_key(&sha256(text))
    }

    pub(super) fn by_id(&self, id: &str) -> Option<&Arc<str>> {
        self.by_id.get(id)
    }

    pub(super) fn by_hash(&self, hash: &Hash) -> Option<&Arc<str>> {
        self.by_hash.get(hash)
    }
}

/// Ids and documents, whichever form the list has.
fn entries(json: Value) -> Option<Vec<(String, String)>> {
    let Value::Object(mut object) = json else {
        return None;
    };
    let Some(operations) = object.remove("operations") else {
        return object.into_iter().map(plain).collect();
    };
    if object.get("format")?.as_str()? != "apollo-persisted-query-manifest" {
        return None;
    }
    let Value::Array(operations) = operations else {
        return None;
    };
    operations.into_iter().map(of_apollo).collect()
}

fn plain((id, text): (String, Value)) -> Option<(String, String)> {
    match text {
        Value::String(text) => Some((id, text)),
        _ => None,
    }
}

fn of_apollo(operation: Value) -> Option<(String, String)> {
    let Value::Object(mut operation) = operation else {
        return None;
    };
    let mut text = |name: &str| match Map::remove(&mut operation, name) {
        Some(Value::String(text)) => Some(text),
        _ => None,
    };
    Some((text("id")?, text("body")?))
}

/// Why a document could not be run.
fn fault(documents: &Documents, id: &str, text: &str) -> Option<String> {
    if id.is_empty() || id.len() > LONGEST_ID {
        return Some(format!("an id has 1 to {LONGEST_ID} characters"));
    }
    let refusal = documents.admit(text).err()?;
    let (message, places) = refusal.errors.first()?;
    let place = places.first().map_or_else(String::new, |place| {
        format!(" (line {}, column {})", place.line, place.column)
    });
    Some(format!("{message}{place}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let apollo = r#"{ "format": "apollo-persisted-query-manifest", "version": 1, "operations":
            [{ "id": "a", "name": "A", "type": "query", "body": "query A { __typename }" }] }"#;
        let plain = r#"{ "a": "query A { __typename }", "b": "{ viewer { roles } }" }"#;
        for (text, count) in [(apollo, 1), (plain, 2), ("{}", 0)] {
            let list = List::of(text, Limits::default()).expect("a list");
            assert_eq!(list.count(), count);
            assert_eq!(list.has("query A { __typename }"), count > 0);
        }
    }

    #[test]
    fn what_is_no_list_is_refused() {
        for text in [
            "",
            "[]",
            r#"{ "a": 1 }"#,
            r#"{ "operations": [] }"#,
            r#"{ "format": "apollo-persisted-query-manifest", "operations": [{ "id": "a" }] }"#,
        ] {
            assert!(List::of(text, Limits::default()).is_err(), "{text}");
        }
    }

    #[test]
    fn every_bad_document_is_named() {
        let text =
            r#"{ "a": "{ nothing }", "b": "{ __typename }", "c": "{", "": "{ __typename }" }"#;
        let faults = List::of(text, Limits::default()).expect_err("three are bad");
        let mut ids: Vec<_> = faults
            .iter()
            .filter_map(|fault| Some(fault.split_once(':')?.0))
            .collect();
        ids.sort_unstable();
        assert_eq!(ids, ["", "a", "c"]);
    }
}
