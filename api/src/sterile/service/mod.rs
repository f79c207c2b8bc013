//! What can be done with sterile batches, one public async function an operation; the only place here that opens transactions.

mod confirm;
mod hold;
mod read;
mod recall;
mod write;

pub use confirm::{Confirm, clear, confirm};
pub use hold::{Cycle, Load, MOST, examine, hold};
pub use read::{batch, by_ids, of_orders};
pub use recall::{Recall, recall};
