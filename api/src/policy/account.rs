//! Who may look after which accounts, and who may grant what to whom.

use std::collections::BTreeSet;

use entity::enums::{AccountKind, Action, Role, ScopeKind};
use uuid::Uuid;

use crate::{
    auth::{Actor, Scope},
    network::directory::Directory,
};

use super::{ADMINISTRATORS, is_open, permits, scope_roles};

/// What everybody may do for themselves, a session that has something to finish included.
pub const OWN: &[Action] = &[
    Action::RefreshSession,
    Action::SwitchScope,
    Action::SignOut,
    Action::ChangePassword,
    Action::EnrolSecondFactor,
];

/// The accounts that somebody looks after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// All of them: the security administrator, the service itself.
    All,
    /// Those of these institutions, in roles below admin: an institution's administrator, a health centre's for its stations too.
    Of(BTreeSet<Uuid>),
}

impl Kept {
    /// What the actor looks after; nobody else looks after any account.
    #[must_use]
    pub fn by(actor: &Actor, directory: &Directory) -> Self {
        if actor.is_system() || actor.has(Role::SecurityAdmin) {
            return Self::All;
        }
        match actor.scope {
            Scope::Institution {
                id,
                department: None,
            } if actor.has(Role::InstitutionAdmin) => {
                let stations = directory.stations_of.get(&id).into_iter().flatten();
                Self::Of(stations.copied().chain([id]).collect())
            }
            _ => Self::Of(BTreeSet::new()),
        }
    }

    /// Whether a grant in that scope is one of its own.
    #[must_use]
    pub fn covers(&self, scope: &Scope) -> bool {
        match self {
            Self::All => true,
            // Membership grants and revokes: whoever sets up the team decides who belongs to it, from whichever institution.
            Self::Of(_) if scope.team().is_some() => false,
            Self::Of(institutions) => scope.home().is_some_and(|id| institutions.contains(&id)),
        }
    }

    /// Whether its keeper may grant and revoke that role there.
    #[must_use]
    pub fn may_grant(&self, role: Role, scope: &Scope) -> bool {
        match self {
            Self::All => true,
            Self::Of(_) => below_admin(role) && self.covers(scope),
        }
    }

    /// Whether its keeper may disable an account with these grants, or set its password: then it may grant every one of them. Otherwise a
    /// keeper here would take over what the account may do elsewhere.
    #[must_use]
    pub fn rules<'g>(&self, grants: impl IntoIterator<Item = (Role, &'g Scope)>) -> bool {
        let mut grants = grants.into_iter().peekable();
        match self {
            Self::All => true,
            Self::Of(_) => {
                grants.peek().is_some() && grants.all(|(role, scope)| self.may_grant(role, scope))
            }
        }
    }
}

/// Whether a role works at an institution without administering anything.
#[must_use]
pub const fn below_admin(role: Role) -> bool {
    match role {
        Role::Clinician
        | Role::Coordinator
        | Role::Technician
        | Role::Diagnostician
        | Role::DispatchOfficer
        | Role::Integration => true,
        Role::InstitutionAdmin
        | Role::CommunityManager
        | Role::Regulator
        | Role::SystemAdmin
        | Role::SecurityAdmin
        | Role::Auditor
        | Role::Monitor => false,
    }
}

/// Whether the role can be granted in that scope at all.
#[must_use]
pub fn fits_scope(role: Role, scope: &Scope) -> bool {
    scope_roles(scope.kind()).contains(&role)
        && (scope.department().is_none() || fits_department(role))
        && (scope.centre().is_none() || fits_centre(role))
}

/// Whether the role can be limited to a department.
#[must_use]
pub const fn fits_department(role: Role) -> bool {
    matches!(
        role,
        Role::Clinician | Role::Technician | Role::Diagnostician
    )
}

/// Whether the role can be limited to a shared centre.
#[must_use]
pub const fn fits_centre(role: Role) -> bool {
    matches!(
        role,
        Role::Technician | Role::Diagnostician | Role::Integration
    )
}

/// Whether the role is for that kind of account: machines post and watch, people do everything else.
#[must_use]
pub const fn fits_kind(role: Role, kind: AccountKind) -> bool {
    let machine = matches!(role, Role::Integration | Role::Monitor);
    matches!(kind, AccountKind::Client) == machine
}

/// Whether one account may hold these roles together: of the three administrators 三员 at most one.
#[must_use]
pub fn may_hold_together(roles: &BTreeSet<Role>) -> bool {
    let held = ADMINISTRATORS
        .iter()
        .filter(|administrator| roles.contains(administrator));
    held.count() <= 1
}

