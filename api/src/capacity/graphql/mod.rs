//! Beds and slots in the API: parse, call one service function, wrap.

mod input;
mod mutation;
mod object;
mod query;

pub use mutation::{BedPoolPayload, CapacityMutation, SlotPayload, SlotsPayload};
pub use object::{BedPool, Hold, Slot};
pub use query::{CapacityQuery, bed_pool, slot};
