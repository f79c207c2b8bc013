//! Orders to shared centres.

mod attach;
mod back;
pub mod cast;
pub mod claim;
mod examine;
mod follow;
mod input;
mod journey;
mod list;
pub mod place;
mod real_input;
mod recognise;
mod replay;
mod report;
mod slot;
mod specimen;
pub mod state;
