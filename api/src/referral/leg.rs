//! Legs: each time a receiver gets the referral, one begins; its answer ends it. Pure: no connection, no clock.

use entity::{
    enums::{Action, LegAnswer, ReferralStatus},
    referral,
};

/// Most legs of a referral: those of its returns, and one for each hop.
const MOST: i32 = 20;
/// Most hops of a referral: how often it is sent on to another receiver.
pub const MOST_HOPS: i32 = 3;

/// Whether a referral with so many legs may be returned once more: it has another leg when it comes again, and may then still be sent on.
#[must_use]
pub const fn may_return(legs: i32) -> bool {
    legs + MOST_HOPS < MOST
}

/// What a verb does to the present leg.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Nothing.
    None,
    /// The receiver gets the referral.
    Begins,
    /// It ends by the receiver's answer, or without one.
    Ends(Option<LegAnswer>),
    /// It ends likewise, and the next receiver's begins.
    Passes(Option<LegAnswer>),
    /// The time to answer counts anew.
    Counts,
}

/// What is asked of a referral as it was before a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Before {
    waiting: bool,
    urgency: Option<entity::enums::Urgency>,
}

impl Before {
    /// A referral that a verb is about to change.
    #[must_use]
    pub const fn of(row: &referral::Model) -> Self {
        Self {
            waiting: is_waiting(row),
            urgency: row.urgency,
        }
    }
}

/// Whether the present receiver has yet to answer, so that its leg is open.
#[must_use]
pub const fn is_waiting(row: &referral::Model) -> bool {
    !row.accepted
        && matches!(
            row.status,
            ReferralStatus::Submitted
                | ReferralStatus::InTransit
                | ReferralStatus::CancellationRequested
        )
}

/// What the verb does to the present leg; `answers` where it is the receiver's own, not a manager's in its place.
#[must_use]
pub fn step(action: Action, answers: bool, before: Before, row: &referral::Model) -> Step {
    let waiting = before.waiting;
    match action {
        // What joins a patient who came before asks nobody.
        Action::SubmitReferral if row.joined_at.is_some() => Step::None,
        Action::RedirectReferral if waiting => {
            Step::Passes(answers.then_some(LegAnswer::Redirected))
        }
        Action::SubmitReferral | Action::ResubmitReferral | Action::RedirectReferral => {
            Step::Begins
        }
        Action::AcceptReferral if waiting => Step::Ends(Some(LegAnswer::Accepted)),
        Action::RejectReferral if waiting => Step::Ends(Some(LegAnswer::Rejected)),
        Action::ReturnReferral if waiting => Step::Ends(Some(LegAnswer::Returned)),
        Action::RecordArrival if waiting => Step::Ends(Some(LegAnswer::Arrived)),
        Action::WithdrawReferral
        | Action::RecordNoShow
        | Action::ConfirmReferralCancellation
        | Action::CancelUnanswered
        | Action::ExpireReferral
            if waiting =>
        {
            Step::Ends(None)
        }
        Action::AmendReferral if waiting && row.urgency != before.urgency => Step::Counts,
        _ => Step::None,
    }
}

/// The answer that a leg begins with, where what is entered afterwards has been answered before.
#[must_use]
pub const fn answered_already(status: ReferralStatus) -> Option<LegAnswer> {
    match status {
        ReferralStatus::Accepted => Some(LegAnswer::Accepted),
        ReferralStatus::Arrived => Some(LegAnswer::Arrived),
        _ => None,
    }
}
