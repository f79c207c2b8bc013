//! Whose indicators an actor reads, and whether small cells are kept from it.

use entity::enums::Role;
use uuid::Uuid;

use crate::{
    auth::{Actor, Scope},
    network::directory::Directory,
};

/// Of whom indicators are asked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum IndicatorArea {
    /// An institution.
    Institution(Uuid),
    /// A community.
    Community(Uuid),
    /// A region, by the first digits of GB/T 2260.
    Region(String),
}

/// How an actor stands to an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndicatorSight {
    /// The patients are its own: every cell is exact.
    Own,
    /// It counts what others did: a breakdown by something of the patient shows no small cells.
    Aggregate,
    /// To the actor the area is not there.
    Nothing,
}

/// The area that an actor asks about where it names none: its own.
#[must_use]
pub fn indicator_home(actor: &Actor) -> Option<IndicatorArea> {
    match &actor.scope {
        Scope::Institution {
            id,
            department: None,
        } => Some(IndicatorArea::Institution(*id)),
        Scope::Community(id) => Some(IndicatorArea::Community(*id)),
        Scope::Region(prefix) => Some(IndicatorArea::Region(prefix.clone())),
        _ => None,
    }
}

/// What an actor reads: a regulator its region, a community's manager the community; the office and the administrator of an institution that
/// institution, a health centre's with its stations; those of a lead hospital the community that it leads and the members of it. Of departments and centres
/// nobody counts.
#[must_use]
pub fn indicator_sight(
    actor: &Actor,
    directory: &Directory,
    area: &IndicatorArea,
) -> IndicatorSight {
    let aggregate = |good: bool| {
        if good {
            IndicatorSight::Aggregate
        } else {
            IndicatorSight::Nothing
        }
    };
    match &actor.scope {
        Scope::Region(prefix) if actor.has(Role::Regulator) => {
            aggregate(is_within(directory, area, prefix))
        }
        Scope::Community(own) if actor.has(Role::CommunityManager) => {
            aggregate(community_of(directory, area) == Some(*own))
        }
        Scope::Institution {
            id,
            department: None,
        } if actor.has(Role::InstitutionAdmin) || actor.has(Role::Coordinator) => match area {
            IndicatorArea::Institution(other)
                if other == id || directory.managing(*other) == Some(*id) =>
            {
                IndicatorSight::Own
            }
            _ => {
                let community = community_of(directory, area);
                let leads = community.and_then(|community| directory.leads.get(&community));
                aggregate(leads.is_some_and(|leads| leads.contains(id)))
            }
        },
        _ => IndicatorSight::Nothing,
    }
}

/// The community that an area is, or belongs to.
fn community_of(directory: &Directory, area: &IndicatorArea) -> Option<Uuid> {
    match area {
        IndicatorArea::Institution(id) => directory.institution(*id)?.community_id,
        IndicatorArea::Community(id) => directory.communities.contains_key(id).then_some(*id),
        IndicatorArea::Region(_) => None,
    }
}

fn is_within(directory: &Directory, area: &IndicatorArea, prefix: &str) -> bool {
    match area {
        IndicatorArea::Institution(id) => {
            region_of(directory, *id).is_some_and(|region| region.starts_with(prefix))
        }
        IndicatorArea::Community(id) => {
            let community = directory.communities.get(id);
            community.is_some_and(|community| community.region.starts_with(prefix))
        }
        IndicatorArea::Region(region) => region.starts_with(prefix),
    }
}

/// Where an institution stands: in its community's region, or in its own where it has no community.
#[must_use]
pub fn region_of(directory: &Directory, institution: Uuid) -> Option<&str> {
    let found = directory.institution(institution)?;
    let community = found
        .community_id
        .and_then(|id| directory.communities.get(&id));
    community
        .map(|community| community.region.as_str())
        .or(found.region.as_deref())
}
