//! What may follow: the life of a referral as one table. Pure: no connection, no clock.
//!
//! The same table is the guard of every verb, the source of `availableActions`, the diagram in the documentation and what the
//! exhaustive test walks through. No other line of the service computes a status.

use chrono::{DateTime, Duration, Utc};
use entity::{
    community,
    enums::{Action, ReferralDirection, ReferralStatus, Side, Urgency},
    referral,
};

use super::leg::MOST_HOPS;
use crate::blocked;
pub use crate::blocked::Blocked;
use Action::{
    AcceptReferral, AmendReferral, AttachToReferral, CancelUnanswered, CloseReferral, CloseUnread,
    ConfirmReferralCancellation, DeclineReferralCancellation, ExpireReferral, MarkOverdue,
    RecordArrival, RecordDeparture, RecordNoShow, RedirectReferral, ReferBack, RejectReferral,
    ReportBack, RequestReferralCancellation, RescheduleReferral, ResubmitReferral, ReturnReferral,
    RevokeReferralAcceptance, StartTreatment, SubmitReferral, WithdrawReferral,
};
use ReferralStatus::{
    Accepted, Arrived, CancellationRequested, Cancelled, Closed, Draft, Expired, InTransit,
    InTreatment, NoShow, Rejected, ReportedBack, Returned, Submitted, Withdrawn,
};

/// The verbs that change a referral's status, in the order in which people meet them.
pub const VERBS: [Action; 20] = [
    SubmitReferral,
    AmendReferral,
    WithdrawReferral,
    ReturnReferral,
    ResubmitReferral,
    RedirectReferral,
    AcceptReferral,
    RescheduleReferral,
    RejectReferral,
    RevokeReferralAcceptance,
    RequestReferralCancellation,
    ConfirmReferralCancellation,
    DeclineReferralCancellation,
    RecordDeparture,
    RecordArrival,
    RecordNoShow,
    StartTreatment,
    ReportBack,
    ReferBack,
    CloseReferral,
];

/// How late a patient may still come after a no-show or an expiry.
const LATE_ARRIVAL: Duration = Duration::days(14);
/// How long after departure a patient without a planned time counts as not come, and no patient is expected any more.
pub const ON_THE_ROAD: Duration = Duration::hours(24);

/// What the table asks of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of the table, answered on its own"
)]
pub struct Facts {
    /// Where it stands.
    pub status: ReferralStatus,
    /// Where it stood before the sender asked to cancel it.
    pub before: ReferralStatus,
    /// Whether it is an emergency.
    pub emergency: bool,
    /// Whether its present receiver has accepted it.
    pub accepted: bool,
    /// Whether the planned time, or 24 hours after departure where there is none, has passed.
    pub expected_passed: bool,
    /// Whether it ended (no-show, expiry) no more than 14 days ago.
    pub ended_recently: bool,
    /// Whether it goes down.
    pub goes_down: bool,
    /// Whether the patient is kept where they are, so that nobody travels and nobody is sent back.
    pub in_house: bool,
    /// Whether its present receiver should have answered by now.
    pub overdue: bool,
    /// Whether it has been sent on as often as a referral may be.
    pub sent_on_enough: bool,
    /// Whether the manager of a community asks, who does nothing but rescue what is overdue.
    pub rescuing: bool,
}

impl Facts {
    /// The facts of a referral at that moment.
    #[must_use]
    pub fn at(row: &referral::Model, at: DateTime<Utc>) -> Self {
        let expected = row
            .planned_at
            .or(row.departed_at.map(|departed| departed + ON_THE_ROAD));
        Self {
            status: row.status,
            before: row.status_before.unwrap_or(Accepted),
            emergency: row.urgency == Some(Urgency::Emergency),
            accepted: row.accepted,
            expected_passed: expected.is_some_and(|expected| expected < at),
            ended_recently: at <= row.status_since + LATE_ARRIVAL,
            goes_down: row.direction == Some(ReferralDirection::Down),
            in_house: row.direction == Some(ReferralDirection::InHouse),
            overdue: row.answer_due_at.is_some_and(|due| due <= at),
            sent_on_enough: row.hops >= MOST_HOPS,
            rescuing: false,
        }
    }
}

