//! Volumes 月度业务量: what institutions count each month and the software cannot, because it does not see every visit.
//!
//! An institution [reports](report) its own months, a health centre those of its stations too. What it does not count it leaves out, which is not 0. A
//! report is corrected, never replaced: each version stays readable, with who wrote it, when and why, so that a figure that was taken from an earlier
//! one can be explained. Indicators read what is on record [now](service).

pub mod counts;
pub mod graphql;
pub mod list;
pub mod loader;
pub mod report;
pub mod service;
