//! Volumes in the API: parse, call one service function, wrap.

mod input;
mod mutation;
mod object;
mod query;

pub use mutation::{VolumeMutation, VolumeReportPayload};
pub use object::{VolumeCounts, VolumeReport, VolumeRevision};
pub use query::{VolumeQuery, node, one};
