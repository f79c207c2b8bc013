//! Orders to shared centres.

mod attach;
mod back;
pub mod cast;
mod claim;
mod examine;
mod follow;
mod journey;
mod list;
mod place;
mod recognise;
mod replay;
mod report;
mod slot;
mod specimen;
mod state;
