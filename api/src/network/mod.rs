//! The network: communities, institutions, departments and practitioners, and what institutions can treat.
//!
//! A community (医共体) is a group of institutions of one district. Every institution stands in one tier: hospitals lead, health centres
//! (乡镇卫生院) treat and refer, stations (村卫生室) are each managed by one health centre, partners (外部机构) lie outside. What an
//! institution is decides what it may send and receive, so every change of the registry is checked whole, recorded as an event and
//! audited.
//!
//! A change goes one way, whether it comes from the API, a file or the demo: a [draft] says what shall be different, it is
//! applied to what is on record, the outcome is [checked](check) against the rest of the [network](view), and only then written. Display
//! reads the [directory] in memory, which is read again after each change
//! here or [elsewhere](follow).

pub mod capability;
pub mod check;
pub mod code;
pub mod community;
pub mod department;
pub mod directory;
pub mod draft;
pub mod follow;
pub mod graphql;
pub mod import;
pub mod institution;
pub mod limit;
pub mod list;
pub mod loader;
pub mod practitioner;
pub mod registry;
pub mod service;
pub mod status;
pub mod view;
