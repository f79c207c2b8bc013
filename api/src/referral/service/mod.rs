//! What can be done with referrals, one public async function an operation; the only place here that opens transactions.

mod answer;
mod completion;
mod filter;
mod finish;
mod journey;
mod known;
mod post;
mod read;
mod turn;

pub use answer::{Accept, Reject, Return, accept, reject, return_for_completion};
pub use filter::Filter;
pub use finish::{Close, ReportBack, Withdraw, close, report_back, withdraw};
pub use journey::{
    Arrive, Depart, NoShow, Treat, record_arrival, record_departure, record_no_show,
    start_treatment,
};
pub use known::EXTERNAL_ID;
pub use post::{Post, Resubmit, Submit, draft, resubmit, submit};
pub use read::{
    By, LATEST, OpenWork, Sort, count, list, of_patients, open_work, page, referral, timelines,
};
pub use turn::On;
