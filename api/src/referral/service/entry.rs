//! Who enters a new referral: its sender, or its receiver in the sender's stead.

use chrono::{DateTime, Duration, Utc};
use entity::{
    enums::{Action, ReferralStatus},
    referral,
};
use uuid::Uuid;

use super::post::Post;
use crate::{
    auth::Actor,
    error::{Error, ProblemCode, Problems, Result},
    network::directory::Directory,
    policy,
};

/// How far back an arrival may be told.
const OLDEST: Duration = Duration::days(30);
/// How far a caller's clock may be ahead.
const AHEAD: Duration = Duration::minutes(5);

/// Who enters a new referral, and how it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The sender posts it.
    Sent,
    /// The receiver enters what a partner without account sent: the patient is expected.
    Expected {
        /// The receiver.
        by: Uuid,
        /// When.
        at: DateTime<Utc>,
    },
    /// The receiver enters a patient who came before the sender posted.
    WalkIn {
        /// The receiver.
        by: Uuid,
        /// When the patient came.
        at: DateTime<Utc>,
    },
}

impl Entry {
    /// Who enters a post of that sender, where the actor may at all.
    pub fn of(
        actor: &Actor,
        directory: &Directory,
        action: Action,
        sender: Uuid,
        post: &Post,
    ) -> Result<Self> {
        if directory.institution(sender).is_none() {
            return Ok(Self::Sent);
        }
        let sends = policy::acts_for(actor, directory, sender);
        let receiver = post
            .writing
            .receiver
            .or(actor.institution())
            .filter(|receiver| *receiver != sender && policy::acts_for(actor, directory, *receiver))
            .filter(|_| action == Action::SubmitReferral);
        let absent = policy::is_absent(directory, sender);
        match (receiver, post.planned_at, post.arrived_at) {
            (Some(by), None, Some(at)) => Ok(Self::WalkIn { by, at }),
            (Some(by), Some(at), None) if absent => Ok(Self::Expected { by, at }),
            (Some(_), Some(_), Some(_)) => Err(Error::invalid(
                "input.plannedAt",
                ProblemCode::NotAllowed,
                "The patient has arrived already.",
            )),
            (Some(_), None, None) if absent => Err(Error::invalid(
                "input.plannedAt",
                ProblemCode::Required,
                "Say when the patient is expected, or when the patient came.",
            )),
            (_, None, None) if sends => Ok(Self::Sent),
            (_, planned, _) if sends => Err(Error::invalid(
                if planned.is_some() {
                    "input.plannedAt"
                } else {
                    "input.arrivedAt"
                },
                ProblemCode::NotAllowed,
                "The receiver says when the patient is expected or came.",
            )),
            _ => Err(Error::Forbidden),
        }
    }

    /// The receiver that enters it in the sender's stead.
    #[must_use]
    pub const fn entered_by(self) -> Option<Uuid> {
        match self {
            Self::Sent => None,
            Self::Expected { by, .. } | Self::WalkIn { by, .. } => Some(by),
        }
    }

    /// Marks in the row that it is entered in the sender's stead.
    pub fn mark(self, row: &mut referral::Model) {
        let Some(by) = self.entered_by() else { return };
        row.second_hand = true;
        row.entered_by_id = Some(by);
        row.entry_external_id = row.external_id.take();
        row.receiver_id = row.receiver_id.or(Some(by));
        row.accepted = true;
    }

    /// Notes what is wrong with the time at which the patient is expected or came.
    pub fn check(
        self,
        row: &referral::Model,
        directory: &Directory,
        now: DateTime<Utc>,
        problems: &mut Problems,
    ) {
        match self {
            Self::Sent => {}
            Self::Expected { by, at } => {
                problems.check(
                    at >= row.occurred_at,
                    "input.plannedAt",
                    ProblemCode::Order,
                    "Not in the past.",
                );
                let has_departments = directory
                    .departments_of
                    .get(&by)
                    .is_some_and(|departments| !departments.is_empty());
                problems.check(
                    row.receiver_department_id.is_some() || !has_departments,
                    "input.receiverDepartment",
                    ProblemCode::Required,
                    "Name the department that takes the patient.",
                );
            }
            Self::WalkIn { at, .. } => {
                for (good, message) in [
                    (at >= now - OLDEST, "At most 30 days back."),
                    (at <= now + AHEAD, "Not in the future."),
                ] {
                    problems.check(good, "input.arrivedAt", ProblemCode::Order, message);
                }
            }
        }
    }

    /// Lets the referral begin where an entry in the sender's stead begins. No answer is due: it has been given.
    pub fn begin(self, row: &mut referral::Model) {
        match self {
            Self::Sent => return,
            Self::Expected { at, .. } => {
                row.status = ReferralStatus::Accepted;
                row.planned_at = Some(at);
            }
            Self::WalkIn { at, .. } => {
                row.status = ReferralStatus::Arrived;
                row.arrived_at = Some(at);
                row.walk_in = true;
            }
        }
        row.submitted_at = Some(row.occurred_at);
        row.posted_receiver_id = row.receiver_id;
        row.posted_category.clone_from(&row.principal_category);
    }
}
