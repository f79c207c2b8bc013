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

use async_graphql::Request;

use super::loader::{PatientLoader, TagLoader};
use crate::{app::App, batch};

/// What a request brings along for reading patients and their tags in batches.
#[must_use]
pub fn with_loaders(request: Request, app: &App) -> Request {
    request
        .data(batch::loader(PatientLoader::new(app.clone())))
        .data(batch::loader(TagLoader::new(app.clone())))
}
