//! Referrals: their life, their routes, who sees them.

mod letter;
pub mod story;
