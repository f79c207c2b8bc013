//! Orders as the API shows them: parse, call one service function, wrap.

mod attachment;
mod event;
mod input;
mod mutation;
mod object;
mod place_input;
mod query;
mod report;
mod report_input;
mod specimen;
mod supply;
mod verb_input;

pub use attachment::OrderAttachmentMutation;
pub use event::OrderEvent;
pub use input::{OrderFilter, OrderKey, OrderSort};
pub use mutation::{OrderMutation, OrderPayload, OrdersPayload};
pub use object::{Order, each, one, practitioner};
pub use query::{OrderQuery, below, node, of_patient};
pub use report::{Observation, Recognition, Report};
pub use specimen::Specimen;
pub use supply::SupplyMutation;