/// Everything that the actor's roles permit in its scope.
#[must_use]
pub fn permitted(actor: &Actor) -> Vec<Action> {
    Action::ALL
        .iter()
        .copied()
        .filter(|action| *action != Action::SignIn)
        .filter(|action| OWN.contains(action) || permits(&actor.roles, *action))
        .filter(|action| is_open(actor, *action))
        .collect()
}

/// What a scope of that kind names beside its kind.
#[must_use]
pub const fn names(kind: ScopeKind) -> &'static str {
    match kind {
        ScopeKind::Institution => "institution",
        ScopeKind::Community => "community",
        ScopeKind::Region => "region",
        ScopeKind::Installation => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CENTRE: Uuid = Uuid::from_u128(1);
    const STATION: Uuid = Uuid::from_u128(2);
    const HOSPITAL: Uuid = Uuid::from_u128(3);

    fn at(id: Uuid) -> Scope {
        Scope::Institution {
            id,
            department: None,
        }
    }

    fn actor(role: Role, scope: Scope) -> Actor {
        Actor {
            account: Uuid::from_u128(9),
            scope,
            roles: BTreeSet::from([role]),
            ..Actor::system("test")
        }
    }

    fn directory() -> Directory {
        Directory {
            stations_of: [(CENTRE, vec![STATION])].into(),
            ..Directory::default()
        }
    }

    #[test]
    fn an_institution_grants_what_is_below_admin_at_home() {
        let kept = Kept::by(&actor(Role::InstitutionAdmin, at(CENTRE)), &directory());
        for role in Role::ALL {
            for (scope, home) in [
                (at(CENTRE), true),
                (at(STATION), true),
                (at(HOSPITAL), false),
                (Scope::Community(CENTRE), false),
                (Scope::Installation, false),
            ] {
                assert_eq!(
                    kept.may_grant(*role, &scope),
                    home && below_admin(*role),
                    "{role:?} {scope:?}"
                );
            }
        }
    }

    #[test]
    fn nobody_else_keeps_accounts() {
        for role in Role::ALL {
            let here = Kept::by(&actor(*role, at(CENTRE)), &directory());
            let all = *role == Role::SecurityAdmin;
            let some = *role == Role::InstitutionAdmin;
            assert_eq!(here.covers(&at(CENTRE)), all || some, "{role:?}");
            assert_eq!(here.covers(&Scope::Installation), all, "{role:?}");
        }
    }

    #[test]
    fn credentials_are_ruled_by_who_could_grant_everything_they_open() {
        let kept = Kept::by(&actor(Role::InstitutionAdmin, at(CENTRE)), &directory());
        let (centre, station, hospital) = (at(CENTRE), at(STATION), at(HOSPITAL));
        assert!(kept.rules([(Role::Clinician, &centre), (Role::Coordinator, &station)]));
        assert!(!kept.rules([(Role::Clinician, &centre), (Role::Clinician, &hospital)]));
        assert!(!kept.rules([
            (Role::Clinician, &centre),
            (Role::InstitutionAdmin, &centre)
        ]));
        assert!(!kept.rules([]), "what nobody holds is nobody's");
        assert!(Kept::All.rules([]));
    }

    #[test]
    fn every_role_fits_some_scope_and_one_kind_of_account() {
        for role in Role::ALL {
            let scopes = ScopeKind::ALL
                .iter()
                .filter(|kind| scope_roles(**kind).contains(role));
            assert!(scopes.count() > 0, "{role:?}");
            assert_ne!(
                fits_kind(*role, AccountKind::Person),
                fits_kind(*role, AccountKind::Client),
                "{role:?}"
            );
        }
    }

    #[test]
    fn never_two_of_the_three_administrators() {
        for one in ADMINISTRATORS {
            for other in ADMINISTRATORS {
                let both = BTreeSet::from([*one, *other, Role::Clinician]);
                assert_eq!(may_hold_together(&both), one == other);
            }
        }
    }

    #[test]
    fn who_has_no_role_may_look_after_themselves_only() {
        let nobody = Actor {
            roles: BTreeSet::new(),
            ..actor(Role::Clinician, at(CENTRE))
        };
        assert_eq!(permitted(&nobody).len(), OWN.len());
        let clinician = permitted(&actor(Role::Clinician, at(CENTRE)));
        assert!(clinician.contains(&Action::AcceptReferral));
        assert!(!clinician.contains(&Action::GrantRole));
    }
}
