//! What can be done with critical values, one public async function an operation; the only place here that opens transactions.

mod again;
mod answer;
mod cited;
pub mod clock;
mod raise;
mod read;
mod turn;
mod write;

pub use again::raise_again;
pub use answer::{Acknowledge, Resolve, acknowledge, resolve};
pub use cited::open_for_referral;
pub use raise::{MOST, Raise, raise};
pub use read::{Filter, LATEST, by_ids, count, critical_value, list, of_orders, page};
pub use turn::On;
