//! Indicators 监测指标: what the bureau asks for at year's end, by institution, community or region, and whole calendar months.
//!
//! The [catalogue] is one list: each indicator with its names, what is divided by what, which date counts, and who is credited. A value is made of
//! counts and sketches ([figures]) that add up over institutions and months, so that the figure of a community is the sum of its institutions and
//! that of a year the sum of its months. Nothing divided by nothing is null. A share with a time window counts only cases whose window has ended.
//!
//! **What is kept.** `indicator_month`: what an institution is credited with in a month, of its referrals. Shared centres have rollups of their own
//! ([`throughput`](crate::throughput)); the registry is in memory.
//!
//! **How it is kept.** The [rollup] follows the feed on a lease: an event of a referral, a follow-up or a patient [touches](touched) the months in which
//! something of it is counted, and these are counted from the referrals again, whole. A month knows when the next window in it ends; then it is counted
//! again too. Nothing is ever subtracted.
//!
//! **How it is [read].** As of one moment: what is kept, and what was touched since, [counted](fact) from the referrals. So an answer is never late,
//! and costs what institutions and months cost, whatever the number of referrals. Broken down by something of the [patient], everything is counted from the
//! referrals: what is kept knows of no patient.
//!
//! **Who.** [`policy::indicator_sight`](crate::policy::indicator_sight). Counts by institution and month are exact. Whoever counts what others did
//! is told no [small cell](suppress) of a breakdown by something of the patient, nor what would tell one.

pub mod area;
pub mod background;
pub mod catalogue;
pub mod cell;
pub mod fact;
pub mod figures;
pub mod graphql;
pub mod patient;
pub mod read;
pub mod rollup;
pub mod service;
pub mod sheet;
pub mod source;
pub mod suppress;
pub mod touched;
pub mod tree;
