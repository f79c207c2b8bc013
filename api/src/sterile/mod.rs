//! Sterile batches 灭菌批次: what a steriliser of a supply centre 消毒供应中心 processed in one cycle, and the orders that got packs of it.
//!
//! A batch is known by its number within its centre. The first [order](crate::order) that is processed with it puts it on record; a further
//! one has to agree with what is there. Holding packs does not count as a change of the batch: whoever recalls it is not in the way of whoever
//! packs, and the other way round only until the recall is written.
//!
//! A recall 召回 marks the batch and, in the same transaction, every order that holds packs of it, so that each institution that has some is
//! told. An order is free of the mark as soon as what became of its packs is confirmed for each of its recalled batches.
//!
//! Whoever sees an order that holds a batch sees the batch: its requester, the centre and its hospital among them.

pub mod graphql;
pub mod loader;
pub mod seen;
pub mod service;
