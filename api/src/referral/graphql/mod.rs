//! Referrals in the API: parse, call one service function, wrap.

mod action;
mod below;
mod content;
mod detail;
mod event;
mod filter;
mod input;
mod mutation;
mod object;
mod query;
mod verb;

pub use event::ReferralEvent;
pub use filter::{ReferralFilter, ReferralSort};
pub use input::ReferralKey;
pub use mutation::{ReferralMutation, ReferralPayload};
pub use object::Referral;
pub use query::{ReferralQuery, node, of_patient};
