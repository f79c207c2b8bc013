//! What a change of a referral means for the bed or slot that is held for the patient, whoever changes it: the only place that decides.

use entity::{
    enums::{HoldState, ReferralStatus},
    referral,
};
use uuid::Uuid;

use crate::{
    app::App,
    capacity::hold::{Change, Resource},
    referral::state::{self, Fate},
};

/// What a verb wants of the hold beside what the change of status means for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Nothing.
    None,
    /// This is to be held, in place of what is.
    Take(Resource),
    /// What is held is not needed any more.
    LetGo,
}

/// Decides from the status and the receiver that the row had before; the row names its hold from now on. What is decided is done
/// ([`settle`](crate::capacity::hold::settle)) once the row is written, so that whoever comes too late holds nothing up.
pub fn keep(
    app: &App,
    before: (ReferralStatus, Option<Uuid>),
    row: &mut referral::Model,
    wish: Wish,
) -> Change {
    let (status, receiver) = before;
    let redirected = receiver != row.receiver_id;
    let present = row.hold_id.filter(|_| state::holds(status));
    let fate = match (wish, state::fate(status, row.status, redirected)) {
        (Wish::Take(_) | Wish::LetGo, Fate::Lasts) => Fate::Released,
        (_, fate) => fate,
    };
    let ends = match fate {
        Fate::Lasts => None,
        Fate::Consumed => Some(HoldState::Consumed),
        Fate::Released => Some(HoldState::Released),
    };
    if redirected || wish == Wish::LetGo {
        row.hold_id = None;
    }
    let begins = match wish {
        Wish::Take(resource) => {
            let id = app.new_id();
            row.hold_id = Some(id);
            let still_to_come = state::holds(row.status);
            let state = if still_to_come {
                HoldState::Held
            } else {
                HoldState::Consumed
            };
            Some((id, resource, state))
        }
        Wish::None | Wish::LetGo => None,
    };
    Change {
        ends: present.zip(ends),
        begins,
    }
}
