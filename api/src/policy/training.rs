//! Who sends people to a training, and who reads how they did.

use entity::{enums::Action, institution};
use uuid::Uuid;

use crate::{
    auth::{Actor, Scope},
    error::{Error, Result},
    network::directory::Directory,
};

/// Refuses whoever does not send that institution's people: its own office and administrator, for a station also those of the health centre that
/// manages it.
pub fn require_sender(
    actor: &Actor,
    action: Action,
    institution: &institution::Model,
) -> Result<()> {
    super::require(actor, action)?;
    let sends = match actor.scope {
        Scope::Institution {
            id,
            department: None,
        } => institution.id == id || institution.managed_by == Some(id),
        _ => actor.is_system(),
    };
    if sends { Ok(()) } else { Err(Error::Forbidden) }
}

/// Whose enrolments somebody sees: those of these institutions' people, those in sessions of these centres, and their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    /// The institutions that send them.
    pub institutions: Vec<Uuid>,
    /// The centres that teach them.
    pub centres: Vec<Uuid>,
    /// Themselves.
    pub own: Option<Uuid>,
}

/// Whose enrolments an actor sees. Whoever may enrol people reads how they did, and so does the hospital that taught them.
#[must_use]
pub fn roster(actor: &Actor, directory: &Directory) -> Roster {
    let own = actor.practitioner;
    let Scope::Institution {
        id,
        department: None,
    } = actor.scope
    else {
        return Roster {
            own,
            ..Roster::default()
        };
    };
    if !super::permits(&actor.roles, Action::EnrolInTraining) {
        return Roster {
            own,
            ..Roster::default()
        };
    }
    let stations = directory.stations_of.get(&id).into_iter().flatten();
    Roster {
        institutions: std::iter::once(id).chain(stations.copied()).collect(),
        centres: directory.centres_of.get(&id).cloned().unwrap_or_default(),
        own,
    }
}