/// The status that the verb leads to when that side calls it.
pub const fn next(facts: &Facts, side: Side, action: Action) -> Result<ReferralStatus, Blocked> {
    if facts.rescuing && !matches!(action, RedirectReferral) {
        return Err(Blocked::Never);
    }
    match (action, side, facts.status) {
        (SubmitReferral, Side::Sender, Draft) | (ResubmitReferral, Side::Sender, Returned) => {
            Ok(Submitted)
        }
        (AmendReferral, Side::Sender, Draft | Submitted | Returned | Accepted | InTransit) => {
            Ok(facts.status)
        }
        (WithdrawReferral, Side::Sender, Draft | Submitted | Returned) => Ok(Withdrawn),

        (ReturnReferral, Side::Receiver, Submitted) if facts.emergency => Err(Blocked::Now(
            "An emergency is not returned; ask for what is missing while the patient is on the way.",
        )),
        (ReturnReferral, Side::Receiver, Submitted) => Ok(Returned),
        (AcceptReferral, Side::Receiver, Submitted)
        | (RescheduleReferral, Side::Receiver, Accepted) => Ok(Accepted),
        (AcceptReferral, Side::Receiver, InTransit | Arrived)
            if facts.emergency && !facts.accepted =>
        {
            Ok(facts.status)
        }
        (RejectReferral, Side::Receiver, Submitted)
        | (RevokeReferralAcceptance, Side::Receiver, Accepted) => Ok(Rejected),
        (RedirectReferral, Side::Receiver, _) => redirected(facts),

        (RequestReferralCancellation, Side::Sender, Accepted | InTransit) => {
            Ok(CancellationRequested)
        }
        (ConfirmReferralCancellation, Side::Receiver, CancellationRequested) => Ok(Cancelled),
        (DeclineReferralCancellation, Side::Receiver, CancellationRequested) => Ok(facts.before),

        (RecordDeparture, _, _) if facts.in_house => Err(Blocked::Never),
        (RecordDeparture, Side::Sender, Accepted) => Ok(InTransit),
        (RecordDeparture, Side::Sender, Submitted) if facts.emergency => Ok(InTransit),
        (RecordArrival, Side::Receiver, Accepted | InTransit | CancellationRequested) => {
            Ok(Arrived)
        }
        (RecordArrival, Side::Receiver, Submitted) if facts.emergency => Ok(Arrived),
        (RecordArrival, Side::Receiver, NoShow | Expired) if facts.ended_recently => Ok(Arrived),
        (RecordArrival, Side::Receiver, NoShow | Expired) => Err(Blocked::Now(
            "More than 14 days have passed; a new referral is needed.",
        )),
        (RecordNoShow, Side::Receiver, Accepted | InTransit) if facts.expected_passed => Ok(NoShow),
        (RecordNoShow, Side::Receiver, Accepted | InTransit) => Err(Blocked::Now(
            "The planned time, or 24 hours after departure where there is none, has not passed.",
        )),

        (StartTreatment, Side::Receiver, Arrived) => Ok(InTreatment),
        (ReportBack, Side::Receiver, Arrived | InTreatment) => Ok(ReportedBack),
        // What has come down is not sent back down, and who was kept in house is back already.
        (ReferBack, Side::Receiver, Arrived | InTreatment | ReportedBack)
            if !facts.goes_down && !facts.in_house =>
        {
            Ok(ReportedBack)
        }
        (CloseReferral, Side::Sender | Side::FamilyTeam, ReportedBack | NoShow) => Ok(Closed),

        // The patient's papers come late, or from the other side; what is not posted is the sender's alone.
        (AttachToReferral, Side::Sender, status) if is_open(status) => Ok(status),
        (AttachToReferral, Side::Receiver, status)
            if is_open(status) && !matches!(status, Draft | Returned) =>
        {
            Ok(status)
        }

        _ => Err(Blocked::Never),
    }
}

/// What the clock does once the time of a status has run out, and the status that it leads to; none where the status has no time. An emergency
/// on the road does not expire: it is marked as overdue.
#[must_use]
pub const fn by_clock(status: ReferralStatus, emergency: bool) -> Option<(Action, ReferralStatus)> {
    match status {
        InTransit if emergency => Some((MarkOverdue, InTransit)),
        Submitted | Returned | Accepted | InTransit => Some((ExpireReferral, Expired)),
        CancellationRequested => Some((CancelUnanswered, Cancelled)),
        ReportedBack => Some((CloseUnread, Closed)),
        _ => None,
    }
}

