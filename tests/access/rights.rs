//! Who may call a mutation on what, by domain.md, section 2, and what whoever may not is told.

use entity::enums::Role;

use super::{
    calls::{Call, On, Subject},
    cast::{At, Caller},
    table::{self, Who},
    view::{Relation, Stage, View, relation, view},
};
use crate::harness::World;

/// Whether somebody may call a mutation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// They may; whether it succeeds is the stories' business.
    May,
    /// Nobody is signed in.
    Unauthenticated,
    /// They see the object, or there is none to see.
    Forbidden,
    /// They cannot see the object.
    NotFound,
}

impl Right {
    /// The codes that say so.
    pub const fn codes(self) -> &'static [&'static str] {
        match self {
            Self::May => &[],
            Self::Unauthenticated => &["UNAUTHENTICATED"],
            Self::Forbidden => &["FORBIDDEN"],
            Self::NotFound => &["NOT_FOUND"],
        }
    }
}

/// Whether the caller may call that, and what is said otherwise.
pub fn of(w: &World, caller: &Caller, call: &Call, on: &On) -> Right {
    if call.subject == Subject::Anybody {
        return Right::May;
    }
    let Some(role) = caller.role else {
        return Right::Unauthenticated;
    };
    let has_role = match table::who(call.name).expect("every operation has a line") {
        Who::Everybody | Who::SignedIn | Who::Themselves => true,
        Who::Only(roles) => roles.contains(&role),
    };
    let d = w.district();
    let related = related(w, caller, call.subject, on);
    if has_role && related {
        return Right::May;
    }
    match call.subject {
        Subject::FollowUp => match view(
            caller,
            relation(caller.at, &on.parties.0, &on.parties.1),
            Stage::Open,
        ) {
            View::Masked | View::Treating => Right::Forbidden,
            _ => Right::NotFound,
        },
        Subject::Alarm | Subject::Contract => Right::NotFound,
        Subject::Sender | Subject::Receiver | Subject::Sides | Subject::Rescue => {
            match view(
                caller,
                relation(caller.at, &on.parties.0, &on.parties.1),
                Stage::Open,
            ) {
                // A role that sees no referrals does not learn that there is one.
                View::Nothing | View::Forbidden | View::Unauthenticated => Right::NotFound,
                View::Header | View::Masked | View::Treating => Right::Forbidden,
            }
        }
        // Who orders, or works where it is done, sees the order; a role that reads none does not learn that there is one.
        Subject::Requester
        | Subject::Bench
        | Subject::Centre
        | Subject::Examiner
        | Subject::Table
        | Subject::Packs
        | Subject::Got => {
            let near = [d.hill.id, d.county.id]
                .map(At::Institution)
                .contains(&caller.at);
            let reads = cares(role) || matches!(role, Role::Technician | Role::Diagnostician);
            if near && reads {
                Right::Forbidden
            } else {
                Right::NotFound
            }
        }
        // Both sides of a visit read it, the hospital that leads the community, and whoever watches over that; so of a report.
        Subject::Visit | Subject::Report => {
            let at = [d.hill.id, d.county.id]
                .map(At::Institution)
                .contains(&caller.at);
            let over = match caller.at {
                At::Community(id) => role == Role::CommunityManager && id == d.general.id,
                At::Region => role == Role::Regulator,
                _ => at,
            };
            let list = if call.subject == Subject::Visit {
                "supervisionVisits"
            } else {
                "volumeReports"
            };
            let reads = table::who(list);
            match reads {
                Some(Who::Only(roles)) if over && roles.contains(&role) => Right::Forbidden,
                _ => Right::NotFound,
            }
        }
        // The staff of both sides and the managers of their communities see it; nobody else learns that there is one.
        Subject::Sends | Subject::Hosts | Subject::Posts | Subject::Logs => {
            let near = match caller.at {
                At::Institution(id) => [d.hill.id, d.county.id].contains(&id),
                At::Community(id) => id == d.general.id && role == Role::CommunityManager,
                _ => false,
            };
            if near {
                Right::Forbidden
            } else {
                Right::NotFound
            }
        }
        // Who looks after no account of the kind does not learn which there are.
        Subject::Patient | Subject::Record | Subject::Conflict | Subject::Account if has_role => {
            Right::NotFound
        }
        _ => Right::Forbidden,
    }
}

