//! What callers get to see of sessions and accounts.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    account, account_grant,
    enums::{AccountKind, Action, Role, ScopeKind},
};

use crate::{
    auth::{Actor, Scope, held::Held},
    budget::{Charged, Standing},
    centre::graphql::SharedCentre,
    error::Error,
    family_doctor::{self, graphql::FamilyDoctorTeam},
    graphql::{Reply, app, refusal},
    id::{self, Kind},
    network::{
        graphql::{Community, Department, Institution, Practitioner},
        loader::PractitionerLoader,
    },
    policy,
};

/// Whoever asks: an account in one of its scopes.
pub struct Viewer {
    actor: Actor,
    held: Held,
}

impl Viewer {
    /// The actor and its account.
    pub(super) const fn new(actor: Actor, held: Held) -> Self {
        Self { actor, held }
    }

    /// The row of its account.
    pub(super) const fn row(&self) -> &account::Model {
        &self.held.account
    }

    /// Whether a password or a second factor stands between it and its roles.
    pub(super) fn has_something_to_finish(&self) -> bool {
        self.actor.roles.is_empty()
    }
}

/// Whoever asks: an account in one of its scopes, with the roles granted there now.
#[Object]
impl Viewer {
    /// The account.
    async fn account(&self) -> Account {
        Account(self.held.clone())
    }

    /// Where it acts now; `switchScope` takes another.
    async fn scope(&self) -> ScopeObject {
        ScopeObject(self.actor.scope.clone())
    }

    /// The institution 机构 for which it acts, where its scope is one, or a department or shared centre of one.
    async fn institution(&self, ctx: &Context<'_>) -> Option<Institution> {
        let directory = app(ctx).ok()?.directory.now();
        Institution::find(&directory, self.actor.scope.home()?)
    }

    /// The roles that count now; none while a password has to be changed or a second factor to be set up.
    async fn roles(&self) -> Vec<Role> {
        self.actor.roles.iter().copied().collect()
    }

    /// Every grant of the account that counts now.
    async fn grants(&self) -> Vec<Grant> {
        Grant::all(&self.held)
    }

    /// What these roles permit here at all; an object's `availableActions` tells what its state allows.
    async fn permitted_actions(&self) -> Vec<Action> {
        policy::account::permitted(&self.actor)
    }

    /// What this operation cost, and what may still be spent; null where nothing limits it.
    async fn rate_limit(&self, ctx: &Context<'_>) -> Option<RateLimit> {
        let charged = ctx.data_opt::<Charged>()?;
        Some(RateLimit {
            standing: charged.standing?,
            charged: *charged,
        })
    }
}

/// What may be spent on operations.
pub struct RateLimit {
    charged: Charged,
    standing: Standing,
}

/// What an account, or an address that calls without a token, may spend on operations. Each costs points, calculated before it runs: an
/// object 1, a page as much as all its rows, a mutation 10 and a total count 50 on top. What was spent comes back evenly.
#[Object]
impl RateLimit {
    /// The most there can be; as much comes back in a minute.
    async fn limit(&self) -> i32 {
        points(self.standing.limit)
    }

    /// What is left. An operation that costs more is refused with RATE_LIMITED and `retryAfter` seconds.
    async fn remaining(&self) -> i32 {
        points(self.standing.remaining)
    }

    /// When all of it is there again, if nothing more is spent.
    async fn reset_at(&self) -> DateTime<Utc> {
        let millis = self.standing.whole_in.as_millis();
        self.charged.at + TimeDelta::milliseconds(i64::try_from(millis).unwrap_or_default())
    }

    /// What this operation cost; `extensions.cost.requested` of every answer.
    async fn cost(&self) -> i32 {
        points(self.charged.cost)
    }
}

fn points(points: u64) -> i32 {
    i32::try_from(points).unwrap_or(i32::MAX)
}

/// Somebody or something that may sign in.
pub struct Account(Held);

crate::named!(Account => "Account");

impl From<Held> for Account {
    fn from(held: Held) -> Self {
        Self(held)
    }
}

impl Account {
    const fn row(&self) -> &account::Model {
        &self.0.account
    }
}

/// Somebody or something that may sign in: a person, or a hospital system.
#[Object]
impl Account {
    /// Its id, `acc_…`.
    async fn id(&self) -> ID {
        id::encode(Kind::Account, self.row().id).into()
    }

    /// Grows by one with each change.
    async fn version(&self) -> i32 {
        self.row().version
    }

    /// Person or machine.
    async fn kind(&self) -> AccountKind {
        self.row().kind
    }

    /// User name of a person, client id of a machine.
    async fn name(&self) -> &str {
        &self.row().name
    }

