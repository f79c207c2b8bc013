//! The cast: every role at every kind of place that can hold it, and somebody who has not signed in.

use entity::{department, enums::Role, institution};
use uuid::Uuid;

use crate::harness::{World, client::Client, fixtures::REGION, people::Place};

/// Where somebody of the cast stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// Nowhere: not signed in.
    Outside,
    /// An institution.
    Institution(Uuid),
    /// A department of an institution.
    Department(Uuid, Uuid),
    /// A community.
    Community(Uuid),
    /// A region.
    Region,
    /// The installation.
    Installation,
}

/// Somebody of the cast.
pub struct Caller {
    /// `CLINICIAN at 青山卫生院`, for messages.
    pub label: String,
    /// The role; none who has not signed in.
    pub role: Option<Role>,
    /// Where.
    pub at: At,
    /// How to call.
    pub client: Client,
}

/// The roles that an institution can hold.
pub const AT_INSTITUTIONS: [Role; 7] = [
    Role::Clinician,
    Role::Coordinator,
    Role::Technician,
    Role::Diagnostician,
    Role::DispatchOfficer,
    Role::InstitutionAdmin,
    Role::Integration,
];

/// Everybody: whoever could stand in some relation to a story of the district, in every role.
pub async fn cast(w: &World) -> Vec<Caller> {
    let d = w.district();
    let mut cast = vec![Caller {
        label: "ANONYMOUS".to_owned(),
        role: None,
        at: At::Outside,
        client: w.anonymous(),
    }];
    for place in [
        &d.county,
        &d.herbs,
        &d.river,
        &d.hill,
        &d.lake,
        &d.hill_station,
        &d.lake_station,
        &d.city,
    ] {
        for role in AT_INSTITUTIONS {
            cast.push(at_institution(w, role, place).await);
        }
    }
    for place in [&d.neurology, &d.internal, &d.emergency, &d.herbs_emergency] {
        for role in [Role::Clinician, Role::Technician] {
            cast.push(at_department(w, role, place).await);
        }
    }
    for community in [&d.general, &d.traditional] {
        let (at, place) = (At::Community(community.id), Place::from(community));
        for role in [Role::CommunityManager, Role::Monitor] {
            cast.push(caller(w, role, at, &community.name, place.clone()).await);
        }
    }
    for role in [Role::Regulator, Role::Monitor] {
        cast.push(caller(w, role, At::Region, "region", Place::from(REGION)).await);
    }
    for role in [
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::Auditor,
        Role::Monitor,
    ] {
        let place = Place::INSTALLATION;
        cast.push(caller(w, role, At::Installation, "installation", place).await);
    }
    cast
}

async fn at_institution(w: &World, role: Role, place: &institution::Model) -> Caller {
    let at = At::Institution(place.id);
    caller(w, role, at, &place.name, Place::from(place)).await
}

async fn at_department(w: &World, role: Role, place: &department::Model) -> Caller {
    let at = At::Department(place.institution_id, place.id);
    caller(w, role, at, &place.name, Place::from(place)).await
}

async fn caller(w: &World, role: Role, at: At, name: &str, place: Place) -> Caller {
    Caller {
        label: format!("{} at {name}", role.code()),
        role: Some(role),
        at,
        client: w.client(role, place).await,
    }
}
