//! Follow-ups in the API: parse, call one service function, wrap.

mod input;
mod mutation;
mod object;
mod query;

pub use input::FollowUpPlanInput;
pub use mutation::FollowUpMutation;
pub use object::FollowUp;
pub use query::{FollowUpQuery, below, node};
