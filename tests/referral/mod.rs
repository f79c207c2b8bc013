//! Referrals: their life, their routes, who sees them.

mod letter;
mod matrix;
pub mod state;
pub mod story;
