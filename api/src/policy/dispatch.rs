//! Who sees a dispatch, on which side of it somebody stands, and whose figures somebody reads.

use chrono::{DateTime, Utc};
use entity::{
    dispatch,
    enums::{Role, Tier},
};
use uuid::Uuid;

use crate::{
    auth::{Actor, Scope},
    dispatch::state::Side,
    network::directory::Directory,
};

/// A side of a dispatch on which an actor acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DispatchActing {
    /// The side.
    pub side: Side,
    /// Whether for a sender that cannot: there is none, or it has no account.
    pub second_hand: bool,
}

/// Which scopes see a dispatch: sender and host, the health centre that manages a station, their communities, and the expert.
#[must_use]
pub fn dispatch_scopes(directory: &Directory, row: &dispatch::Model) -> Vec<Uuid> {
    let mut scopes: Vec<Uuid> = [
        Some(row.host_id),
        row.sender_id,
        directory.managing(row.host_id),
        row.host_community_id,
        row.sender_community_id,
        row.practitioner_id,
    ]
    .into_iter()
    .flatten()
    .collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// Whether nobody speaks for the sender: there is none, or it is a partner without an account.
#[must_use]
pub fn is_unsent(directory: &Directory, sender: Option<Uuid>) -> bool {
    let Some(sender) = sender else { return true };
    let found = directory.institution(sender);
    let partner = found.is_some_and(|found| found.tier == Tier::Partner);
    partner && !directory.with_account.contains(&sender)
}

/// The sides on which an actor acts.
#[must_use]
pub fn dispatch_sides(
    actor: &Actor,
    directory: &Directory,
    row: &dispatch::Model,
    now: DateTime<Utc>,
) -> Vec<DispatchActing> {
    let own = |side| DispatchActing {
        side,
        second_hand: false,
    };
    let mut sides = Vec::new();
    if actor.is_system() {
        sides.push(own(Side::Clock));
    }
    if hosts(actor, directory, row.host_id, now) {
        sides.push(own(Side::Host));
        if is_unsent(directory, row.sender_id) {
            sides.push(DispatchActing {
                side: Side::Sender,
                second_hand: true,
            });
        }
    }
    if row.sender_id.is_some_and(|sender| sends(actor, sender)) {
        sides.push(own(Side::Sender));
    }
    let community = row.host_community_id;
    let manages = actor.has(Role::CommunityManager);
    if manages && community.is_some_and(|id| actor.scope == Scope::Community(id)) {
        sides.push(own(Side::Community));
    }
    if actor.practitioner.is_some() && actor.practitioner == row.practitioner_id {
        sides.push(own(Side::Expert));
    }
    sides
}

/// Whether the actor sends the experts of that institution: its dispatch officer.
#[must_use]
pub fn sends(actor: &Actor, institution: Uuid) -> bool {
    let own = Scope::Institution {
        id: institution,
        department: None,
    };
    actor.scope == own && actor.has(Role::DispatchOfficer)
}

/// Whether the actor receives experts at that institution: its dispatch officer; where it has none, its coordinator, its administrator and its hospital
/// system. For a station also those of the health centre that manages it.
#[must_use]
pub fn hosts(actor: &Actor, directory: &Directory, institution: Uuid, now: DateTime<Utc>) -> bool {
    let Scope::Institution {
        id,
        department: None,
    } = actor.scope
    else {
        return false;
    };
    if id != institution && directory.managing(institution) != Some(id) {
        return false;
    }
    if directory.has_dispatch_officer(id, now) {
        return actor.has(Role::DispatchOfficer);
    }
    [Role::Coordinator, Role::InstitutionAdmin, Role::Integration]
        .into_iter()
        .any(|role| actor.has(role))
}

/// Whose dispatches an actor counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DispatchFigures {
    /// Those from or to one of these institutions.
    Of(Vec<Uuid>),
    /// Those to a host of the community.
    Community(Uuid),
    /// Those to a host of a community of the region, by its prefix.
    Region(String),
}

/// Whose dispatches an actor may count, at the widest: an institution its own, a health centre those of its stations too, a community and a region all
/// that are theirs; none for whoever counts none.
#[must_use]
pub fn dispatch_figures(actor: &Actor, directory: &Directory) -> Option<DispatchFigures> {
    match &actor.scope {
        Scope::Institution {
            id,
            department: None,
        } => {
            let stations = directory.stations_of.get(id).into_iter().flatten();
            let all = std::iter::once(*id).chain(stations.copied()).collect();
            Some(DispatchFigures::Of(all))
        }
        Scope::Community(id) => Some(DispatchFigures::Community(*id)),
        Scope::Region(prefix) => Some(DispatchFigures::Region(prefix.clone())),
        Scope::Institution { .. }
        | Scope::Centre { .. }
        | Scope::Team { .. }
        | Scope::Installation => None,
    }
}
