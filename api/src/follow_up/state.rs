//! What may follow: the life of a follow-up as one table. Pure: no connection, no clock.

use entity::enums::{Action, FollowUpStatus};

use Action::{EndFollowUp, ReassignFollowUp, RecordFollowUp};
use FollowUpStatus::{Done, Ended, Planned};

/// The verbs of a follow-up on record, in the order in which people meet them.
pub const VERBS: [Action; 3] = [RecordFollowUp, ReassignFollowUp, EndFollowUp];

/// The status that the verb leads to; none where it does not lead on.
#[must_use]
pub const fn next(status: FollowUpStatus, action: Action) -> Option<FollowUpStatus> {
    match (action, status) {
        (RecordFollowUp, Planned) => Some(Done),
        (ReassignFollowUp, Planned) => Some(Planned),
        (EndFollowUp, Planned) => Some(Ended),
        _ => None,
    }
}

/// The verbs that lead out of that status.
pub fn following(status: FollowUpStatus) -> impl Iterator<Item = Action> {
    VERBS
        .into_iter()
        .filter(move |action| next(status, *action).is_some())
}

/// Whether it is still to be done, so that its institution treats the patient.
#[must_use]
pub const fn is_open(status: FollowUpStatus) -> bool {
    matches!(status, Planned)
}
