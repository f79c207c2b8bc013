//! What is on record: events (what happened), audit (who did or saw what) and replays.
//!
//! Both are written in the transaction of the [change]: an [event] with its outbox row, an [audit] entry with its own. What only reads, and what was refused,
//! goes through the [`audit::AuditWriter`] and is shown or answered once the entry is committed. So no request waits for an order, because
//! order is made later, in the [background]:
//!
//! - The [relay] gives committed events their place in the feed: from 1, without gaps, each exactly once.
//! - The [sealer](seal) chains committed audit entries by an HMAC over their [canonical] bytes, and leaves the head in a file.
//!   [`verify`](verify::verify) walks the chain and names every [finding](finding::Finding).
//! - A tailer in each process reads what was placed and tells the [bus]; a [following] reads the [changes] that it missed and then
//!   hears of the rest.
//! - Relay and sealer hold a [lease], whose row is lock and counter in one, so that any number of processes may run.
//!
//! A [replay] is what a hospital system sends again: done once, answered twice. The [trail] is how auditors read the audit, which is audited too.

pub mod audit;
pub mod background;
pub mod bus;
pub mod canonical;
mod chain;
pub mod change;
pub mod changes;
pub mod event;
pub(crate) mod figure;
pub mod finding;
pub mod following;
pub mod graphql;
pub mod lease;
pub mod relay;
pub mod replay;
pub mod seal;
mod tail;
pub mod timeline;
pub mod trail;
pub mod verify;
pub mod version;
