//! How far a referral comes, and when each step of it was taken.

use chrono::{DateTime, Duration, Utc};
use entity::enums::Urgency;

use super::{super::dice::Dice, way::Kind};
use crate::clock::{shanghai_day, shanghai_midnight};

/// One thing that somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The sender writes a draft.
    Draft,
    /// The sender posts it.
    Submit,
    /// The receiver sends it back.
    Return,
    /// The sender posts it again.
    Resubmit,
    /// The receiver takes the patient.
    Accept,
    /// The receiver does not.
    Reject,
    /// The sender takes it back.
    Withdraw,
    /// The patient leaves.
    Depart,
    /// The patient comes.
    Arrive,
    /// The patient does not.
    Miss,
    /// The sender asks to cancel what was accepted.
    AskToCancel,
    /// The receiver cancels.
    Cancel,
    /// Treatment begins.
    Treat,
    /// The receiver reports.
    Report,
    /// The sender has read it.
    Close,
}

/// A step and its time.
pub type Timed = (DateTime<Utc>, Step);

/// What becomes of a referral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// Being written.
    Drafted,
    /// Waiting for an answer.
    Waiting,
    /// Waiting for an answer for too long.
    Overdue,
    /// Sent back.
    Returned,
    /// Sent back and posted again.
    Resubmitted,
    /// Accepted; the patient is to come.
    Accepted,
    /// Not accepted.
    Rejected,
    /// Taken back.
    Withdrawn,
    /// Thrown away before it was posted.
    Discarded,
    /// On the road.
    OnTheRoad,
    /// Just come.
    Arrived,
    /// Not come.
    Missed,
    /// Not come, and found out why.
    Explained,
    /// Accepted, and never heard of again.
    Lapsed,
    /// Accepted, and to be cancelled if the receiver agrees.
    AskedToCancel,
    /// Cancelled after it was accepted.
    Cancelled,
    /// Come two days late, and treated.
    Late,
    /// Being treated.
    Treated,
    /// Reported, not read yet.
    Reported,
    /// Closed.
    Closed,
    /// Closed after it was sent back once.
    ClosedAtSecondTry,
    /// Closed, having begun as a draft.
    ClosedFromDraft,
}

use Course::{
    Accepted, Arrived, AskedToCancel, Cancelled, Closed, ClosedAtSecondTry, ClosedFromDraft,
    Discarded, Drafted, Explained, Lapsed, Late, Missed, OnTheRoad, Overdue, Rejected, Reported,
    Resubmitted, Returned, Treated, Waiting, Withdrawn,
};

impl Course {
    /// Every course.
    pub const ALL: [Self; 22] = [
        Drafted,
        Waiting,
        Overdue,
        Returned,
        Resubmitted,
        Accepted,
        Rejected,
        Withdrawn,
        Discarded,
        OnTheRoad,
        Arrived,
        Missed,
        Explained,
        Lapsed,
        AskedToCancel,
        Cancelled,
        Late,
        Treated,
        Reported,
        Closed,
        ClosedAtSecondTry,
        ClosedFromDraft,
    ];

    /// How often each occurs.
    pub const WEIGHED: &[(usize, Self)] = &[
        (3, Drafted),
        (6, Waiting),
        (3, Overdue),
        (4, Returned),
        (2, Resubmitted),
        (8, Accepted),
        (8, Rejected),
        (5, Withdrawn),
        (2, Discarded),
        (5, OnTheRoad),
        (5, Arrived),
        (4, Missed),
        (3, Explained),
        (1, Lapsed),
        (1, AskedToCancel),
        (1, Cancelled),
        (1, Late),
        (8, Treated),
        (7, Reported),
        (22, Closed),
        (2, ClosedAtSecondTry),
        (2, ClosedFromDraft),
    ];

    /// How often those occur that have ended.
    pub const ENDED: &[(usize, Self)] = &[
        (8, Rejected),
        (5, Withdrawn),
        (3, Explained),
        (60, Closed),
        (4, ClosedAtSecondTry),
        (4, ClosedFromDraft),
    ];

    /// Whether a referral that goes this way can take this course: an emergency is not sent back and does not wait for weeks, and a partner
    /// without an account answers at once, by word of mouth.
    #[must_use]
    pub fn suits(self, kind: Kind) -> bool {
        let sent_back = matches!(self, Returned | Resubmitted | ClosedAtSecondTry);
        let unanswered = matches!(self, Waiting | Overdue);
        let cancels = matches!(self, AskedToCancel | Cancelled);
        match kind {
            Kind::Emergency => !sent_back && self != Lapsed,
            Kind::OutwardAway | Kind::Nursing => !sent_back && !unanswered && !cancels,
            _ => true,
        }
    }

    /// The steps of it, the last one before `now` and the first within `window` of it.
    #[must_use]
    pub fn steps(
        self,
        dice: &mut Dice,
        urgency: Urgency,
        now: DateTime<Utc>,
        window: Duration,
    ) -> Vec<Timed> {
        let mut past = Duration::zero();
        let mut steps = Vec::new();
        for step in self.verbs(dice) {
            if !steps.is_empty() {
                past += lapse(step, dice, urgency);
            }
            steps.push((past, step));
        }
        let begun = match self.rest(dice, urgency) {
            Some(rest) => now - past - rest,
            None => long_ago(dice, urgency, now - past, window - past),
        };
        steps
            .into_iter()
            .map(|(past, step)| (begun + past, step))
            .collect()
    }

