//! What a change of a consultation means for the place in a session that is held for it: the only place that decides.

use entity::{
    enums::{HoldState, OrderStatus},
    order,
};

use crate::{
    app::App,
    capacity::hold::{Change, Resource},
};

/// Decides from the status that the row had before: a claim holds what it names, the opinion consumes it, and every other way out of a claim gives
/// it back. The row names its hold from now on.
pub fn keep(
    app: &App,
    before: OrderStatus,
    row: &mut order::Model,
    named: Option<Resource>,
) -> Change {
    if row.status == before {
        return Change::default();
    }
    let present = row.hold_id;
    match (before, row.status) {
        (_, OrderStatus::Claimed) => {
            let begins = named.map(|resource| (app.new_id(), resource, HoldState::Held));
            row.hold_id = begins.map(|(id, _, _)| id);
            Change { ends: None, begins }
        }
        (OrderStatus::Claimed, after) => {
            let how = match after {
                OrderStatus::Reported => HoldState::Consumed,
                _ => HoldState::Released,
            };
            Change {
                ends: present.map(|id| (id, how)),
                begins: None,
            }
        }
        _ => Change::default(),
    }
}