/// Where a referral that is sent on to another receiver stands there.
const fn redirected(facts: &Facts) -> Result<ReferralStatus, Blocked> {
    let to = match facts.status {
        Submitted | Accepted => Submitted,
        InTransit if facts.emergency => InTransit,
        _ => return Err(Blocked::Never),
    };
    if facts.rescuing && !facts.overdue {
        return Err(Blocked::Now(
            "A community's manager redirects only what is overdue.",
        ));
    }
    if facts.sent_on_enough {
        return Err(Blocked::Now("It has been sent on three times already."));
    }
    Ok(to)
}

/// The verbs that lead out of the present status for that side, each with what blocks it now.
pub fn following(
    facts: &Facts,
    side: Side,
) -> impl Iterator<Item = (Action, Option<&'static str>)> {
    blocked::following(VERBS, move |action| next(facts, side, action))
}

/// Whose move it is; none where nothing is expected any more.
#[must_use]
pub const fn awaiting(status: ReferralStatus) -> Option<Side> {
    match status {
        Draft | Returned | ReportedBack | NoShow => Some(Side::Sender),
        Submitted | Accepted | InTransit | CancellationRequested | Arrived | InTreatment => {
            Some(Side::Receiver)
        }
        Rejected | Withdrawn | Expired | Closed | Cancelled => None,
    }
}

/// Whether work is still open on it, so that its institutions cannot close for good.
#[must_use]
pub const fn is_open(status: ReferralStatus) -> bool {
    awaiting(status).is_some()
}

/// Whether it keeps a second referral of the same patient to the same receiver for the same illness from being posted.
#[must_use]
pub const fn bars_another(status: ReferralStatus) -> bool {
    matches!(
        status,
        Submitted | Returned | Accepted | InTransit | CancellationRequested
    )
}

/// What a change means for the bed or slot that is held for the patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is kept, or there is none.
    Lasts,
    /// The patient came and has it.
    Consumed,
    /// It is given back.
    Released,
}

/// Whether a bed or slot can be held in this status: the patient was accepted and is still to come.
#[must_use]
pub const fn holds(status: ReferralStatus) -> bool {
    matches!(status, Accepted | InTransit | CancellationRequested)
}

/// What becomes of a hold: it belongs to the present receiver's acceptance, lasts until the patient comes, who consumes it, and every
/// other way out gives it back.
#[must_use]
pub const fn fate(before: ReferralStatus, after: ReferralStatus, redirected: bool) -> Fate {
    match (holds(before), after) {
        (false, _) => Fate::Lasts,
        (true, _) if redirected => Fate::Released,
        (true, Arrived) => Fate::Consumed,
        (true, after) if holds(after) => Fate::Lasts,
        (true, _) => Fate::Released,
    }
}

/// How many minutes a receiver may take to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// An emergency.
    pub emergency: i32,
    /// What is urgent.
    pub urgent: i32,
    /// What is neither.
    pub routine: i32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            emergency: 30,
            urgent: 120,
            routine: 24 * 60,
        }
    }
}

impl Limits {
    /// Those of a receiver whose home is that community; the defaults where it has set none, or there is none.
    #[must_use]
    pub fn of(home: Option<&community::Model>) -> Self {
        let default = Self::default();
        let Some(home) = home else { return default };
        Self {
            emergency: home.emergency_minutes.unwrap_or(default.emergency),
            urgent: home.urgent_minutes.unwrap_or(default.urgent),
            routine: home.routine_minutes.unwrap_or(default.routine),
        }
    }

    /// How long the receiver has to answer; a green channel halves it.
    #[must_use]
    pub fn time_to_answer(self, urgency: Urgency, green_channel: bool) -> Duration {
        let minutes = match urgency {
            Urgency::Emergency => self.emergency,
            Urgency::Urgent => self.urgent,
            Urgency::Routine => self.routine,
        };
        Duration::seconds(i64::from(minutes) * if green_channel { 30 } else { 60 })
    }
}
