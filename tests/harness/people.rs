//! Accounts for the people and machines of a story: a role at a place.

use api::{
    auth::{Actor, Request, Scope},
    id, policy,
};
use chrono::{DateTime, TimeZone as _, Utc};
use entity::{
    account, account_grant, community, department,
    enums::{AccountKind, Role},
    institution, shared_centre,
};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use std::{collections::BTreeSet, sync::Arc};
use uuid::Uuid;

use super::{
    World,
    client::{Client, Session},
};

/// Where an account acts: an institution, a department, a shared centre, a community, a region by its prefix, or the installation.
#[derive(Clone, Debug)]
pub struct Place(Scope);

impl Place {
    /// The whole installation.
    pub const INSTALLATION: Self = Self(Scope::Installation);
}

impl From<&institution::Model> for Place {
    fn from(institution: &institution::Model) -> Self {
        Self(Scope::Institution {
            id: institution.id,
            department: None,
        })
    }
}

impl From<&department::Model> for Place {
    fn from(department: &department::Model) -> Self {
        Self(Scope::Institution {
            id: department.institution_id,
            department: Some(department.id),
        })
    }
}

impl From<&shared_centre::Model> for Place {
    fn from(centre: &shared_centre::Model) -> Self {
        Self(Scope::Centre {
            id: centre.id,
            host: centre.host_id,
        })
    }
}

impl From<&community::Model> for Place {
    fn from(community: &community::Model) -> Self {
        Self(Scope::Community(community.id))
    }
}

impl From<&str> for Place {
    fn from(region: &str) -> Self {
        Self(Scope::Region(region.to_owned()))
    }
}

/// An account with one grant.
#[derive(Clone, Debug)]
pub struct Person {
    /// The account.
    pub account: account::Model,
    /// Its grant.
    pub grant: account_grant::Model,
}

impl World {
    /// Opens an account with a role at a place. It cannot sign in: no secret fits its hash.
    pub async fn person(&self, role: Role, place: impl Into<Place>) -> Person {
        let Place(scope) = place.into();
        let now = self.app.now();
        let (account_id, grant_id) = (id::new(now), id::new(now));
        let kind = match role {
            Role::Integration | Role::Monitor => AccountKind::Client,
            _ => AccountKind::Person,
        };
        let person = Person {
            account: account::Model {
                id: account_id,
                kind,
                name: format!("{}-{account_id}", role.code().to_lowercase()),
                display_name: role.code().to_owned(),
                practitioner_id: self.practitioner_at(role, &scope),
                secret_hash: "none".to_owned(),
                must_change_password: false,
                failed_attempts: 0,
                locked_until: None,
                totp_cipher: None,
                totp_confirmed: policy::needs_second_factor(&BTreeSet::from([role])),
                totp_step: 0,
                active: true,
                version: 1,
                created_by: None,
                created_at: now,
                updated_at: now,
            },
            grant: account_grant::Model {
                id: grant_id,
                account_id,
                role,
                scope_kind: scope.kind(),
                institution_id: scope.home(),
                department_id: scope.department(),
                centre_id: scope.centre(),
                team_id: scope.team(),
                community_id: match scope {
                    Scope::Community(id) => Some(id),
                    _ => None,
                },
                region: match scope {
                    Scope::Region(region) => Some(region),
                    _ => None,
                },
                valid_from: long_ago(),
                valid_to: None,
                granted_by: None,
                revoked_at: None,
                created_at: now,
            },
        };
        self.insert_person(&person).await;
        person
    }

    /// A client with a role at a place, who signs in again when the story lasts long.
    pub async fn client(&self, role: Role, place: impl Into<Place>) -> Client {
        let person = self.person(role, place).await;
        self.client_of(&person).await
    }

    /// A client of an account, in the scope of its first grant, who signs in again when the story lasts long.
    pub async fn client_of(&self, person: &Person) -> Client {
        let session = Session {
            app: self.app.clone(),
            account: person.account.id,
            grant: person.grant.id,
            since: self.now(),
        };
        let client = self
            .anonymous()
            .with_token(session.token().await)
            .with_session(session)
            .of_account(person.account.id);
        match person.grant.role {
            Role::Monitor | Role::Regulator => client.that_sees_no_patient(),
            _ => client,
        }
    }

    /// Grants an account a further role, at the place of its first grant.
    pub async fn grant(&self, person: &Person, role: Role) -> account_grant::Model {
        let grant = account_grant::Model {
            id: self.app.new_id(),
            role,
            ..person.grant.clone()
        };
        self.app
            .db
            .write(async |txn| {
                account_grant::Entity::insert(grant.clone().into_active_model())
                    .exec_without_returning(&*txn)
                    .await?;
                Ok(())
            })
            .await
            .expect("a grant can be written");
        self.app.sessions.forget();
        grant
    }

    /// An account with a role at a place, as a service function sees it.
    pub async fn actor(&self, role: Role, place: impl Into<Place>) -> Actor {
        let person = self.person(role, place).await;
        actor_of(&person)
    }

    async fn insert_person(&self, person: &Person) {
        let written = self.app.db.write(async |txn| {
            account::Entity::insert(person.account.clone().into_active_model())
                .exec_without_returning(&*txn)
                .await?;
            account_grant::Entity::insert(person.grant.clone().into_active_model())
                .exec_without_returning(&*txn)
                .await?;
            Ok(())
        });
        written.await.expect("an account can be written");
        let sends = person.grant.role == Role::DispatchOfficer;
        let known = |id| !sends && self.app.directory.now().with_account.contains(&id);
        let whole = person.grant.centre_id.is_none();
        if whole && person.grant.institution_id.is_some_and(|id| !known(id)) {
            self.app
                .directory
                .refresh(&self.app.db)
                .await
                .expect("the directory can be read");
        }
    }

    /// The practitioner of the district whom a clinician there would be.
    fn practitioner_at(&self, role: Role, scope: &Scope) -> Option<Uuid> {
        if role != Role::Clinician {
            return None;
        }
        self.practitioners
            .iter()
            .find(|one| {
                Some(one.institution_id) == scope.institution()
                    && (scope.department().is_none() || scope.department() == one.department_id)
            })
            .map(|one| one.id)
    }
}

/// An account as a service function sees it, in a request of its own.
pub fn actor_of(person: &Person) -> Actor {
    let grant = &person.grant;
    let scope = Scope::of(grant).expect("a grant of a story names its place");
    Actor {
        account: person.account.id,
        practitioner: person.account.practitioner_id,
        session: None,
        scope,
        roles: BTreeSet::from([grant.role]),
        request: Arc::new(Request::new(id::new(grant.created_at), None, None, None)),
    }
}

/// Before any story begins, wherever its clock is set.
fn long_ago() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(1900, 1, 1, 0, 0, 0)
        .single()
        .expect("UTC has every hour")
}
