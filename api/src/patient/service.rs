//! What can be done with patients: one function an operation.

mod read;
mod register;
mod search;
mod tag;

pub use super::resolve::{PatientRef, is_same, resolve, validate};
pub use read::{Identity, IdentityRequest, phone, read_identity, read_patient};
pub use register::register_patient;
pub use search::{Search, count_patients, search_patients};
pub use tag::{EndTag, NewTag, end_patient_tag, tag_patient};
