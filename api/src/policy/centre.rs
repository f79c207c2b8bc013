//! What a grant that is limited to a shared centre, or to a team of family doctors, opens.

use entity::enums::Action;

use super::account::OWN;
use crate::auth::{Actor, Scope};

/// Whether the actor's scope has anything to do with that: whoever is granted a shared centre alone works on its orders, and does nothing
/// else of the hospital that runs it, whatever the role permits elsewhere; whoever acts as a member of a team of family doctors looks after its
/// patients, and does nothing else of the health centre that it belongs to.
#[must_use]
pub fn is_open(actor: &Actor, action: Action) -> bool {
    match actor.scope {
        Scope::Centre { .. } => at_centre(action),
        Scope::Team { .. } => super::at_team(action),
        _ => true,
    }
}

/// Whether that is done at a shared centre.
fn at_centre(action: Action) -> bool {
    let of_orders = matches!(
        action,
        Action::ReadOrder
            | Action::RecordExamination
            | Action::CollectSpecimen
            | Action::SendSpecimen
            | Action::ReceiveOrder
            | Action::ProcessOrder
            | Action::DeliverOrder
            | Action::RecallBatch
            | Action::ClaimOrder
            | Action::ReleaseOrder
            | Action::ReportOrder
            | Action::AmendReport
            | Action::ReviewOrder
            | Action::ReturnOrder
            | Action::AttachToOrder
            | Action::RaiseCriticalValue
            | Action::ReadCriticalValue
    );
    let beside = matches!(
        action,
        Action::ReadDirectory
            | Action::ReadChanges
            | Action::ReadPatient
            | Action::ReadThroughput
            | Action::UploadFile
            | Action::ReadFile
    );
    of_orders || beside || OWN.contains(&action)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use entity::enums::Role;
    use uuid::Uuid;

    use super::*;
    use crate::policy::{account::fits_centre, require};

    #[test]
    fn a_centre_opens_its_orders_and_nothing_else_of_the_hospital() {
        let scope = Scope::Centre {
            id: Uuid::from_u128(1),
            host: Uuid::from_u128(2),
        };
        let mut open = BTreeSet::new();
        for role in Role::ALL.iter().copied().filter(|role| fits_centre(*role)) {
            let actor = Actor {
                account: Uuid::from_u128(3),
                scope: scope.clone(),
                roles: BTreeSet::from([role]),
                ..Actor::system("test")
            };
            let all = Action::ALL.iter().copied();
            open.extend(all.filter(|action| require(&actor, *action).is_ok()));
        }
        let open: Vec<_> = open
            .into_iter()
            .filter(|action| !OWN.contains(action))
            .map(Action::code)
            .collect();
        assert!(open.contains(&"REPORT_ORDER") && open.contains(&"RECEIVE_ORDER"));
        for closed in [
            "ACCEPT_REFERRAL",
            "SUBMIT_REFERRAL",
            "READ_REFERRAL",
            "REGISTER_PATIENT",
            "TAG_PATIENT",
            "READ_IDENTITY",
            "REPORT_OCCUPANCY",
            "READ_FOLLOW_UP",
            "PLACE_ORDER",
        ] {
            assert!(!open.contains(&closed), "{closed}");
        }
    }
}
