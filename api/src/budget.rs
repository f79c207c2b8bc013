//! Budgets that refill: what a client may spend of something, and how fast that comes back (token buckets).

use std::{
    hash::Hash,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use moka::{policy::EvictionPolicy, sync::Cache};
use tokio::time::Instant;
use uuid::Uuid;

/// Budgets that are remembered; of more, those are forgotten that were used longest ago.
const REMEMBERED: u64 = 100_000;

/// Who spends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Client {
    /// An account, wherever it calls from.
    Account(Uuid),
    /// Whoever calls from an address without saying who it is.
    Address(Option<IpAddr>),
}

impl Client {
    /// Whoever calls from that address. Of IPv6 the first 64 bits count: the rest is at the caller's choice.
    #[must_use]
    pub fn at(address: Option<IpAddr>) -> Self {
        Self::Address(address.map(|address| match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
            }
            address @ IpAddr::V4(_) => address,
        }))
    }
}

/// The budgets of all clients, each as large as the others.
pub struct Budgets<K> {
    burst: f64,
    /// What comes back in a second.
    rate: f64,
    held: Cache<K, Arc<Mutex<Budget>>>,
}

/// What was left when it was last looked at.
struct Budget {
    left: f64,
    at: Instant,
}

/// How a budget stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standing {
    /// The most there can be.
    pub limit: u64,
    /// What is left.
    pub remaining: u64,
    /// How long until it is whole again.
    pub whole_in: Duration,
}

/// There is not enough; seconds until there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted(pub u64);

impl<K: Hash + Eq + Send + Sync + 'static> Budgets<K> {
    /// Of `burst`, of which `per_minute` comes back in a minute; none where nothing would.
    #[must_use]
    pub fn new(burst: u32, per_minute: u32) -> Option<Self> {
        if burst == 0 || per_minute == 0 {
            return None;
        }
        let (burst, rate) = (f64::from(burst), f64::from(per_minute) / 60.0);
        // Unused for as long as it takes to become whole, a budget is as good as a new one.
        let whole = Duration::from_secs_f64(burst / rate + 1.0);
        Some(Self {
            burst,
            rate,
            held: Cache::builder()
                .max_capacity(REMEMBERED)
                .eviction_policy(EvictionPolicy::lru())
                .time_to_idle(whole)
                .build(),
        })
    }

    /// Takes `points`, all or nothing. What costs more than there can ever be takes a whole budget.
    pub fn take(&self, key: K, points: u64) -> Result<Standing, Exhausted> {
        self.take_at(Instant::now(), key, points)
    }

    fn take_at(&self, now: Instant, key: K, points: u64) -> Result<Standing, Exhausted> {
        let points = self.limited(points);
        self.with(now, key, |budget| {
            let missing = points - budget.left;
            if missing > 0.0 {
                return Err(Exhausted(whole(missing / self.rate) + 1));
            }
            budget.left -= points;
            Ok(self.standing(budget))
        })
    }

    /// Takes `points`, or what there is of them.
    pub fn drain(&self, key: K, points: u64) -> Standing {
        let points = self.limited(points);
        self.with(Instant::now(), key, |budget| {
            budget.left = (budget.left - points).max(0.0);
            self.standing(budget)
        })
    }

    /// Gives `points` back.
    pub fn give_back(&self, key: K, points: u64) {
        let points = self.limited(points);
        self.with(Instant::now(), key, |budget| {
            budget.left = (budget.left + points).min(self.burst);
        });
    }

    fn with<T>(&self, now: Instant, key: K, work: impl FnOnce(&mut Budget) -> T) -> T {
        let new = || {
            Arc::new(Mutex::new(Budget {
                left: self.burst,
                at: now,
            }))
        };
        let held = self.held.get_with(key, new);
        let mut budget = held.lock().unwrap_or_else(PoisonError::into_inner);
        let back = now.saturating_duration_since(budget.at).as_secs_f64() * self.rate;
        budget.left = (budget.left + back).min(self.burst);
        budget.at = budget.at.max(now);
        work(&mut budget)
    }

    fn standing(&self, budget: &Budget) -> Standing {
        Standing {
            limit: whole(self.burst),
            remaining: whole(budget.left),
            whole_in: Duration::from_secs_f64((self.burst - budget.left) / self.rate),
        }
    }

    #[expect(
        clippy::cast_precision_loss,
        reason = "no cost comes near what a float counts exactly"
    )]
    fn limited(&self, points: u64) -> f64 {
        (points as f64).min(self.burst)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "budgets are settings of 32 bits, and never below zero"
)]
const fn whole(points: f64) -> u64 {
    points as u64
}

/// What a request was charged, and how its client's budget stood then; what the viewer is told of it.
#[derive(Clone, Copy, Debug)]
pub struct Charged {
    /// The calculated cost of the operation.
    pub cost: u64,
    /// How the budget stood after it, where there is one.
    pub standing: Option<Standing>,
    /// When it was charged.
    pub at: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budgets(burst: u32, per_minute: u32) -> Budgets<&'static str> {
        Budgets::new(burst, per_minute).expect("something comes back")
    }

    #[test]
    fn none_is_none() {
        assert!(Budgets::<u8>::new(0, 60).is_none());
        assert!(Budgets::<u8>::new(60, 0).is_none());
    }

    #[test]
    fn what_was_spent_comes_back_bit_by_bit() {
        let (budgets, begin) = (budgets(100, 60), Instant::now());
        let left = |after: u64, key, points| {
            let now = begin + Duration::from_secs(after);
            let standing = budgets.take_at(now, key, points);
            standing.map(|standing| standing.remaining)
        };
        assert_eq!(left(0, "a", 70), Ok(30));
        assert_eq!(left(0, "a", 31), Err(Exhausted(2)));
        assert_eq!(left(0, "b", 100), Ok(0), "another's is its own");
        assert_eq!(left(1, "a", 31), Ok(0));
        assert_eq!(left(600, "a", 0), Ok(100), "never more than whole");
    }

    #[test]
    fn what_costs_more_than_all_takes_all() {
        let budgets = budgets(10, 1);
        let standing = budgets.take("a", 1_000).expect("a whole budget is there");
        assert_eq!((standing.limit, standing.remaining), (10, 0));
        assert!((599..=600).contains(&standing.whole_in.as_secs()));
        assert!(budgets.take("a", 1_000).is_err());
    }

    #[test]
    fn draining_is_never_refused_and_giving_back_never_too_much() {
        let budgets = budgets(10, 1);
        assert_eq!(budgets.drain("a", 7).remaining, 3);
        assert_eq!(budgets.drain("a", 7).remaining, 0);
        budgets.give_back("a", 4);
        assert_eq!(budgets.drain("a", 0).remaining, 4);
        budgets.give_back("a", 400);
        assert_eq!(budgets.drain("a", 0).remaining, 10);
    }

    #[test]
    fn of_ipv6_the_network_counts() {
        let at = |text: &str| Client::at(text.parse().ok());
        assert_eq!(at("2001:db8:1:2:3::4"), at("2001:db8:1:2:ffff::1"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_eq!(at("::ffff:10.0.0.1"), at("10.0.0.1"));
        assert_ne!(at("10.0.0.1"), at("10.0.0.2"));
    }
}
