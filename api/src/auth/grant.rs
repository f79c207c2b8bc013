//! Grants: which role an account holds where, and from when to when.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::{
    account_grant,
    enums::{AccountKind, Action, Role, ScopeKind},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _, sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    auth::{
        Actor, Call, Scope,
        held::{self, Held},
    },
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    id::{self, Kind},
    moment::Moment,
    network::directory::Directory,
    policy::{self, account::Kept},
    record::replay::{self, Changed},
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
        let institution = scope.institution();
        let department = scope.department();
        Self {
            role,
            scope: scope.kind(),
            institution: institution.map(|id| id::encode(Kind::Institution, id)),
            department: department.map(|id| id::encode(Kind::Department, id)),
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
    role: Role,
    scope: Scope,
    valid_from: DateTime<Utc>,
    valid_to: Option<DateTime<Utc>>,
}

impl Checked {
    /// Whether it gives access to an institution.
    pub(super) fn is_at_institution(&self) -> bool {
        self.scope.institution().is_some()
    }

    /// Whether it is the same role in the same scope.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.role == other.role && self.scope == other.scope
    }

    fn overlaps(&self, other: &account_grant::Model) -> bool {
        let begins_before = |begin, end: Option<DateTime<Utc>>| end.is_none_or(|end| begin < end);
        begins_before(self.valid_from, other.valid_to)
            && begins_before(other.valid_from, self.valid_to)
    }
}

/// Grants a role to an account; answers with the account and the grant's id.
pub async fn grant_role(
    app: &App,
    call: &Call<'_>,
    account: &str,
    version: Option<i32>,
    new: &NewGrant,
) -> Result<Changed<(Held, Uuid)>> {
    let actor = call.actor;
    policy::require(actor, Action::GrantRole)?;
    let mut problems = Problems::default();
    let id = problems.take(id::decode(Kind::Account, account, "input.account"))?;
    let checked = check(&mut problems, app, None, "input.grant", new);
    problems.finish()?;
    let (Some(id), Some(checked)) = (id, checked) else {
        return Err(Error::NotFound);
    };
    let granted = app
        .db
        .write(async |txn| {
            if let Some(known) = replay::known(&txn, app, call).await? {
                return Ok(Changed::before((of_grant(&txn, known).await?, known)));
            }
            let held = held::visible(&txn, app, actor, id).await?;
            let mut problems = Problems::default();
            check_kind(&mut problems, Some(held.account.kind), "input.grant", new);
            problems.finish()?;
            held::not_oneself(actor, &held.account)?;
            require_grantable(app, actor, &checked)?;
            held::at_version(&held.account, version)?;
            held.check_together([&checked], "input.grant")?;
            let grant = insert(&txn, app, actor, held.account.id, &checked).await?;
            let detail = json!({
                "grant": id::encode(Kind::Grant, grant),
                "role": checked.role.code(),
                "scope": checked.scope.kind().code(),
            });
            let update = held::change(app, &held.account);
            held::commit(
                &txn,
                app,
                actor,
                &held.account,
                update,
                Action::GrantRole,
                detail,
            )
            .await?;
            replay::remember(&txn, app, call, grant).await?;
            Ok(Changed::now((
                held::of(&txn, held.account.id).await?,
                grant,
            )))
        })
        .await?;
    changed(app).await?;
    Ok(granted)
}

