//! Patients in the API: types, queries and mutations.

mod input;
mod mutation;
mod object;
mod query;

pub use input::{
    CertificateInput, EndPatientTagInput, PatientRefInput, PatientSearch, PatientTagInput,
    RegisterPatientInput, TagPatientInput,
};
pub use mutation::{PatientMutation, PatientPayload};
pub use object::{Patient, PatientIdentity, PatientTag};
pub use query::PatientQuery;
