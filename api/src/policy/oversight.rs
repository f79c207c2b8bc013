//! Whose figures and visits an actor reads, and for whom it may write them: what institutions report is for those above them.

use entity::{
    community,
    enums::{Action, Role},
    institution,
};
use uuid::Uuid;

use crate::{
    auth::{Actor, Scope},
    error::{Error, Result},
    network::directory::Directory,
};

/// Whether an actor reads what that institution reports, and how it is supervised: the institution itself, the health centre that manages a station,
/// the hospital that leads its community, the community's manager, and the regulator of its region.
#[must_use]
pub fn oversees(actor: &Actor, directory: &Directory, row: &institution::Model) -> bool {
    let community = row.community_id;
    match &actor.scope {
        _ if actor.is_system() => true,
        Scope::Institution {
            id,
            department: None,
        } => {
            let leads = community.and_then(|community| directory.leads.get(&community));
            row.id == *id
                || row.managed_by == Some(*id)
                || leads.is_some_and(|leads| leads.contains(id))
        }
        Scope::Community(id) => actor.has(Role::CommunityManager) && community == Some(*id),
        Scope::Region(prefix) => {
            let community = community.and_then(|id| directory.communities.get(&id));
            let place = place(community.map(AsRef::as_ref), row);
            actor.has(Role::Regulator)
                && place.is_some_and(|place| place.starts_with(prefix.as_str()))
        }
        Scope::Institution { .. }
        | Scope::Centre { .. }
        | Scope::Team { .. }
        | Scope::Installation => false,
    }
}

/// The institutions whose reports an actor reads.
#[must_use]
pub fn overseen(actor: &Actor, directory: &Directory) -> Vec<Uuid> {
    let all = directory.institutions.values();
    let seen = all.filter(|row| oversees(actor, directory, row));
    seen.map(|row| row.id).collect()
}

/// Refuses whoever does not report for that institution: itself, or the health centre that manages the station.
pub fn require_own(actor: &Actor, action: Action, institution: &institution::Model) -> Result<()> {
    super::require(actor, action)?;
    let reports = match actor.scope {
        Scope::Institution {
            id,
            department: None,
        } => institution.id == id || institution.managed_by == Some(id),
        _ => actor.is_system(),
    };
    if reports {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}

/// Where an institution stands: in its community's region, or in its own where it has no community.
fn place<'a>(
    community: Option<&'a community::Model>,
    row: &'a institution::Model,
) -> Option<&'a str> {
    let own = row.region.as_deref();
    community.map(|community| community.region.as_str()).or(own)
}
