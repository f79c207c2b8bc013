//! Who is told of a critical value, and who may say that it is known.

use chrono::{DateTime, Utc};
use entity::{critical_value, critical_value_party, enums::Basis};
use uuid::Uuid;

use super::acts_for;
use crate::{auth::Actor, critical_value::state, network::directory::Directory};

/// The institutions that a critical value is addressed to: whoever asked for the order and whoever holds the patient, for a station also the
/// health centre that manages it.
fn addressed(
    directory: &Directory,
    row: &critical_value::Model,
) -> impl Iterator<Item = (Uuid, Basis)> {
    let managing = |id| {
        let managing = directory.managing(id)?;
        Some((managing, Basis::ManagingHealthCentre))
    };
    let holder = row.holder_id;
    [
        Some((row.requested_by_id, Basis::Requester)),
        holder.map(|holder| (holder, Basis::Referral)),
        managing(row.requested_by_id),
        holder.and_then(managing),
    ]
    .into_iter()
    .flatten()
}

/// Which scopes are told of a critical value that is raised, and why: those that it is addressed to, with the departments that asked or where the patient is,
/// the centre and its hospital. The strongest relation of a scope counts. All of them treat the patient until somebody has acted.
#[must_use]
pub fn critical_value_parties(
    directory: &Directory,
    row: &critical_value::Model,
    departments: &[(Uuid, Basis)],
    now: DateTime<Utc>,
) -> Vec<critical_value_party::Model> {
    let host = directory.centres.get(&row.centre_id);
    let within = departments.iter().copied();
    let finders = std::iter::once(row.centre_id).chain(host.map(|centre| centre.host_id));
    let mut all: Vec<critical_value_party::Model> = Vec::new();
    for (scope, basis) in addressed(directory, row)
        .chain(within)
        .chain(finders.map(|id| (id, Basis::Centre)))
    {
        if all.iter().all(|party| party.scope_id != scope) {
            all.push(party(row, scope, basis, now));
        }
    }
    all
}

/// The row by which a community sees the header of what nobody acknowledged.
#[must_use]
pub fn told_community(
    directory: &Directory,
    row: &critical_value::Model,
    now: DateTime<Utc>,
) -> Option<critical_value_party::Model> {
    let community = directory.institution(row.requested_by_id)?.community_id?;
    Some(party(row, community, Basis::Community, now))
}

/// The row by which a side of a referral that cites it reads a critical value.
#[must_use]
pub fn cited_to(
    row: &critical_value::Model,
    scope: Uuid,
    now: DateTime<Utc>,
) -> critical_value_party::Model {
    party(row, scope, Basis::Referral, now)
}

fn party(
    row: &critical_value::Model,
    scope_id: Uuid,
    basis: Basis,
    now: DateTime<Utc>,
) -> critical_value_party::Model {
    critical_value_party::Model {
        scope_id,
        critical_value_id: row.id,
        patient_id: row.patient_id,
        order_id: row.order_id,
        basis,
        since: now,
        treating: basis != Basis::Community && state::is_open(row.status),
        status: row.status,
        raised_at: row.raised_at,
        due_at: row.due_at,
    }
}

/// The institutions for which an actor may acknowledge and resolve a critical value, its own first: it is addressed to them. A health centre's
/// hospital system also answers for its stations.
#[must_use]
pub fn answers_critical_value_for(
    actor: &Actor,
    directory: &Directory,
    row: &critical_value::Model,
) -> Vec<Uuid> {
    let mut all: Vec<Uuid> = addressed(directory, row)
        .map(|(id, _)| id)
        .filter(|id| acts_for(actor, directory, *id))
        .collect();
    all.sort_by_key(|id| actor.institution() != Some(*id));
    all.dedup();
    all
}

/// Whether an institution has to do with a critical value: it asked for the order, found it, or holds the patient.
#[must_use]
pub fn is_concerned(directory: &Directory, row: &critical_value::Model, institution: Uuid) -> bool {
    let host = directory.centres.get(&row.centre_id);
    addressed(directory, row).any(|(id, _)| id == institution)
        || host.is_some_and(|centre| centre.host_id == institution)
}

/// Whether a scope sees no more of a critical value than that there is one, and where it stands.
#[must_use]
pub fn is_header_only(party: &critical_value_party::Model) -> bool {
    party.basis == Basis::Community
}
