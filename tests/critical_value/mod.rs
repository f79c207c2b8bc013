//! Critical values: raised, acknowledged, resolved; their clock; who is told, and of how much.

mod acknowledge;
mod again;
pub mod alarm;
mod clock;
mod journey;
mod list;
mod raise;
mod resolve;
mod told;
