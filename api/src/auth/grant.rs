//! Grants: which role an account holds where, and from when to when.

use std::collections::BTreeSet;

use entity::{account_grant, enums::Action};
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
        new_grant::{Checked, check, check_kind},
    },
    db::Txn,
    error::{Error, Problem, ProblemCode, Problems, Result},
    id::{self, Kind},
    policy::{self, account::Kept},
    record::replay::{self, Changed},
};

pub use super::new_grant::NewGrant;

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
            held.check_together([&checked], "input.grant.role")?;
            let grant = app.new_id();
            insert(&txn, app, actor, (held.account.id, grant), &checked).await?;
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
    (account, id): (Uuid, Uuid),
    checked: &Checked,
) -> Result<()> {
    let row = account_grant::Model {
        id,
        account_id: account,
        role: checked.role,
        scope_kind: checked.scope.kind(),
        institution_id: checked.scope.home(),
        department_id: checked.scope.department(),
        centre_id: checked.scope.centre(),
        team_id: checked.scope.team(),
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
    account_grant::Entity::insert(row.into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    Ok(())
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
                path,
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
