//! What can be done with orders, one public async function an operation; the only place here that opens transactions.

mod attach;
mod back;
mod blank;
mod claim;
mod earlier;
mod examine;
mod findings;
mod keep;
mod linked;
mod opened;
mod place;
mod place_each;
mod read;
mod recall;
pub mod recognition;
mod report;
mod specimen;
mod supply;
mod turn;
mod write;

pub use attach::{Attach, attach};
pub use back::{Cancel, Resubmit, SendBack, cancel, resubmit, return_order};
pub use claim::{Claim, Release, claim, release};
pub use earlier::Earlier;
pub use examine::{Examine, record_examination};
pub use linked::open_for_referral;
pub use opened::{count_opened, of_opened};
pub use place::{Place, Recognise, place, recognise};
pub use place_each::{MOST as MOST_PLACED, place_each};
pub use read::{
    By, Filter, LATEST, Of, Sort, below, by_ids, count, list, order, page, reports, specimens,
};
pub use recall::{mark_recalled, requesters, settle_recall};
pub use report::{Amend, Report, Review, amend, report, report_version, review};
pub use specimen::{BARCODE, Collect, Receive, Send, collect_specimen, receive, send_specimen};
pub use supply::{Deliver, Process, deliver, process};
pub use turn::{On, refused};
pub use write::{end_for_referral, hold};
