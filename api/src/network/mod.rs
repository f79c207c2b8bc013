//! The network: communities, institutions, departments and practitioners.

pub mod directory;