/// Whether the caller stands to the object as it takes.
#[expect(clippy::match_same_arms, reason = "a table, one subject a row")]
fn related(w: &World, caller: &Caller, subject: Subject, on: &On) -> bool {
    let d = w.district();
    let stands = relation(caller.at, &on.parties.0, &on.parties.1);
    let role = caller.role;
    let keeps = |institution| match caller.at {
        At::Institution(id) => role == Some(Role::InstitutionAdmin) && id == institution,
        At::Community(id) => role == Some(Role::CommunityManager) && id == d.general.id,
        At::Installation => role == Some(Role::SystemAdmin),
        At::Outside | At::Department(..) | At::Region => false,
    };
    let officer = |institution| {
        role == Some(Role::DispatchOfficer) && caller.at == At::Institution(institution)
    };
    match subject {
        Subject::Anybody | Subject::Oneself | Subject::Nothing | Subject::Keys => true,
        Subject::Alarm => false,
        Subject::Sender => stands == Relation::Sender,
        // Every institution of the cast has a dispatch officer.
        Subject::Sends => officer(d.county.id),
        Subject::Hosts | Subject::Logs | Subject::Wants => officer(d.hill.id),
        Subject::Posts => officer(d.hill.id) || officer(d.county.id),
        Subject::Receiver => stands == Relation::Receiver,
        Subject::Sides => matches!(stands, Relation::Sender | Relation::Receiver),
        Subject::Rescue => matches!(stands, Relation::Receiver | Relation::Community),
        // A hospital's own system does what its clinicians do; what technicians and diagnosticians do is done by the system of a centre.
        _ if role == Some(Role::Integration)
            && matches!(
                subject,
                Subject::Bench | Subject::Centre | Subject::Examiner | Subject::Packs
            ) =>
        {
            false
        }
        Subject::Examiner | Subject::Table => [d.hill.id, d.county.id]
            .map(At::Institution)
            .contains(&caller.at),
        Subject::Requester
        | Subject::Bench
        | Subject::FollowUp
        | Subject::Letter
        | Subject::Got
        | Subject::Staff
        | Subject::Volumes
        | Subject::Report => caller.at == At::Institution(d.hill.id),
        Subject::Contract => caller.at == At::Institution(d.hill.id),
        Subject::Signing => [d.hill.id, d.hill_station.id]
            .map(At::Institution)
            .contains(&caller.at),
        Subject::Patient => matches!(
            view(caller, stands, Stage::Open),
            View::Masked | View::Treating
        ),
        Subject::Record => !matches!(stands, Relation::None | Relation::Community),
        Subject::Conflict => [d.hill.id, d.lake.id]
            .map(At::Institution)
            .contains(&caller.at),
        Subject::Hill => keeps(d.hill.id),
        Subject::County => keeps(d.county.id),
        Subject::Pact => keeps(d.hill.id) || keeps(d.county.id),
        Subject::Visitor | Subject::Visit => caller.at == At::Institution(d.county.id),
        Subject::Beds | Subject::Centre | Subject::Packs => {
            caller.at == At::Institution(d.county.id)
        }
        Subject::General | Subject::NewInstitution => keeps(d.general.id),
        Subject::NewCommunity => matches!(caller.at, At::Community(_) | At::Installation),
        Subject::Account | Subject::NewAccount => {
            caller.at == At::Institution(d.hill.id) || role == Some(Role::SecurityAdmin)
        }
    }
}

/// Whether the role works with patients, or is a hospital's system.
pub fn cares(role: Role) -> bool {
    matches!(
        role,
        Role::Clinician | Role::Coordinator | Role::Integration
    )
}
