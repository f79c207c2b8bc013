//! A grant as a caller asks for it, and how it is checked.

use chrono::{DateTime, Utc};
use entity::{
    account_grant,
    enums::{AccountKind, Role, ScopeKind},
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::Scope,
    error::{ProblemCode, Problems},
    id::{self, Kind},
    moment::Moment,
    network::directory::Directory,
    policy,
};

/// A role in a scope for a time, as the caller wrote it.
#[derive(Clone, Debug)]
pub struct NewGrant {
    /// The role.
    pub role: Role,
    /// Kind of scope.
    pub scope: ScopeKind,
    /// Id of the institution, where the scope is one.
    pub institution: Option<String>,
    /// Id of one of its departments.
    pub department: Option<String>,
    /// Id of one of the shared centres that it runs, which tells the institution too.
    pub centre: Option<String>,
    /// Id of the community, where the scope is one.
    pub community: Option<String>,
    /// GB/T 2260 prefix of the region, where the scope is one.
    pub region: Option<String>,
    /// From when it counts; now where nothing is said.
    pub valid_from: Option<Moment>,
    /// Until when it counts; for ever where nothing is said.
    pub valid_to: Option<Moment>,
}

impl NewGrant {
    /// A role in a scope from now on.
    #[must_use]
    pub fn new(role: Role, scope: &Scope) -> Self {
        let institution = scope.home();
        let (department, centre) = (scope.department(), scope.centre());
        Self {
            role,
            scope: scope.kind(),
            institution: institution.map(|id| id::encode(Kind::Institution, id)),
            department: department.map(|id| id::encode(Kind::Department, id)),
            centre: centre.map(|id| id::encode(Kind::SharedCentre, id)),
            community: match scope {
                Scope::Community(id) => Some(id::encode(Kind::Community, *id)),
                _ => None,
            },
            region: match scope {
                Scope::Region(region) => Some(region.clone()),
                _ => None,
            },
            valid_from: None,
            valid_to: None,
        }
    }
}

/// A grant that was asked for, checked.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    /// The role.
    pub(super) role: Role,
    /// Where it counts.
    pub(super) scope: Scope,
    /// From when.
    pub(super) valid_from: DateTime<Utc>,
    /// Until when.
    pub(super) valid_to: Option<DateTime<Utc>>,
}

impl Checked {
    /// Whether it gives access to an institution.
    pub(super) fn is_at_institution(&self) -> bool {
        self.scope.home().is_some()
    }

    /// Whether it is the same role in the same scope.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.role == other.role && self.scope == other.scope
    }

    /// Whether both count at some moment.
    pub(super) fn overlaps(&self, other: &account_grant::Model) -> bool {
        let begins_before = |begin, end: Option<DateTime<Utc>>| end.is_none_or(|end| begin < end);
        begins_before(self.valid_from, other.valid_to)
            && begins_before(other.valid_from, self.valid_to)
    }
}

/// Checks a grant for an account of that kind; problems are noted below `path`.
pub(super) fn check(
    problems: &mut Problems,
    app: &App,
    kind: Option<AccountKind>,
    path: &str,
    new: &NewGrant,
) -> Option<Checked> {
    let scope = scope(problems, &app.directory.now(), path, new);
    if let Some(scope) = &scope {
        problems.check(
            policy::account::fits_scope(new.role, scope),
            format!("{path}.role"),
            ProblemCode::NotAllowed,
            "The role cannot be granted in such a scope.",
        );
    }
    check_kind(problems, kind, path, new);
    let now = app.now();
    let mut moment = |moment: Option<Moment>, field: &str| {
        moment.and_then(|moment| moment.at(&format!("{path}.{field}"), problems))
    };
    let valid_from = moment(new.valid_from, "validFrom").unwrap_or(now);
    let valid_to = moment(new.valid_to, "validTo");
    problems.check(
        valid_to.is_none_or(|end| valid_from < end && now < end),
        format!("{path}.validTo"),
        ProblemCode::Order,
        "A grant ends after it begins, and not in the past.",
    );
    Some(Checked {
        role: new.role,
        scope: scope?,
        valid_from,
        valid_to,
    })
}

