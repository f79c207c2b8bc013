//! Who asks.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use entity::{
    account_grant,
    enums::{Action, Basis, Role, ScopeKind},
};
use uuid::Uuid;

/// An account in one of its scopes, with the roles granted there now. Built by `auth` alone.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The account; the nil id for the service itself.
    pub account: Uuid,
    /// The practitioner that the person is.
    pub practitioner: Option<Uuid>,
    /// The session that its token belongs to.
    pub session: Option<Uuid>,
    /// Where it acts.
    pub scope: Scope,
    /// The roles granted there now.
    pub roles: BTreeSet<Role>,
    /// The request that it makes.
    pub request: Arc<Request>,
}

/// Where an actor acts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// An institution, or one of its departments.
    Institution {
        /// The institution.
        id: Uuid,
        /// The department, where the grant is limited to one.
        department: Option<Uuid>,
    },
    /// A shared centre of a hospital, and nothing else of it.
    Centre {
        /// The centre.
        id: Uuid,
        /// The hospital that runs it.
        host: Uuid,
    },
    /// A team of family doctors, and the patients who have a contract with it.
    Team {
        /// The team.
        id: Uuid,
        /// The health centre that it belongs to.
        centre: Uuid,
    },
    /// A community.
    Community(Uuid),
    /// A region by GB/T 2260 prefix.
    Region(String),
    /// Everything.
    Installation,
}

impl Scope {
    /// The scope that a row spells; none where the row lacks what its kind needs.
    #[must_use]
    pub fn read(
        kind: ScopeKind,
        institution: Option<Uuid>,
        department: Option<Uuid>,
        (centre, team): (Option<Uuid>, Option<Uuid>),
        community: Option<Uuid>,
        region: Option<String>,
    ) -> Option<Self> {
        match (kind, centre) {
            (ScopeKind::Institution, Some(id)) => institution.map(|host| Self::Centre { id, host }),
            (ScopeKind::Institution, None) => institution.map(|home| match team {
                Some(id) => Self::Team { id, centre: home },
                None => Self::Institution {
                    id: home,
                    department,
                },
            }),
            (ScopeKind::Community, _) => community.map(Self::Community),
            (ScopeKind::Region, _) => region.map(Self::Region),
            (ScopeKind::Installation, _) => Some(Self::Installation),
        }
    }

    /// Where a grant lets its holder act.
    #[must_use]
    pub fn of(grant: &account_grant::Model) -> Option<Self> {
        Self::read(
            grant.scope_kind,
            grant.institution_id,
            grant.department_id,
            (grant.centre_id, grant.team_id),
            grant.community_id,
            grant.region.clone(),
        )
    }

    /// Kind of scope.
    #[must_use]
    pub const fn kind(&self) -> ScopeKind {
        match self {
            Self::Institution { .. } | Self::Centre { .. } | Self::Team { .. } => {
                ScopeKind::Institution
            }
            Self::Community(_) => ScopeKind::Community,
            Self::Region(_) => ScopeKind::Region,
            Self::Installation => ScopeKind::Installation,
        }
    }

    /// The id under which rows are visible to the scope: the department's, centre's or team's, else the institution's or community's.
    #[must_use]
    pub const fn id(&self) -> Option<Uuid> {
        match self {
            Self::Institution {
                department: Some(id),
                ..
            }
            | Self::Institution {
                id,
                department: None,
            }
            | Self::Centre { id, .. }
            | Self::Team { id, .. }
            | Self::Community(id) => Some(*id),
            Self::Region(_) | Self::Installation => None,
        }
    }

