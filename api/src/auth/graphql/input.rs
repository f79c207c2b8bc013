//! What callers send about sessions and accounts.

use async_graphql::{ID, InputObject};
use entity::enums::{AccountKind, Role, ScopeKind};

use crate::{
    auth::{
        account::{NewAccount, NewClient},
        grant::NewGrant,
        list::AccountFilter,
    },
    moment::Moment,
};

/// What a person shows to sign in.
#[derive(InputObject)]
pub struct SignInInput {
    /// User name 用户名.
    pub username: String,
    /// Password 密码.
    #[graphql(secret)]
    pub password: String,
    /// The six digits that the authenticator shows now; needed once a second factor is set up. A code serves once.
    #[graphql(secret)]
    pub code: Option<String>,
    /// The grant to begin with; the oldest that counts where none is named.
    pub grant: Option<ID>,
}

/// A new password of one's own.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    /// The present password.
    #[graphql(secret)]
    pub current_password: String,
    /// The new one: at least 12 characters, not the user name.
    #[graphql(secret)]
    pub new_password: String,
}

/// Where a grant counts. Name what goes with the kind, and nothing else.
#[derive(InputObject)]
pub struct ScopeInput {
    /// Kind of place.
    pub kind: ScopeKind,
    /// The institution, with `INSTITUTION`; it may be left out where the centre is named.
    pub institution: Option<ID>,
    /// One of its departments 科室, where the grant is limited to it.
    pub department: Option<ID>,
    /// One of the shared centres 资源共享中心 that it runs, where the grant is limited to it: for `TECHNICIAN`, `DIAGNOSTICIAN` and
    /// `INTEGRATION`, who then have to do with that centre's orders and with nothing else of the hospital.
    pub centre: Option<ID>,
    /// The community 医共体, with `COMMUNITY`.
    pub community: Option<ID>,
    /// Two, four or six digits of GB/T 2260 行政区划代码, with `REGION`.
    pub region: Option<String>,
}

/// A role in a scope for a time.
#[derive(InputObject)]
pub struct GrantInput {
    /// The role.
    pub role: Role,
    /// Where it counts.
    pub scope: ScopeInput,
    /// From when it counts; now where nothing is said.
    pub valid_from: Option<Moment>,
    /// Until when it counts; until revoked where nothing is said.
    pub valid_to: Option<Moment>,
}

/// An account for a person.
#[derive(InputObject)]
pub struct CreateAccountInput {
    /// User name: letters, digits, dot, dash, underline and @. Upper and lower case are the same.
    pub username: String,
    /// What colleagues call the person 姓名.
    pub display_name: String,
    /// The practitioner 医务人员 that the person is.
    pub practitioner: Option<ID>,
    /// First password; one is made and answered where none is given. It has to be changed at the first sign-in either way.
    #[graphql(secret)]
    pub password: Option<String>,
    /// What the person may do.
    pub grants: Vec<GrantInput>,
}

/// An API client for a hospital system (HIS) or a monitoring tool.
#[derive(InputObject)]
pub struct CreateApiClientInput {
    /// What people call it.
    pub display_name: String,
    /// What it may do: `INTEGRATION` or `MONITOR`, at any number of places.
    pub grants: Vec<GrantInput>,
}

/// Whether an account may sign in.
#[derive(InputObject)]
pub struct SetAccountStatusInput {
    /// The account.
    pub account: ID,
    /// Its version as last read.
    pub version: i32,
    /// Whether it may sign in from now on.
    pub active: bool,
}

/// A new password for a person who cannot sign in.
#[derive(InputObject)]
pub struct ResetCredentialsInput {
    /// The account.
    pub account: ID,
    /// Its version as last read.
    pub version: i32,
    /// Whether the second factor is dropped too, because the authenticator is lost.
    #[graphql(default)]
    pub drop_second_factor: bool,
}

/// A new secret for an API client.
#[derive(InputObject)]
pub struct RotateApiClientSecretInput {
    /// The client's account.
    pub account: ID,
    /// Its version as last read.
    pub version: i32,
}

/// A role for an account.
#[derive(InputObject)]
pub struct GrantRoleInput {
    /// The account.
    pub account: ID,
    /// Its version as last read.
    pub version: i32,
    /// What is granted.
    pub grant: GrantInput,
}

/// A grant to take back.
#[derive(InputObject)]
pub struct RevokeGrantInput {
    /// The grant.
    pub grant: ID,
    /// The account's version as last read.
    pub version: i32,
}

/// Which accounts to list; all that one looks after where nothing is said.
#[derive(InputObject)]
pub struct AccountFilterInput {
    /// With a grant at this institution, past ones included.
    pub institution: Option<ID>,
    /// With this role somewhere, past grants included.
    pub role: Option<Role>,
    /// People or machines.
    pub kind: Option<AccountKind>,
    /// Those that may sign in, or those that may not.
    pub active: Option<bool>,
    /// With this user name or client id.
    pub name: Option<String>,
}

impl From<GrantInput> for NewGrant {
    fn from(input: GrantInput) -> Self {
        Self {
            role: input.role,
            scope: input.scope.kind,
            institution: input.scope.institution.map(|id| id.0),
            department: input.scope.department.map(|id| id.0),
            centre: input.scope.centre.map(|id| id.0),
            community: input.scope.community.map(|id| id.0),
            region: input.scope.region,
            valid_from: input.valid_from,
            valid_to: input.valid_to,
        }
    }
}

impl From<CreateAccountInput> for NewAccount {
    fn from(input: CreateAccountInput) -> Self {
        Self {
            username: input.username,
            display_name: input.display_name,
            practitioner: input.practitioner.map(|id| id.0),
            password: input.password,
            must_change_password: true,
            grants: input.grants.into_iter().map(NewGrant::from).collect(),
        }
    }
}

impl From<CreateApiClientInput> for NewClient {
    fn from(input: CreateApiClientInput) -> Self {
        Self {
            display_name: input.display_name,
            grants: input.grants.into_iter().map(NewGrant::from).collect(),
        }
    }
}

impl From<AccountFilterInput> for AccountFilter {
    fn from(input: AccountFilterInput) -> Self {
        Self {
            institution: input.institution.map(|id| id.0),
            role: input.role,
            kind: input.kind,
            active: input.active,
            name: input.name,
        }
    }
}
