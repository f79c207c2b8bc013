//! Expert dispatch 专家下派: experts of the county who work below for a while.
//!
//! A host asks for somebody, or a hospital plans it of its own accord; it is approved, the host confirms it, and the expert comes ([`state`]). Who comes
//! back as a volunteer is sent by nobody: then the host speaks for the missing sender, and the community approves. The same where the sender is a
//! partner without an account.
//!
//! From check-in to the end the expert's accounts hold a grant at the host, and see what its clinicians see; not a minute longer, however it ends: the
//! grant itself carries the moment ([`crate::auth::lent`]). What is still open of the in-house work that names the dispatch is listed to the host.
//!
//! When in the week somebody is there is a list of half-days ([`calendar`]). Two postings of one expert never claim the same half-day: whoever plans holds
//! the expert's row still meanwhile. A host has one deputy director at a time: a unique key. Published sessions are slots like any other
//! ([`crate::capacity`]), which referrals hold; they are withdrawn when the expert leaves early, and what is held of them stays held until the host
//! has found another day for those patients.
//!
//! What the expert did is logged by the half-day until a week after the end; a correction is a row of its own. A [clock](service::clock) ends what is
//! over and drops what never began.
//!
//! Visibility is data: `dispatch_party` has a row for each scope that sees a dispatch, the expert among them.

pub mod background;
pub mod calendar;
pub mod graphql;
pub mod loader;
pub mod seen;
pub mod service;
pub mod state;
