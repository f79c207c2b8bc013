//! Shared centres and their catalogues.

pub mod fixture;
