//! What can be done with patients: one function an operation.

mod access;
mod change;
mod conflict;
mod identify;
mod key;
mod merge;
mod open;
mod read;
mod register;
mod search;
mod tag;

pub use super::loader::open_records;
pub use super::member::{MEMBER, ids_of, record, record_of};
pub use super::resolve::{PatientRef, is_same, resolve, validate};
pub use access::{AccessRequest, accesses, count_accesses};
pub use change::changed;
pub use conflict::{
    Resolve, Waiting, conflicts, conflicts_page, count_conflicts, queue_refused,
    resolve_patient_conflict,
};
pub use identify::{Identify, identify_patient};
pub use key::PatientKey;
pub use merge::{Merge, Unmerge, merge_patients, unmerge_patients};
pub use open::{
    Open, Opened, Review, break_glass_events, count_break_glass, open_patient, review_break_glass,
};
pub use read::{Identity, IdentityRequest, phone, read_identity, read_patient};
pub use register::register_patient;
pub use search::{Search, count_patients, search_patients};
pub use tag::{EndTag, NewTag, end_patient_tag, tag_patient};
