//! What can be done with dispatches, one public async function an operation; the only place here that opens transactions.

mod agree;
mod appraise;
mod check;
pub mod clock;
mod end;
mod facts;
mod log;
mod plan;
mod publish;
mod read;
mod statistics;
mod stay;
mod turn;
mod write;

pub use agree::{Approve, Confirm, Decline, approve, cancel, confirm, decline};
pub use appraise::{Appraise, appraise};
pub use end::{Complete, Ended, complete, recall};
pub use facts::{Appraised, Presence, Worked, appraised_at, presence, worked_at};
pub use log::{Entry, Log, MOST_ENTRIES, log};
pub use plan::{Plan, Request, Wanted, plan, request};
pub use publish::{Publish, publish};
pub use read::{
    ENDS, Filter, LOGS, Of, STARTS, Sort, Totals, below, count, count_logs, dispatch, earlier,
    list, logs, page, totals,
};
pub use statistics::{Asked, NORM, Statistics, statistics};
pub use stay::{CheckIn, Extend, check_in, extend};
pub use turn::On;
