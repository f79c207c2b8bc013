//! What every table of states says of a verb that does not follow.

use entity::enums::Action;

use crate::error::Error;

/// Why a verb may not follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocked {
    /// It does not lead out of this status, or is not this side's.
    Never,
    /// It would, but for this.
    Now(&'static str),
}

impl Blocked {
    /// The refusal of the verb; `following` is what leads out of the present status instead.
    pub fn refuse(
        self,
        from: &'static str,
        action: Action,
        following: impl Iterator<Item = (Action, Option<&'static str>)>,
    ) -> Error {
        let allowed = following
            .filter(|(_, blocked)| blocked.is_none())
            .map(|(action, _)| action)
            .collect();
        Error::InvalidTransition {
            from,
            action,
            allowed,
            reason: match self {
                Self::Now(reason) => Some(reason),
                Self::Never => None,
            },
        }
    }
}

/// Those of these verbs that lead out of the present status, each with what blocks it now. `next` is the table.
pub fn following<S>(
    verbs: impl IntoIterator<Item = Action>,
    next: impl Fn(Action) -> Result<S, Blocked>,
) -> impl Iterator<Item = (Action, Option<&'static str>)> {
    let verbs = verbs.into_iter();
    verbs.filter_map(move |action| match next(action) {
        Ok(_) => Some((action, None)),
        Err(Blocked::Now(reason)) => Some((action, Some(reason))),
        Err(Blocked::Never) => None,
    })
}
