//! What can be done with follow-ups, one public async function an operation; the only place here that opens transactions.

mod change;
mod family;
mod plan;
mod read;
mod record;
mod turn;
mod write;

pub use change::{EndPlan, Reassign, end, reassign};
pub use family::{hand_over, led_to, show};
pub use plan::{NewPlan, Plan, check as check_plan, has_open, plan, plan_in};
pub use read::{DUE, Filter, Of, below, count, follow_up, list, open_at, page, plans};
pub use record::{Recording, record};
pub use turn::On;
pub use write::end_for_referral;
