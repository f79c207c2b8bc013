//! What may follow: the life of a referral as one table. Pure: no connection, no clock.
//!
//! The same table is the guard of every verb, the source of `availableActions`, the diagram in the documentation and what the
//! exhaustive test walks through. No other line of the service computes a status.

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Action, ReferralStatus, Side, Urgency},
    referral,
};

use Action::{
    AcceptReferral, CloseReferral, RecordArrival, RecordDeparture, RecordNoShow, RejectReferral,
    ReportBack, ResubmitReferral, ReturnReferral, StartTreatment, SubmitReferral, WithdrawReferral,
};
use ReferralStatus::{
    Accepted, Arrived, CancellationRequested, Closed, Draft, Expired, InTransit, InTreatment,
    NoShow, Rejected, ReportedBack, Returned, Submitted, Withdrawn,
};

/// The verbs that change a referral's status, in the order in which people meet them.
pub const VERBS: [Action; 12] = [
    SubmitReferral,
    WithdrawReferral,
    ReturnReferral,
    ResubmitReferral,
    AcceptReferral,
    RejectReferral,
    RecordDeparture,
    RecordArrival,
    RecordNoShow,
    StartTreatment,
    ReportBack,
    CloseReferral,
];

/// How late a patient may still come after a no-show or an expiry.
const LATE_ARRIVAL: Duration = Duration::days(14);
/// How long after departure a patient without a planned time counts as not come.
const ON_THE_ROAD: Duration = Duration::hours(24);

/// What the table asks of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a question of the table, answered on its own"
)]
pub struct Facts {
    /// Where it stands.
    pub status: ReferralStatus,
    /// Whether it is an emergency.
    pub emergency: bool,
    /// Whether its present receiver has accepted it.
    pub accepted: bool,
    /// Whether the planned time, or 24 hours after departure where there is none, has passed.
    pub expected_passed: bool,
    /// Whether it ended (no-show, expiry) no more than 14 days ago.
    pub ended_recently: bool,
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
            emergency: row.urgency == Some(Urgency::Emergency),
            accepted: row.accepted,
            expected_passed: expected.is_some_and(|expected| expected < at),
            ended_recently: at <= row.occurred_at + LATE_ARRIVAL,
        }
    }
}

/// Why a verb may not follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// It does not lead out of this status, or is not this side's.
    Never,
    /// It would, but for this.
    Now(&'static str),
}

/// The status that the verb leads to when that side calls it.
pub const fn next(facts: &Facts, side: Side, action: Action) -> Result<ReferralStatus, Blocked> {
    match (action, side, facts.status) {
        (SubmitReferral, Side::Sender, Draft) | (ResubmitReferral, Side::Sender, Returned) => {
            Ok(Submitted)
        }
        (WithdrawReferral, Side::Sender, Draft | Submitted | Returned) => Ok(Withdrawn),

        (ReturnReferral, Side::Receiver, Submitted) if facts.emergency => Err(Blocked::Now(
            "An emergency is not returned; ask for what is missing while the patient is on the way.",
        )),
        (ReturnReferral, Side::Receiver, Submitted) => Ok(Returned),
        (AcceptReferral, Side::Receiver, Submitted) => Ok(Accepted),
        (AcceptReferral, Side::Receiver, InTransit | Arrived)
            if facts.emergency && !facts.accepted =>
        {
            Ok(facts.status)
        }
        (RejectReferral, Side::Receiver, Submitted) => Ok(Rejected),

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
        (CloseReferral, Side::Sender | Side::FamilyTeam, ReportedBack | NoShow) => Ok(Closed),

        _ => Err(Blocked::Never),
    }
}

/// The verbs that lead out of the present status for that side, each with what blocks it now.
pub fn following(
    facts: &Facts,
    side: Side,
) -> impl Iterator<Item = (Action, Option<&'static str>)> {
    VERBS
        .into_iter()
        .filter_map(move |action| match next(facts, side, action) {
            Ok(_) => Some((action, None)),
            Err(Blocked::Now(reason)) => Some((action, Some(reason))),
            Err(Blocked::Never) => None,
        })
}

/// Whose move it is; none where nothing is expected any more.
#[must_use]
pub const fn awaiting(status: ReferralStatus) -> Option<Side> {
    match status {
        Draft | Returned | ReportedBack | NoShow => Some(Side::Sender),
        Submitted | Accepted | InTransit | CancellationRequested | Arrived | InTreatment => {
            Some(Side::Receiver)
        }
        Rejected | Withdrawn | Expired | Closed | ReferralStatus::Cancelled => None,
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

/// How long the receiver has to answer; a green channel halves it.
#[must_use]
pub const fn time_to_answer(urgency: Urgency, green_channel: bool) -> Duration {
    let minutes = match urgency {
        Urgency::Emergency => 30,
        Urgency::Urgent => 120,
        Urgency::Routine => 24 * 60,
    };
    Duration::minutes(if green_channel { minutes / 2 } else { minutes })
}

/// The life as a Mermaid diagram, for the documentation.
#[must_use]
pub fn diagram() -> String {
    let mut lines = vec![
        "stateDiagram-v2".to_owned(),
        "    [*] --> DRAFT: DRAFT_REFERRAL (SENDER)".into(),
        "    [*] --> SUBMITTED: SUBMIT_REFERRAL (SENDER)".into(),
    ];
    for status in ReferralStatus::ALL {
        for action in VERBS {
            for side in [Side::Sender, Side::Receiver] {
                let emergency = |emergency| Facts {
                    status: *status,
                    emergency,
                    accepted: false,
                    expected_passed: true,
                    ended_recently: true,
                };
                let (plain, urgent) = (
                    next(&emergency(false), side, action),
                    next(&emergency(true), side, action),
                );
                let (to, note) = match (plain, urgent) {
                    (Ok(to), Ok(_)) => (to, ""),
                    (Ok(to), Err(_)) => (to, ", not EMERGENCY"),
                    (Err(_), Ok(to)) => (to, ", EMERGENCY"),
                    (Err(_), Err(_)) => continue,
                };
                lines.push(format!(
                    "    {} --> {}: {} ({}{note})",
                    status.code(),
                    to.code(),
                    action.code(),
                    side.code()
                ));
            }
        }
    }
    lines.join("\n") + "\n"
}
