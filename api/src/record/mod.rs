//! What is on record: events (what happened), audit (who did or saw what) and replays.
//!
//! Both are written in the transaction of the change. A [relay](relay) gives committed events their place in the feed and a sealer chains
//! committed audit entries, so that no request waits for either.

pub mod audit;
pub mod event;
pub mod replay;
