//! Referrals: their life, their routes, who sees them.

mod journey;
mod letter;
mod real_input;
pub mod story;
