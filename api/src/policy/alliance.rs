//! Who may change what ties institutions together beside their communities.

use entity::{enums::Action, institution};

use super::keeps;
use crate::{
    auth::Actor,
    error::{Error, Result},
};

/// Refuses whoever keeps the registry of none of an alliance's members. An alliance cuts across communities: any of their managers keeps it, and the
/// system administrator; an institution alone does not (see the table of roles).
pub fn require_alliance_keeper<'i>(
    actor: &Actor,
    action: Action,
    members: impl IntoIterator<Item = &'i institution::Model>,
) -> Result<()> {
    require_side(actor, action, members)
}

/// Refuses whoever keeps the registry of neither side of an agreement or a studio: one side registers what both have agreed on.
pub fn require_side<'i>(
    actor: &Actor,
    action: Action,
    sides: impl IntoIterator<Item = &'i institution::Model>,
) -> Result<()> {
    super::require(actor, action)?;
    let kept = sides.into_iter().any(|side| keeps(actor, side));
    // Nothing is on record that the service or the system administrator would not keep.
    let all = actor.is_system() || actor.has(entity::enums::Role::SystemAdmin);
    if kept || all {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}
