//! Alliances, agreements and studios in the API: parse, call one service function, wrap.

mod input;
mod mutation;
mod object;
mod query;
mod studio_input;

pub use mutation::{AgreementPayload, AllianceMutation, AlliancePayload, StudioPayload};
pub use object::{Agreement, Alliance, AllianceMember, Studio, WeeklySession};
pub use query::AllianceQueries;
pub(crate) use query::{agreements_of, alliances_of};
pub use studio_input::WeeklySessionInput;