/// Takes a grant back; it stops to count within five seconds.
pub async fn revoke_grant(
    app: &App,
    call: &Call<'_>,
    grant: &str,
    version: Option<i32>,
) -> Result<Changed<(Held, Uuid)>> {
    let actor = call.actor;
    policy::require(actor, Action::RevokeGrant)?;
    let id = id::decode(Kind::Grant, grant, "input.grant")?;
    let revoked = app
        .db
        .write(async |txn| {
            let row = account_grant::Entity::find_by_id(id)
                .one(&*txn)
                .await?
                .ok_or(Error::NotFound)?;
            let held = held::visible(&txn, app, actor, row.account_id).await?;
            let scope = Scope::of(&row).ok_or(Error::NotFound)?;
            let kept = Kept::by(actor, &app.directory.now());
            if !kept.covers(&scope) {
                return Err(Error::NotFound);
            }
            held::not_oneself(actor, &held.account)?;
            if !kept.may_grant(row.role, &scope) {
                return Err(Error::Forbidden);
            }
            if row.revoked_at.is_some() {
                return Ok(Changed::before((held, id)));
            }
            held::at_version(&held.account, version)?;
            account_grant::Entity::update_many()
                .col_expr(account_grant::Column::RevokedAt, Expr::value(app.now()))
                .filter(account_grant::Column::Id.eq(id))
                .exec(&*txn)
                .await?;
            let detail = json!({
                "grant": id::encode(Kind::Grant, id),
                "role": row.role.code(),
                "scope": row.scope_kind.code(),
            });
            let update = held::change(app, &held.account);
            held::commit(
                &txn,
                app,
                actor,
                &held.account,
                update,
                Action::RevokeGrant,
                detail,
            )
            .await?;
            Ok(Changed::now((held::of(&txn, held.account.id).await?, id)))
        })
        .await?;
    changed(app).await?;
    Ok(revoked)
}

/// Tells the caches of this process that grants have changed.
pub(super) async fn changed(app: &App) -> Result<()> {
    app.sessions.forget();
    app.directory.refresh(&app.db).await
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

fn check_kind(problems: &mut Problems, kind: Option<AccountKind>, path: &str, new: &NewGrant) {
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
        } else if value.is_none() && wanted && field != "department" {
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

/// Refuses whoever may not grant that. What they do not even look after does not exist for them.
pub(super) fn require_grantable(app: &App, actor: &Actor, checked: &Checked) -> Result<()> {
    let kept = Kept::by(actor, &app.directory.now());
    if kept.may_grant(checked.role, &checked.scope) {
        Ok(())
    } else {
        Err(Error::Forbidden)
    }
}

/// Inserts a grant.
pub(super) async fn insert(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    account: Uuid,
    checked: &Checked,
) -> Result<Uuid> {
    let row = account_grant::Model {
        id: app.new_id(),
        account_id: account,
        role: checked.role,
        scope_kind: checked.scope.kind(),
        institution_id: checked.scope.institution(),
        department_id: checked.scope.department(),
        community_id: match checked.scope {
            Scope::Community(id) => Some(id),
            _ => None,
        },
        region: match &checked.scope {
            Scope::Region(region) => Some(region.clone()),
            _ => None,
        },
        valid_from: checked.valid_from,
        valid_to: checked.valid_to,
        granted_by: (!actor.is_system()).then_some(actor.account),
        revoked_at: None,
        created_at: app.now(),
    };
    let id = row.id;
    account_grant::Entity::insert(row.into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    Ok(id)
}

impl Held {
    /// Refuses grants that the account cannot hold together, or holds already.
    pub(super) fn check_together<'g>(
        &self,
        new: impl IntoIterator<Item = &'g Checked> + Clone,
        path: &str,
    ) -> Result<()> {
        let now_or_later: Vec<_> = self
            .grants
            .iter()
            .filter(|grant| grant.revoked_at.is_none())
            .collect();
        for checked in new.clone() {
            let twin = now_or_later.iter().find(|grant| {
                grant.role == checked.role
                    && Scope::of(grant).as_ref() == Some(&checked.scope)
                    && checked.overlaps(grant)
            });
            if let Some(twin) = twin {
                return Err(Error::Duplicate {
                    existing: Some(id::encode(Kind::Grant, twin.id)),
                    problems: vec![Problem::new(
                        path,
                        ProblemCode::Taken,
                        "The account holds this role there already.",
                    )],
                });
            }
        }
        // Whoever is to become another administrator gives up the first office before, not at the same moment.
        let roles: BTreeSet<_> = now_or_later
            .iter()
            .map(|grant| grant.role)
            .chain(new.into_iter().map(|checked| checked.role))
            .collect();
        if policy::account::may_hold_together(&roles) {
            Ok(())
        } else {
            Err(Error::invalid(
                format!("{path}.role"),
                ProblemCode::NotAllowed,
                "One account is never two of system, security and audit administrator.",
            ))
        }
    }
}

async fn of_grant(txn: &Txn, grant: Uuid) -> Result<Held> {
    let row = account_grant::Entity::find_by_id(grant)
        .one(&**txn)
        .await?
        .ok_or(Error::NotFound)?;
    held::of(txn, row.account_id).await
}
