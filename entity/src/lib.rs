//! The tables, one file each, and the coded values they store.
//!
//! Nothing here decides anything: rules live in `api`. Times are UTC with millisecond precision, ids are UUIDv7 made by
//! the application, and rows of clinical tables are never deleted.

pub mod account;
pub mod account_grant;
pub mod assertion;
pub mod audit;
pub mod audit_link;
pub mod audit_outbox;
pub mod audit_patient;
pub mod bed_pool;
pub mod break_glass;
pub mod capability;
pub mod client_key;
pub mod community;
pub mod community_lead;
pub mod department;
pub mod enums;
pub mod event;
pub mod feed;
pub mod feed_scope;
pub mod file;
pub mod follow_up;
pub mod follow_up_party;
pub mod hold;
pub mod idempotency;
pub mod institution;
pub mod json;
pub mod lease;
pub mod outbox;
pub mod patient;
pub mod patient_conflict;
pub mod patient_conflict_scope;
pub mod patient_party;
pub mod patient_tag;
pub mod practitioner;
pub mod radiation;
pub mod referral;
pub mod referral_content;
pub mod referral_leg;
pub mod referral_party;
pub mod session;
pub mod signing_key;
pub mod slot;
