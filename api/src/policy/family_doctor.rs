//! Who sets up teams of family doctors, who signs contracts for them, and what a contract opens to whom.

use entity::{
    enums::{Action, Basis, ContractStatus},
    family_contract, family_contract_party,
};
use uuid::Uuid;

use super::account::OWN;
use crate::{
    auth::{Actor, Scope},
    error::{Error, Result},
    network::directory::Directory,
};

/// Whether that is done as a member of a team: looking after its patients, and nothing else of the health centre that the team belongs to.
#[must_use]
pub fn at_team(action: Action) -> bool {
    let of_patients = matches!(
        action,
        Action::ReadPatient
            | Action::ReadIdentity
            | Action::TagPatient
            | Action::ReadReferral
            | Action::CloseReferral
            | Action::ReadFollowUp
            | Action::PlanFollowUp
            | Action::RecordFollowUp
            | Action::ReassignFollowUp
            | Action::EndFollowUp
            | Action::ReadFamilyDoctorContract
    );
    let beside = matches!(action, Action::ReadDirectory | Action::ReadChanges);
    of_patients || beside || OWN.contains(&action)
}

/// Refuses whoever does not set up the teams and packages of that health centre: its own office and administrator.
pub fn require_team_keeper(actor: &Actor, action: Action, centre: Uuid) -> Result<()> {
    super::require(actor, action)?;
    if actor.is_system() || whole_institution(actor) == Some(centre) {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}

/// The institution for which an actor signs contracts with a team of that health centre: the health centre itself, or one of the stations
/// that it manages, where most of them are signed.
#[must_use]
pub fn signs_for(actor: &Actor, directory: &Directory, centre: Uuid) -> Option<Uuid> {
    let own = whole_institution(actor)?;
    (own == centre || directory.managing(own) == Some(centre)).then_some(own)
}

fn whole_institution(actor: &Actor) -> Option<Uuid> {
    match actor.scope {
        Scope::Institution {
            id,
            department: None,
        } => Some(id),
        _ => None,
    }
}

/// The institution for which an actor may do that with a contract on record: the health centre of its team, and but for moving it the station
/// that signed it.
#[must_use]
pub fn contract_verb(actor: &Actor, row: &family_contract::Model, action: Action) -> Option<Uuid> {
    let own = whole_institution(actor)?;
    let signed = own == row.signed_by_id && action != Action::MoveFamilyDoctorContract;
    (own == row.institution_id || signed).then_some(own)
}

/// Which scopes see a contract, and why. The team treats the patient while it runs. The health centre, and the station that signed it, keep the
/// contract for ever, and see whose it is while it runs.
#[must_use]
pub fn contract_parties(row: &family_contract::Model) -> Vec<family_contract_party::Model> {
    let running = row.status == ContractStatus::Running;
    let mut scopes = vec![
        (row.team_id, Basis::FamilyTeam),
        (row.institution_id, Basis::Contract),
    ];
    if row.signed_by_id != row.institution_id {
        scopes.push((row.signed_by_id, Basis::Contract));
    }
    let party = |(scope_id, basis)| family_contract_party::Model {
        scope_id,
        contract_id: row.id,
        patient_id: row.patient_id,
        basis,
        since: row.created_at,
        until: row.until,
        treating: running && basis == Basis::FamilyTeam,
        status: row.status,
        signed_at: row.created_at,
        ends_on: row.ends_on,
    };
    scopes.into_iter().map(party).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use entity::enums::Role;

    use super::*;
    use crate::policy::require;

    const TEAM: Uuid = Uuid::from_u128(1);
    const CENTRE: Uuid = Uuid::from_u128(2);

    fn member(role: Role) -> Actor {
        Actor {
            account: Uuid::from_u128(3),
            scope: Scope::Team {
                id: TEAM,
                centre: CENTRE,
            },
            roles: BTreeSet::from([role]),
            ..Actor::system("test")
        }
    }

    #[test]
    fn a_team_looks_after_its_patients_and_does_nothing_else() {
        let actor = member(Role::Clinician);
        for action in [Action::CloseReferral, Action::RecordFollowUp] {
            assert!(require(&actor, action).is_ok(), "{action:?}");
        }
        for action in [
            Action::SubmitReferral,
            Action::AcceptReferral,
            Action::RegisterPatient,
            Action::OpenPatient,
            Action::PlaceOrder,
            Action::SignFamilyDoctorContract,
        ] {
            assert!(require(&actor, action).is_err(), "{action:?}");
        }
    }

    #[test]
    fn a_member_sets_up_no_team_and_signs_nothing() {
        let actor = member(Role::Coordinator);
        let keeps = require_team_keeper(&actor, Action::UpdateFamilyDoctorTeam, CENTRE);
        assert!(keeps.is_err());
        assert_eq!(signs_for(&actor, &Directory::default(), CENTRE), None);
    }
}
