//! Whose throughput an actor reads, and what of it is withheld.

use entity::{community, enums::Role, institution};
use uuid::Uuid;

use crate::{
    auth::{Actor, Scope},
    network::directory::Directory,
};

/// Where a centre belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CentrePlace {
    /// The centre.
    pub id: Uuid,
    /// The hospital that runs it.
    pub host: Uuid,
    /// The community of its host.
    pub community: Option<Uuid>,
}

/// How much of a centre's throughput an actor reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Share {
    /// All of it.
    Whole,
    /// What these institutions ask for.
    Of(Vec<Uuid>),
    /// Nothing: to the actor the centre is not there.
    Nothing,
}

/// What an actor reads of a centre: those who work there or run it, all of it; monitors, regulators and a community's manager that of the centres
/// in their area, which may be nothing; the office and the administrator of an institution that it serves, what that institution asks for, a health centre's with
/// its stations. The orders of a department nobody counts.
#[must_use]
pub fn throughput_share(actor: &Actor, directory: &Directory, centre: &CentrePlace) -> Share {
    let whole = |good: bool| if good { Share::Whole } else { Share::Nothing };
    let host = directory.institution(centre.host);
    match &actor.scope {
        _ if actor.is_system() => Share::Whole,
        Scope::Installation => whole(actor.has(Role::Monitor)),
        Scope::Region(prefix) => {
            let watches = actor.has(Role::Monitor) || actor.has(Role::Regulator);
            let community = centre.community;
            let community = community.and_then(|id| directory.communities.get(&id));
            let place = region(community.map(AsRef::as_ref), host.map(AsRef::as_ref));
            whole(watches && place.is_some_and(|place| place.starts_with(prefix.as_str())))
        }
        Scope::Community(id) => {
            let watches = actor.has(Role::Monitor) || actor.has(Role::CommunityManager);
            whole(watches && centre.community == Some(*id))
        }
        Scope::Centre { id, .. } => whole(*id == centre.id && works(actor)),
        Scope::Institution {
            id,
            department: None,
        } if *id == centre.host => whole(works(actor)),
        Scope::Institution {
            id,
            department: None,
        } if actor.has(Role::InstitutionAdmin) || actor.has(Role::Coordinator) => {
            let stations = directory.stations_of.get(id).into_iter().flatten();
            Share::Of(std::iter::once(*id).chain(stations.copied()).collect())
        }
        Scope::Institution { .. } | Scope::Team { .. } => Share::Nothing,
    }
}

/// Whether one of the actor's roles is of those who work at a centre or run it.
fn works(actor: &Actor) -> bool {
    let roles = [
        Role::InstitutionAdmin,
        Role::Coordinator,
        Role::Technician,
        Role::Diagnostician,
    ];
    roles.into_iter().any(|role| actor.has(role))
}

/// Where a centre stands: in its community's region, or in its host's where it has no community.
fn region<'a>(
    community: Option<&'a community::Model>,
    host: Option<&'a institution::Model>,
) -> Option<&'a str> {
    let own = host.and_then(|host| host.region.as_deref());
    community.map(|community| community.region.as_str()).or(own)
}

/// Whether small figures are withheld from the actor: a regulator counts what there is, and is not to recognise a patient in it.
#[must_use]
pub fn sees_no_small_figures(actor: &Actor) -> bool {
    actor.has(Role::Regulator) && !actor.has(Role::Monitor)
}
