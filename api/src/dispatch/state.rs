//! What may follow: the life of a dispatch as one table. Pure: no connection, no clock.
//!
//! The same table is the guard of every verb, the source of `availableActions` and what the exhaustive test walks through. No other line of the
//! service computes the status of a dispatch.

use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::{
    dispatch,
    enums::{Action, DispatchStatus},
};

use Action::{
    AppraiseDispatch, ApproveDispatch, CancelDispatch, CheckInDispatch, CompleteDispatch,
    ConfirmDispatch, DeclineDispatch, EndDispatch, ExtendDispatch, LapseDispatch, LogDispatch,
    PlanDispatch, PublishDispatchSessions, RecallDispatch, RequestDispatch,
};
use DispatchStatus::{
    Active, Appraised, Approved, Cancelled, Completed, Confirmed, Declined, Planned, Recalled,
    Requested,
};
use Side::{Clock, Community, Expert, Host, Sender};

pub use crate::blocked::Blocked;
use crate::{
    blocked,
    clock::{end_of_day, shanghai_midnight},
};

/// The verbs of a dispatch on record, in the order in which people meet them.
pub const VERBS: [Action; 12] = [
    PlanDispatch,
    DeclineDispatch,
    ApproveDispatch,
    ConfirmDispatch,
    CheckInDispatch,
    PublishDispatchSessions,
    LogDispatch,
    ExtendDispatch,
    RecallDispatch,
    CompleteDispatch,
    AppraiseDispatch,
    CancelDispatch,
];

/// The clock's own.
pub const STROKES: [Action; 2] = [EndDispatch, LapseDispatch];

/// How many days after the first the expert may still come, and after the last still be logged.
pub const GRACE: u64 = 7;

/// Who does something with a dispatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Whoever sends the expert.
    Sender,
    /// Where the expert goes.
    Host,
    /// The host's community.
    Community,
    /// The expert.
    Expert,
    /// Nobody in time.
    Clock,
}

impl Side {
    /// Every side.
    pub const ALL: [Self; 5] = [Sender, Host, Community, Expert, Clock];
}

/// What the table asks of a dispatch.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of its own"
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// Where it stands.
    pub status: DispatchStatus,
    /// Whether nobody sends the expert, or a partner that has no account.
    pub unsent: bool,
    /// Whether the first day has begun.
    pub begun: bool,
    /// Whether the days in which the expert could still come have passed.
    pub late: bool,
    /// Whether the last day is over.
    pub over: bool,
    /// Whether nothing more is logged.
    pub closed: bool,
}

impl Facts {
    /// The facts of a dispatch at a moment.
    #[must_use]
    pub fn at(row: &dispatch::Model, unsent: bool, now: DateTime<Utc>) -> Self {
        Self {
            status: row.status,
            unsent,
            begun: now >= shanghai_midnight(row.starts_on),
            late: now >= lapses_at(row.starts_on),
            over: now >= end_of_day(row.ends_on),
            closed: now >= closes_at(row.last_day()),
        }
    }
}

/// When a dispatch with that first day lapses, unless the expert has come.
#[must_use]
pub fn lapses_at(starts_on: NaiveDate) -> DateTime<Utc> {
    end_of_day(later(starts_on))
}

/// From when nothing more is logged of a dispatch with that last day.
#[must_use]
pub fn closes_at(last_day: NaiveDate) -> DateTime<Utc> {
    end_of_day(later(last_day))
}

fn later(day: NaiveDate) -> NaiveDate {
    day.checked_add_days(Days::new(GRACE)).unwrap_or(day)
}

/// Whose verb it is. Where nobody sends the expert, or a partner without an account does, the community approves.
#[must_use]
pub const fn by(action: Action, unsent: bool) -> &'static [Side] {
    match action {
        ApproveDispatch if unsent => &[Community],
        PlanDispatch | DeclineDispatch | ApproveDispatch | ExtendDispatch | RecallDispatch => {
            &[Sender]
        }
        RequestDispatch
        | ConfirmDispatch
        | CheckInDispatch
        | PublishDispatchSessions
        | CompleteDispatch
        | AppraiseDispatch => &[Host],
        LogDispatch => &[Host, Expert],
        CancelDispatch => &[Host, Sender],
        EndDispatch | LapseDispatch => &[Clock],
        _ => &[],
    }
}

/// The status that the verb leads to when that side calls it.
pub fn next(facts: &Facts, side: Side, action: Action) -> Result<DispatchStatus, Blocked> {
    if !by(action, facts.unsent).contains(&side) {
        return Err(Blocked::Never);
    }
    let status = led_to(facts, side, action).ok_or(Blocked::Never)?;
    match hindrance(facts, action) {
        Some(reason) => Err(Blocked::Now(reason)),
        None => Ok(status),
    }
}

/// The status that the verb leads to, if it is the time for it.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "facts go to every table of states in one way"
)]
const fn led_to(facts: &Facts, side: Side, action: Action) -> Option<DispatchStatus> {
    let status = facts.status;
    Some(match (action, status) {
        (PlanDispatch, Requested) => Planned,
        (DeclineDispatch, Requested) => Declined,
        (ApproveDispatch, Planned) => Approved,
        (ConfirmDispatch, Approved) => Confirmed,
        (CheckInDispatch, Confirmed) => Active,
        // What is asked for, whoever asked takes back; the other declines.
        (CancelDispatch, Requested) if matches!(side, Host) => Cancelled,
        (CancelDispatch, Planned | Approved | Confirmed) | (LapseDispatch, Confirmed) => Cancelled,
        // Whoever has left may still have something to write down.
        (PublishDispatchSessions | ExtendDispatch, Confirmed | Active)
        | (LogDispatch, Active | Completed | Recalled | Appraised) => status,
        (RecallDispatch, Active) => Recalled,
        (CompleteDispatch | EndDispatch, Active) => Completed,
        (AppraiseDispatch, Completed) => Appraised,
        _ => return None,
    })
}

/// What stands in the way of the verb at this moment.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "facts go to every table of states in one way"
)]
const fn hindrance(facts: &Facts, action: Action) -> Option<&'static str> {
    match action {
        PlanDispatch
        | ApproveDispatch
        | ConfirmDispatch
        | CheckInDispatch
        | PublishDispatchSessions
        | ExtendDispatch
            if facts.over =>
        {
            Some("Its last day is over.")
        }
        CheckInDispatch if !facts.begun => Some("Its first day has not come yet."),
        CheckInDispatch if facts.late => Some("It lapsed: nobody came within 7 days."),
        LogDispatch if facts.closed => Some("It ended more than 7 days ago."),
        EndDispatch if !facts.over => Some("Its last day is not over yet."),
        LapseDispatch if !facts.late => Some("The expert may still come."),
        _ => None,
    }
}

/// The verbs that lead out of the present status for that side, each with what blocks it now.
pub fn following(
    facts: &Facts,
    side: Side,
) -> impl Iterator<Item = (Action, Option<&'static str>)> {
    blocked::following(VERBS, move |action| next(facts, side, action))
}

/// Whether an expert is bound by it, now or then: what was asked for, declined or cancelled claims no half-day.
#[must_use]
pub const fn binds(status: DispatchStatus) -> bool {
    !matches!(status, Requested | Declined | Cancelled)
}

/// What the clock does next, and when, if nobody does anything before.
#[must_use]
pub fn stroke(row: &dispatch::Model) -> Option<(Action, DateTime<Utc>)> {
    match row.status {
        Active => Some((EndDispatch, end_of_day(row.ends_on))),
        Confirmed => Some((LapseDispatch, lapses_at(row.starts_on))),
        _ => None,
    }
}
