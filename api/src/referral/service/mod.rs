//! What can be done with referrals, one public async function an operation; the only place here that opens transactions.

mod acceptance;
mod amend;
mod answer;
mod attach;
mod base;
mod blank;
mod bulk;
mod cancellation;
mod check;
pub mod clock;
mod completion;
mod destination;
mod entry;
mod family;
mod filter;
mod finish;
mod holder;
mod journey;
mod keep;
mod known;
mod leg;
mod lent;
mod named;
mod post;
mod read;
mod recorded;
mod redirect;
mod refer_back;
mod turn;
mod walk_in;

pub use acceptance::{Reschedule, Revoke, reschedule, revoke_acceptance};
pub use amend::{Amend, amend};
pub use answer::{Accept, Reject, Return, accept, reject, return_for_completion};
pub use attach::{ATTACHMENTS, Attach, attach};
pub use bulk::submit_each;
pub use cancellation::{
    AnswerCancellation, RequestCancellation, confirm_cancellation, decline_cancellation,
    request_cancellation,
};
pub use check::{check_department, check_practitioner, check_time};
pub use destination::{Suggest, Suggestion, answers, suggest};
pub use family::{Tie, show};
pub use filter::Filter;
pub use finish::{Close, Findings, ReportBack, Withdraw, close, report_back, withdraw};
pub use holder::{Holder, holder};
pub use journey::{
    Arrive, Depart, NoShow, Treat, record_arrival, record_departure, record_no_show,
    start_treatment,
};
pub use known::EXTERNAL_ID;
pub use leg::legs;
pub use lent::{open_of_dispatch, open_of_dispatches};
pub use post::{Post, Resubmit, Submit, draft, resubmit, submit};
pub use read::{
    By, LATEST, OpenWork, Sort, by_ids, count, count_opened, list, of_opened, of_patients,
    open_work, page, referral,
};
pub use redirect::{Redirect, redirect};
pub use refer_back::{MOST_LINKED, ReferBack, refer_back, report_follow_up};
pub use turn::On;
