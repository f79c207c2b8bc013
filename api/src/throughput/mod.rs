//! Throughput 业务量: what shared centres do, by the hour, for whoever watches them.
//!
//! Every figure counts moments: an order was placed, received, reported, sent back. Each counts in the hour of its own time, in Asia/Shanghai, and
//! stands under what its order is now: the institution that asks, the group of the item, the priority, whoever works on it. So a claim moves
//! what was counted at the request as well, and the full count is one `GROUP BY` over the [orders](fact).
//!
//! **What is kept.** Two rollups: `throughput_cell`, an hour of a centre by everything that it can be broken down by, and `throughput_total`,
//! hours, days and months of a centre in all. Both hold [figures](figure): counts, and [sketches](sketch) of how long things took, which add up to the sketch of the
//! whole exactly and tell quantiles within 1 %. Beside them `throughput_backlog`, what was open when a day ended, so that no reader
//! counts from the beginning; and `throughput_trace`, the hours that each order is counted in.
//!
//! **How it is kept.** The [rollup] follows the feed on a lease. An event of an order, a critical value or a training session [touches](touched) every hour that its
//! order is counted in now, and every hour that it was counted in before, which its trace remembers; and because a patient visit is the *first* report
//! of a requisition, the hours of the orders beside it. Touched hours are counted from the orders again, whole; nothing is ever subtracted. Why that is exact:
//! an hour that no event touched holds the same orders as when it was counted, because an order comes into it or leaves it only by a change
//! of its own, whose event touches it, by the moment or by the trace. An hour may be counted twice, by two processes or after a crash: it comes out the
//! same. Everything happens in one transaction that sees one moment, so that hours, traces and the place in the feed belong together. Two things never
//! change of an order: its centre, and its requisition with whoever asks.
//!
//! **How it is [read].** As of one moment: which events the rollup has not come to, be it that they wait for their place in the feed; which hours
//! they touch; the rollups of all others, in the longest units that fit; and the touched hours, [counted](fact) from the orders. So an answer is never late, and
//! costs what the rows of the answer cost, whatever the number of orders ever placed. The backlog at a bucket's end is the one of the last day before,
//! with what was placed since and less what was closed. Broken down further than by centre and kind, the cells of the hours are read, of which there are as many
//! as there was work.
//!
//! **Who.** [`policy::throughput_share`](crate::policy::throughput_share): nothing of a patient is in it. Of what a regulator reads broken down by
//! something of the patient, [small figures](suppress) are withheld.

pub mod answer;
pub mod background;
pub mod backlog;
pub mod calendar;
pub mod csv;
pub mod fact;
pub mod figure;
pub mod graphql;
pub mod metrics;
pub mod query;
pub mod read;
pub mod rollup;
pub mod service;
pub mod sight;
pub mod sketch;
pub mod suppress;
pub mod tally;
pub mod touched;