    /// What colleagues call it 姓名.
    async fn display_name(&self) -> &str {
        &self.row().display_name
    }

    /// The practitioner 医务人员 that the person is, where they are one.
    async fn practitioner(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<Practitioner>> {
        let Some(id) = self.row().practitioner_id else {
            return Ok(None);
        };
        let found = match ctx.data_opt::<DataLoader<PractitionerLoader>>() {
            Some(loader) => loader.load_one(id).await,
            None => Err(Arc::new(Error::Internal("no loader".into()))),
        };
        match found {
            Ok(found) => Ok(found.map(Practitioner)),
            Err(error) => Err(refusal(ctx, &error)),
        }
    }

    /// Whether it may sign in.
    async fn active(&self) -> bool {
        self.row().active
    }

    /// Until when sign-in is refused after five failures; null where it is not locked.
    async fn locked_until(&self, ctx: &Context<'_>) -> Option<DateTime<Utc>> {
        let now = app(ctx).ok()?.now();
        self.row().locked_until.filter(|until| now < *until)
    }

    /// Whether the password was set by somebody else and has to be changed.
    async fn must_change_password(&self) -> bool {
        self.row().must_change_password
    }

    /// Whether a second factor is asked for at sign-in.
    async fn second_factor(&self) -> bool {
        self.row().totp_confirmed
    }

    /// Its grants, oldest first, as far as one looks after them.
    async fn grants(&self) -> Vec<Grant> {
        Grant::all(&self.0)
    }

    /// When it was opened.
    async fn created_at(&self) -> DateTime<Utc> {
        self.row().created_at
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.row().updated_at
    }
}

/// A role in a scope for a time.
pub struct Grant(account_grant::Model);

impl Grant {
    fn all(held: &Held) -> Vec<Self> {
        held.grants.iter().cloned().map(Self).collect()
    }

    /// The grant of that id.
    pub(super) fn find(held: &Held, id: uuid::Uuid) -> Option<Self> {
        held.grants
            .iter()
            .find(|grant| grant.id == id)
            .cloned()
            .map(Self)
    }
}

/// A role in a scope for a time.
#[Object]
impl Grant {
    /// Its id, `grt_…`.
    async fn id(&self) -> ID {
        id::encode(Kind::Grant, self.0.id).into()
    }

    /// The role.
    async fn role(&self) -> Role {
        self.0.role
    }

    /// Where it counts; null where that place is gone.
    async fn scope(&self) -> Option<ScopeObject> {
        Scope::of(&self.0).map(ScopeObject)
    }

    /// From when it counts.
    async fn valid_from(&self) -> DateTime<Utc> {
        self.0.valid_from
    }

    /// Until when it counts; until revoked where null.
    async fn valid_to(&self) -> Option<DateTime<Utc>> {
        self.0.valid_to
    }

    /// When it was taken back.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }

    /// When it was given.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// Where somebody acts.
pub struct ScopeObject(Scope);

/// Where somebody acts: an institution, one of its departments or shared centres, a team of family doctors, a community, a region, or the
/// installation.
#[Object(name = "Scope")]
impl ScopeObject {
    /// Kind of place.
    async fn kind(&self) -> ScopeKind {
        self.0.kind()
    }

    /// The institution 机构, where it is one, or a department, shared centre or team of family doctors of one.
    async fn institution(&self, ctx: &Context<'_>) -> Option<Institution> {
        let directory = app(ctx).ok()?.directory.now();
        Institution::find(&directory, self.0.home()?)
    }

    /// The department 科室, where it is limited to one.
    async fn department(&self, ctx: &Context<'_>) -> Option<Department> {
        let directory = app(ctx).ok()?.directory.now();
        Department::find(&directory, self.0.department()?)
    }

    /// The shared centre 资源共享中心, where it is limited to one.
    async fn centre(&self, ctx: &Context<'_>) -> Option<SharedCentre> {
        let directory = app(ctx).ok()?.directory.now();
        SharedCentre::find(&directory, self.0.centre()?)
    }

    /// The team of family doctors 家庭医生团队, where it is one: the caller is a member.
    async fn team(&self, ctx: &Context<'_>) -> Reply<FamilyDoctorTeam> {
        family_doctor::graphql::team(ctx, self.0.team()?).await
    }

    /// The community 医共体, where it is one.
    async fn community(&self, ctx: &Context<'_>) -> Option<Community> {
        let directory = app(ctx).ok()?.directory.now();
        match self.0 {
            Scope::Community(id) => Community::find(&directory, id),
            _ => None,
        }
    }

    /// The region 行政区划 by its GB/T 2260 prefix, where it is one.
    async fn region(&self) -> Option<&str> {
        match &self.0 {
            Scope::Region(region) => Some(region),
            _ => None,
        }
    }
}
