//! Family doctors in the API: parse, call one service function, wrap.

mod input;
mod mutation;
mod object;
mod query;

pub use mutation::FamilyDoctorMutation;
pub use object::{FamilyDoctorContract, FamilyDoctorPackage, FamilyDoctorTeam};
pub use query::{FamilyDoctorQuery, contract, of_patient, one, package, team};
