//! Who reports how full an institution is.

use entity::{
    enums::{Action, Role},
    institution,
};
use uuid::Uuid;

use crate::{
    auth::{Actor, Scope},
    error::{Error, Result},
};

/// Refuses whoever does not report the occupancy of a pool: the institution's own people, limited to a department for that department's beds;
/// for a station also the administrator and the hospital system of the health centre that manages it.
pub fn require_reporter(
    actor: &Actor,
    action: Action,
    institution: &institution::Model,
    department: Option<Uuid>,
) -> Result<()> {
    super::require(actor, action)?;
    let reports = match actor.scope {
        _ if actor.is_system() => true,
        Scope::Institution {
            id,
            department: Some(own),
        } => id == institution.id && department == Some(own),
        Scope::Institution {
            id,
            department: None,
        } => {
            let manages = actor.has(Role::InstitutionAdmin) || actor.has(Role::Integration);
            id == institution.id || (manages && institution.managed_by == Some(id))
        }
        Scope::Centre { .. }
        | Scope::Team { .. }
        | Scope::Community(_)
        | Scope::Region(_)
        | Scope::Installation => false,
    };
    if reports {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}
