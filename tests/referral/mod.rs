//! Referrals: their life, their routes, who sees them.

mod journey;
pub mod letter;
mod page;
mod real_input;
pub mod story;
