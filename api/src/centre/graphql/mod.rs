//! Shared centres in the API: parse, call one service function, wrap.

mod input;
mod mutation;
mod object;
mod query;

pub use mutation::{CatalogueItemsPayload, CentreMutation, SharedCentrePayload};
pub use object::{CatalogueItem, SharedCentre};
pub use query::{CentreQuery, item};