    fn verbs(self, dice: &mut Dice) -> Vec<Step> {
        use Step::{
            Accept, Arrive, AskToCancel, Cancel, Close, Depart, Draft, Miss, Reject, Report,
            Resubmit, Return, Submit, Treat, Withdraw,
        };
        let mut steps = match self {
            Drafted | Discarded | ClosedFromDraft => vec![Draft],
            Returned => vec![Submit, Return],
            Resubmitted | ClosedAtSecondTry => vec![Submit, Return, Resubmit],
            _ => vec![Submit],
        };
        let departs = dice.happens(30);
        let arrival = if departs {
            vec![Accept, Depart, Arrive]
        } else {
            vec![Accept, Arrive]
        };
        steps.extend(match self {
            Drafted | Waiting | Overdue | Returned | Resubmitted => vec![],
            Accepted | Lapsed => vec![Accept],
            AskedToCancel => vec![Accept, AskToCancel],
            Cancelled => vec![Accept, AskToCancel, Cancel],
            Rejected => vec![Reject],
            Withdrawn | Discarded => vec![Withdraw],
            OnTheRoad => vec![Accept, Depart],
            Arrived => arrival,
            Missed => vec![Accept, Miss],
            Explained => vec![Accept, Miss, Close],
            Late => vec![Accept, Miss, Arrive, Treat],
            Treated => [arrival, vec![Treat]].concat(),
            Reported => [arrival, vec![Treat, Report]].concat(),
            Closed | ClosedAtSecondTry => [arrival, vec![Treat, Report, Close]].concat(),
            ClosedFromDraft => [vec![Submit], arrival, vec![Treat, Report, Close]].concat(),
        });
        steps
    }

    /// How long ago the last step was, for a course that is still open; any time for one that has ended.
    fn rest(self, dice: &mut Dice, urgency: Urgency) -> Option<Duration> {
        let limit = match urgency {
            Urgency::Emergency => 15,
            Urgency::Urgent => 60,
            Urgency::Routine => 12 * 60,
        };
        let minutes = match self {
            Rejected | Withdrawn | Discarded | Cancelled | Explained | Closed
            | ClosedAtSecondTry | ClosedFromDraft => return None,
            Waiting | Resubmitted => dice.between(1, limit - 1),
            Overdue => dice.between(limit * 2 + 1, limit * 6),
            Drafted | Returned | Late => dice.between(10, 48 * 60),
            Accepted | OnTheRoad | Arrived => dice.between(1, limit * 2),
            AskedToCancel => dice.between(10, 20 * 60),
            // Longer than the paper is good for.
            Lapsed => dice.between(16 * 24 * 60, 24 * 24 * 60),
            Missed | Treated => dice.between(30, 72 * 60),
            Reported => dice.between(60, 8 * 24 * 60),
        };
        Some(Duration::minutes(minutes))
    }
}

/// How long after the step before a step is taken.
fn lapse(step: Step, dice: &mut Dice, urgency: Urgency) -> Duration {
    let (least, most) = match (step, urgency) {
        (Step::Draft, _) => (0, 0),
        (Step::Submit, _) => (5, 90),
        (Step::Return, _) => (8, 100),
        (Step::Resubmit, _) => (30, 300),
        (Step::Withdraw, _) => (15, 90),
        (Step::Accept | Step::Reject, Urgency::Emergency) => (1, 25),
        (Step::Accept | Step::Reject, Urgency::Urgent) => (8, 110),
        (Step::Accept | Step::Reject, Urgency::Routine) => (25, 900),
        (Step::Depart, Urgency::Emergency) => (2, 8),
        (Step::Depart, Urgency::Urgent) => (10, 60),
        (Step::Depart, Urgency::Routine) => (60, 1_500),
        (Step::Arrive, Urgency::Emergency) => (12, 55),
        (Step::Arrive, Urgency::Urgent) => (30, 200),
        (Step::Arrive, Urgency::Routine) => (45, 2_000),
        (Step::Miss, _) => (1_500, 3_200),
        (Step::AskToCancel | Step::Cancel, _) => (20, 240),
        (Step::Treat, _) => (10, 150),
        (Step::Report, _) => (300, 6 * 1_440),
        (Step::Close, _) => (60, 2 * 1_440),
    };
    Duration::minutes(dice.between(least, most)) + Duration::seconds(dice.between(0, 59))
}

/// A moment within `window` before `latest`: by day, unless it is an emergency.
fn long_ago(
    dice: &mut Dice,
    urgency: Urgency,
    latest: DateTime<Utc>,
    window: Duration,
) -> DateTime<Utc> {
    let at = latest - Duration::minutes(dice.between(10, window.num_minutes().max(11)));
    if urgency == Urgency::Emergency {
        return at;
    }
    let by_day = shanghai_midnight(shanghai_day(at))
        + Duration::minutes(8 * 60 + dice.between(0, 9 * 60))
        + Duration::seconds(dice.between(0, 59));
    if by_day < latest { by_day } else { at }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_lies_in_the_past_and_after_the_one_before() {
        let now = DateTime::from_timestamp(1_795_000_000, 0).expect("a time");
        let window = Duration::days(42);
        let mut dice = Dice::apart(3, 0);
        for course in Course::ALL {
            for urgency in Urgency::ALL {
                for _ in 0..50 {
                    let steps = course.steps(&mut dice, *urgency, now, window);
                    assert!(
                        steps.is_sorted_by_key(|(at, _)| *at),
                        "{course:?} {steps:?}"
                    );
                    assert!(
                        steps.iter().all(|(at, _)| *at < now),
                        "{course:?} {steps:?}"
                    );
                    assert!(now - steps[0].0 < window + Duration::days(1), "{course:?}");
                }
            }
        }
    }
}
