//! Orders to shared centres.

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
mod specimen;
mod state;
