//! Follow-ups: planned, recorded, handed on, ended; who sees them, and what they lead to.

pub mod care;
mod end;
mod list;
mod plan;
mod reassign;
mod record;
mod state;
mod visibility;