    /// The institution, where the scope is one or a department of one; of a centre or team [`Self::home`] tells.
    #[must_use]
    pub const fn institution(&self) -> Option<Uuid> {
        match self {
            Self::Institution { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// The institution that whatever is done in the scope is done for: itself, the host of a centre, or the health centre of a
    /// team.
    #[must_use]
    pub const fn home(&self) -> Option<Uuid> {
        match self {
            Self::Centre { host, .. } => Some(*host),
            Self::Team { centre, .. } => Some(*centre),
            _ => self.institution(),
        }
    }

    /// The shared centre, where the scope is limited to one.
    #[must_use]
    pub const fn centre(&self) -> Option<Uuid> {
        match self {
            Self::Centre { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// The team of family doctors, where the scope is one.
    #[must_use]
    pub const fn team(&self) -> Option<Uuid> {
        match self {
            Self::Team { id, .. } => Some(*id),
            _ => None,
        }
    }

    /// The department, where the scope is limited to one.
    #[must_use]
    pub const fn department(&self) -> Option<Uuid> {
        match self {
            Self::Institution { department, .. } => *department,
            _ => None,
        }
    }
}

impl Actor {
    /// The service itself, for clocks, relay and command line.
    #[must_use]
    pub fn system(task: &'static str) -> Self {
        Self {
            account: Uuid::nil(),
            practitioner: None,
            session: None,
            scope: Scope::Installation,
            roles: BTreeSet::new(),
            request: Arc::new(Request::internal(task)),
        }
    }

    /// Whether it holds the role in its scope.
    #[must_use]
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// Whether it is the service itself.
    #[must_use]
    pub fn is_system(&self) -> bool {
        self.account.is_nil()
    }

    /// The institution it acts for, where its scope is one.
    #[must_use]
    pub const fn institution(&self) -> Option<Uuid> {
        self.scope.institution()
    }

    /// The same actor, calling one root field of its document.
    #[must_use]
    pub fn at(&self, path: impl Into<String>) -> Call<'_> {
        Call {
            actor: self,
            path: path.into(),
        }
    }
}

/// An actor calling one root field: what `Idempotency-Key` rows are kept by.
#[derive(Clone, Debug)]
pub struct Call<'a> {
    /// Who calls.
    pub actor: &'a Actor,
    /// Response path of the root field, and the place of the input where it takes many.
    pub path: String,
}

impl Call<'_> {
    /// The same call, for one of the many inputs that it takes.
    #[must_use]
    pub fn entry(&self, place: usize) -> Self {
        Self {
            actor: self.actor,
            path: format!("{}[{place}]", self.path),
        }
    }
}

/// What an actor brings along from its request.
#[derive(Debug)]
pub struct Request {
    /// Id of the request, in every log line, audit entry and refusal.
    pub id: Uuid,
    /// Address of the caller.
    pub address: Option<IpAddr>,
    /// Name of the operation, for the log.
    pub operation: Option<String>,
    /// `Idempotency-Key` and the hash of document and variables.
    pub idempotency: Option<(String, [u8; 32])>,
    disclosed: Mutex<BTreeMap<Uuid, Disclosure>>,
    stepped: AtomicBool,
}

/// That a patient's detail was shown in this request.
#[derive(Clone, Debug, Default)]
pub struct Disclosure {
    /// By which relations.
    pub bases: BTreeSet<Basis>,
    /// As what.
    pub actions: BTreeSet<Action>,
    /// Whether an audit entry of this request covers it already.
    pub covered: bool,
}

impl Request {
    /// A request from outside.
    #[must_use]
    pub fn new(
        id: Uuid,
        address: Option<IpAddr>,
        operation: Option<String>,
        idempotency: Option<(String, [u8; 32])>,
    ) -> Self {
        Self {
            id,
            address,
            operation,
            idempotency,
            disclosed: Mutex::default(),
            stepped: AtomicBool::new(false),
        }
    }

    /// Work of the service itself.
    #[must_use]
    pub fn internal(task: &'static str) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "the id names a piece of work, its time is not used"
        )]
        Self::new(Uuid::now_v7(), None, Some(task.to_owned()), None)
    }

    /// Notes that a patient's detail is about to be shown; its audit entry is written before the answer leaves.
    pub fn disclose(&self, patient: Uuid, action: Action, basis: Option<Basis>) {
        let mut disclosed = self
            .disclosed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let entry = disclosed.entry(patient).or_default();
        entry.actions.insert(action);
        entry.bases.extend(basis);
    }

    /// Notes that an operation was called, which may have left a trace of its own of whoever called it.
    pub fn note_step(&self) {
        self.stepped.store(true, Ordering::Relaxed);
    }

    /// Whether an operation was called: then the answer is the caller's alone.
    pub fn is_personal(&self) -> bool {
        self.stepped.load(Ordering::Relaxed)
    }

    /// Notes that what was found for another who may see the same is about to be shown here too.
    pub fn disclose_all(&self, shown: &BTreeMap<Uuid, Disclosure>) {
        self.disclosed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(shown.clone());
    }

    /// Notes that an audit entry of a change covers the patient.
    pub fn cover(&self, patient: Uuid) {
        self.disclosed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .entry(patient)
            .or_default()
            .covered = true;
    }

    /// Takes what was shown and is not covered by an audit entry yet.
    #[must_use]
    pub fn take_uncovered(&self) -> BTreeMap<Uuid, Disclosure> {
        let mut disclosed = self
            .disclosed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let open = disclosed
            .iter()
            .filter(|(_, entry)| !entry.covered && !entry.actions.is_empty())
            .map(|(id, entry)| (*id, entry.clone()))
            .collect();
        for entry in disclosed.values_mut() {
            entry.covered = true;
        }
        open
    }
}