/// Checks that the role is one for that kind of account.
pub(super) fn check_kind(
    problems: &mut Problems,
    kind: Option<AccountKind>,
    path: &str,
    new: &NewGrant,
) {
    problems.check(
        kind.is_none_or(|kind| policy::account::fits_kind(new.role, kind)),
        format!("{path}.role"),
        ProblemCode::NotAllowed,
        "INTEGRATION and MONITOR are for API clients, and clients hold nothing else.",
    );
}

/// The scope that a new grant names.
fn scope(
    problems: &mut Problems,
    directory: &Directory,
    path: &str,
    new: &NewGrant,
) -> Option<Scope> {
    use ScopeKind::{Community, Institution, Region};
    let fields = [
        ("institution", &new.institution, &[Institution][..]),
        ("department", &new.department, &[Institution][..]),
        ("centre", &new.centre, &[Institution][..]),
        ("community", &new.community, &[Community][..]),
        ("region", &new.region, &[Region][..]),
    ];
    for (field, value, kinds) in fields {
        let (path, wanted) = (format!("{path}.scope.{field}"), kinds.contains(&new.scope));
        if value.is_some() && !wanted {
            problems.add(
                path,
                ProblemCode::NotAllowed,
                "Does not go with this kind of scope.",
            );
        } else if value.is_none() && wanted && !may_be_left_out(field, new) {
            problems.add(
                path,
                ProblemCode::Required,
                "Needed with this kind of scope.",
            );
        }
    }
    let mut read = |kind, field: &str, value: &Option<String>, known: &dyn Fn(Uuid) -> bool| {
        let path = format!("{path}.scope.{field}");
        match id::decode(kind, value.as_deref()?, &path) {
            Ok(id) if known(id) => Some(id),
            Ok(_) => {
                problems.add(path, ProblemCode::UnknownId, "There is none of that id.");
                None
            }
            Err(error) => {
                problems.extend(error.problems().iter().cloned());
                None
            }
        }
    };
    match new.scope {
        ScopeKind::Institution => {
            let id = read(Kind::Institution, "institution", &new.institution, &|id| {
                directory.institutions.contains_key(&id)
            });
            let department = read(Kind::Department, "department", &new.department, &|found| {
                let department = directory.departments.get(&found);
                department.is_some_and(|found| id.is_none_or(|id| found.institution_id == id))
            });
            if new.centre.is_some() {
                let centre = read(Kind::SharedCentre, "centre", &new.centre, &|id| {
                    directory.centres.contains_key(&id)
                })?;
                let host = directory.centres.get(&centre)?.host_id;
                disagree(problems, path, new, id.is_some_and(|id| id != host));
                return Some(Scope::Centre { id: centre, host });
            }
            Scope::Institution {
                id: id?,
                department,
            }
            .into()
        }
        ScopeKind::Community => read(Kind::Community, "community", &new.community, &|id| {
            directory.communities.contains_key(&id)
        })
        .map(Scope::Community),
        ScopeKind::Region => {
            let region = new.region.clone()?;
            let good = matches!(region.len(), 2 | 4 | 6)
                && region.bytes().all(|byte| byte.is_ascii_digit());
            problems.check(
                good,
                format!("{path}.scope.region"),
                ProblemCode::Format,
                "Two, four or six digits of GB/T 2260.",
            );
            Some(Scope::Region(region))
        }
        ScopeKind::Installation => Some(Scope::Installation),
    }
}

/// Notes where a centre is named together with another institution than its host, or with a department.
fn disagree(problems: &mut Problems, path: &str, new: &NewGrant, elsewhere: bool) {
    let message = "Another institution runs the centre.";
    problems.check(
        !elsewhere,
        format!("{path}.scope.institution"),
        ProblemCode::Inconsistent,
        message,
    );
    let message = "Name a department or a centre, not both.";
    problems.check(
        new.department.is_none(),
        format!("{path}.scope.department"),
        ProblemCode::Inconsistent,
        message,
    );
}

/// Whether a field that goes with the kind of scope need not be there: a centre tells which institution runs it.
fn may_be_left_out(field: &str, new: &NewGrant) -> bool {
    match field {
        "department" | "centre" => true,
        "institution" => new.centre.is_some(),
        _ => false,
    }
}
