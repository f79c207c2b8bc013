//! What is on record: events (what happened), audit (who did or saw what) and replays.
//!
//! Both are written in the transaction of the change. A [relay] gives committed events their place in the feed and a [sealer](seal) chains
//! committed audit entries, so that no request waits for either.

pub mod audit;
pub mod background;
pub mod canonical;
mod chain;
pub mod event;
pub mod finding;
pub mod lease;
pub mod relay;
pub mod replay;
pub mod seal;
pub mod verify;
