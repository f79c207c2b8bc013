//! Orders to shared centres 资源共享: examined below, diagnosed above, recognised everywhere 基层检查、上级诊断、结果互认.
//!
//! An order asks a [centre](crate::centre) for one item of its catalogue. What follows is one table ([`state`]) keyed by four ways: an examination
//! made below and read above, a specimen drawn below and examined above, an expert's opinion from afar, packs that come used and go sterile.
//! Orders of one requisition 申请单 belong together: one draw, one barcode, several orders; one report may answer several.
//!
//! A report is released as soon as it is written, preliminary until somebody else has reviewed it. An amendment is a new version; the old one stays
//! readable, and every reader of it is told. How long all that takes is measured by a clock of its own ([`turnaround`]).
//!
//! Packs that go sterile are of [batches](crate::sterile); an order of which a batch is recalled is marked until what became of its packs is known.
//!
//! Visibility is data: the requester, its department where one asks, the centre and its hospital, and the parties of the referral that an order
//! belongs to each have a row (`order_party`). Whoever has opened the patient by break-glass reads the orders too, and does nothing with them.
//! Before an order is placed, and once more in its own transaction, results that could be recognised 互认 are looked for.

pub mod graphql;
pub mod loader;
pub mod seen;
pub mod service;
pub mod state;
pub mod turnaround;
