//! What may follow: the life of a critical value as one table. Pure: no connection, no clock.
//!
//! Whether one may be raised is the order's to say ([`crate::order::state`]).

use entity::enums::{Action, CriticalStatus};

use Action::{AcknowledgeCriticalValue, ResolveCriticalValue};
use CriticalStatus::{Acknowledged, Notified, Resolved};

/// The verbs of a critical value on record, in the order in which people meet them.
pub const VERBS: [Action; 2] = [AcknowledgeCriticalValue, ResolveCriticalValue];

/// The status that the verb leads to; none where it does not lead on. Nobody says what was done before somebody has read it back.
#[must_use]
pub const fn next(status: CriticalStatus, action: Action) -> Option<CriticalStatus> {
    match (action, status) {
        (AcknowledgeCriticalValue, Notified) => Some(Acknowledged),
        (ResolveCriticalValue, Acknowledged) => Some(Resolved),
        _ => None,
    }
}

/// The verbs that lead out of that status.
pub fn following(status: CriticalStatus) -> impl Iterator<Item = Action> {
    VERBS
        .into_iter()
        .filter(move |action| next(status, *action).is_some())
}

/// Whether somebody is still to act, so that those who are told treat the patient.
#[must_use]
pub const fn is_open(status: CriticalStatus) -> bool {
    !matches!(status, Resolved)
}

/// Whether that tells somebody of it who has to know.
#[must_use]
pub const fn is_told(action: Action) -> bool {
    matches!(
        action,
        Action::RaiseCriticalValue | Action::MarkOverdue | Action::EscalateOverdue
    )
}
