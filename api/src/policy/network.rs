//! Who may change which part of the network.

use entity::{
    community,
    enums::{Action, Role},
    institution,
};
use uuid::Uuid;

use crate::{
    auth::{Actor, Scope},
    error::{Error, Result},
};

/// Whether the actor keeps the registry of that institution: its own administrator, a health centre's for its stations, its
/// community's manager, the system administrator, the service itself.
#[must_use]
pub fn keeps(actor: &Actor, institution: &institution::Model) -> bool {
    match &actor.scope {
        _ if actor.is_system() => true,
        Scope::Installation => actor.has(Role::SystemAdmin),
        Scope::Community(id) => {
            actor.has(Role::CommunityManager) && institution.community_id == Some(*id)
        }
        // An administrator of one department does not administer the whole.
        Scope::Institution {
            id,
            department: None,
        } => {
            actor.has(Role::InstitutionAdmin)
                && (institution.id == *id || institution.managed_by == Some(*id))
        }
        Scope::Institution { .. }
        | Scope::Centre { .. }
        | Scope::Team { .. }
        | Scope::Region(_) => false,
    }
}

/// Whether the actor may found an institution in that community, or one in none.
#[must_use]
pub fn founds_in(actor: &Actor, community: Option<Uuid>) -> bool {
    match &actor.scope {
        _ if actor.is_system() => true,
        Scope::Installation => actor.has(Role::SystemAdmin),
        Scope::Community(id) => actor.has(Role::CommunityManager) && community == Some(*id),
        Scope::Institution { .. }
        | Scope::Centre { .. }
        | Scope::Team { .. }
        | Scope::Region(_) => false,
    }
}

/// Refuses whoever does not keep the registry of that institution.
pub fn require_keeper(
    actor: &Actor,
    action: Action,
    institution: &institution::Model,
) -> Result<()> {
    super::require(actor, action)?;
    allowed(keeps(actor, institution))
}

/// Refuses whoever may not make this of an institution. Where an institution stands (its community, code and managing health centre)
/// is for whoever founds institutions there, before and after.
pub fn require_reform(
    actor: &Actor,
    old: &institution::Model,
    new: &institution::Model,
) -> Result<()> {
    let moved = (old.community_id, old.managed_by, &old.code)
        != (new.community_id, new.managed_by, &new.code);
    allowed(!moved || (founds_in(actor, old.community_id) && founds_in(actor, new.community_id)))
}

/// Refuses whoever may not found an institution in that community.
pub fn require_founder(actor: &Actor, community: Option<Uuid>) -> Result<()> {
    super::require(actor, Action::CreateInstitution)?;
    allowed(founds_in(actor, community))
}

/// Refuses whoever may not found a community in that region: a community's manager founds in its own district only.
pub fn require_community_founder(
    actor: &Actor,
    own: Option<&community::Model>,
    region: &str,
) -> Result<()> {
    super::require(actor, Action::CreateCommunity)?;
    let manages = actor.has(Role::CommunityManager) && own.is_some_and(|own| own.region == region);
    allowed(founds_in(actor, None) || manages)
}

/// Refuses whoever does not keep that community.
pub fn require_community_keeper(actor: &Actor, community: Uuid) -> Result<()> {
    super::require(actor, Action::UpdateCommunity)?;
    allowed(founds_in(actor, Some(community)))
}

fn allowed(good: bool) -> Result<()> {
    if good { Ok(()) } else { Err(Error::Forbidden) }
}
