//! How many of something are held at a time: connections of an address, sockets of an account.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

/// Counts what is held by each of many; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Tally<K>(Arc<Mutex<HashMap<K, u32>>>);

/// One that is held, until dropped.
#[derive(Debug)]
pub(super) struct Held<K: Eq + Hash> {
    key: K,
    tally: Arc<Mutex<HashMap<K, u32>>>,
}

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Clone + Eq + Hash> Tally<K> {
    /// One more, unless that would be more than `most`.
    pub(super) fn hold(&self, key: K, most: u32) -> Option<Held<K>> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(key.clone()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Held {
            key,
            tally: self.0.clone(),
        })
    }
}

impl<K: Eq + Hash> Drop for Held<K> {
    fn drop(&mut self) {
        let mut counts = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.key) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_holds_as_many_as_it_may() {
        let tally = Tally::default();
        let first = tally.hold('a', 2).expect("there is room");
        let _second = tally.hold('a', 2).expect("there is room");
        assert!(tally.hold('a', 2).is_none());
        assert!(tally.hold('b', 2).is_some(), "another's are another's");
        drop(first);
        assert!(tally.hold('a', 2).is_some());
        assert_eq!(tally.0.lock().expect("no panic").len(), 1, "b holds none");
    }
}
