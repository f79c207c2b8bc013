//! How many of something are held at a time: connections of an address, sockets of an account.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Mutex, PoisonError},
};

use prometheus::IntGauge;

/// Counts what is held by each of many; cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Tally<K> {
    counts: Arc<Mutex<HashMap<K, u32>>>,
    /// What monitors are told of all that are held.
    shown: Option<IntGauge>,
}

/// One that is held, until dropped.
#[derive(Debug)]
pub(super) struct Held<K: Eq + Hash> {
    key: K,
    tally: Tally<K>,
}

impl<K> Default for Tally<K> {
    fn default() -> Self {
        Self {
            counts: Arc::default(),
            shown: None,
        }
    }
}

impl<K> Tally<K> {
    /// One that monitors are told of.
    pub(super) fn shown(gauge: &IntGauge) -> Self {
        Self {
            shown: Some(gauge.clone()),
            ..Self::default()
        }
    }
}

impl<K: Clone + Eq + Hash> Tally<K> {
    /// One more, unless that would be more than `most`.
    pub(super) fn hold(&self, key: K, most: u32) -> Option<Held<K>> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(key.clone()).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        if let Some(shown) = &self.shown {
            shown.inc();
        }
        Some(Held {
            key,
            tally: self.clone(),
        })
    }
}

impl<K: Eq + Hash> Drop for Held<K> {
    fn drop(&mut self) {
        if let Some(shown) = &self.tally.shown {
            shown.dec();
        }
        let counts = self.tally.counts.lock();
        let mut counts = counts.unwrap_or_else(PoisonError::into_inner);
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
        assert_eq!(
            tally.counts.lock().expect("no panic").len(),
            1,
            "b holds none"
        );
    }
}
