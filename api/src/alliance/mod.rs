//! Alliances 医联体, agreements 合作协约 and studios 名医工作室: what ties institutions together beside their communities.
//!
//! An alliance is [founded](found) by a community's manager or the system administrator, because it cuts across communities; its members come and go with
//! their dates. An [agreement] binds two institutions, of which one may support the other. A [studio] is where a named doctor of a hospital sits
//! in another institution. All three have a [term]: a first day and, where one is set, a last; who ends one before that says why.
//!
//! They are few and read on many rows, so that the directory keeps them all in memory as [`Pacts`](pacts::Pacts): lists, institutions and the
//! ranking of destinations read them there. Rules are judged on what the transaction reads.

pub mod agreement;
pub mod bond;
mod check;
pub mod found;
pub mod graphql;
pub mod list;
pub mod pacts;
mod pair;
pub mod service;
mod shared;
pub mod studio;
pub mod term;
