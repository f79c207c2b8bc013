//! Patients in the API: types, queries and mutations.

mod access;
mod break_glass;
mod conflict;
mod input;
mod mutation;
mod object;
mod query;

pub use access::AccessQuery;
pub use break_glass::{BreakGlassEvent, BreakGlassPayload, BreakGlassQuery};
pub use conflict::{ConflictQuery, PatientConflict, PatientVersion};
pub use input::{
    CertificateInput, EndPatientTagInput, IdentifyPatientInput, MergePatientsInput,
    OpenPatientInput, PatientKeyInput, PatientRefInput, PatientSearch, PatientTagInput,
    RegisterPatientInput, ResolvePatientConflictInput, ReviewBreakGlassInput, TagPatientInput,
    UnmergePatientsInput,
};
pub use mutation::{PatientMutation, PatientPayload};
pub use object::{Patient, PatientIdentity, PatientTag};
pub use query::PatientQuery;
