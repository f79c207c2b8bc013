//! An account with its grants: how a keeper finds one, and how a change of one is written.

use entity::{
    account, account_grant,
    enums::{Action, SubjectKind},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, UpdateMany,
    sea_query::Expr,
};
use serde_json::Value;
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Scope},
    db::Txn,
    error::{Error, Problem, ProblemCode, Result},
    policy::account::Kept,
    record::{audit, event},
};

/// An account with its grants.
#[derive(Clone, Debug)]
pub struct Held {
    /// The account.
    pub account: account::Model,
    /// Its grants, oldest first, revoked ones included; to an institution's administrator only those that it looks after.
    pub grants: Vec<account_grant::Model>,
}

impl Held {
    /// Whether the actor may disable it or set its password.
    pub(super) fn is_ruled_by(&self, app: &App, actor: &Actor) -> bool {
        let now = app.now();
        let scopes: Vec<_> = self
            .grants
            .iter()
            .filter(|grant| {
                grant.revoked_at.is_none() && grant.valid_to.is_none_or(|end| now < end)
            })
            // What somebody does in a team of another institution does not take the account out of its own administrator's hands.
            .filter(|grant| grant.team_id.is_none())
            .filter_map(|grant| Some((grant.role, Scope::of(grant)?)))
            .collect();
        let kept = Kept::by(actor, &app.directory.now());
        kept.rules(scopes.iter().map(|(role, scope)| (*role, scope)))
    }

    /// The same with what the keeper looks after only.
    #[must_use]
    pub fn shown_to(mut self, kept: &Kept) -> Self {
        self.grants
            .retain(|grant| Scope::of(grant).is_some_and(|scope| kept.covers(&scope)));
        self
    }
}

/// The account of that id.
pub(super) async fn of(txn: &Txn, id: Uuid) -> Result<Held> {
    let account = account::Entity::find_by_id(id)
        .one(&**txn)
        .await?
        .ok_or(Error::NotFound)?;
    let grants = account_grant::Entity::find()
        .filter(account_grant::Column::AccountId.eq(id))
        .order_by_asc(account_grant::Column::Id)
        .all(&**txn)
        .await?;
    Ok(Held { account, grants })
}

/// The account of that id, if the actor looks after one of its grants, past ones included.
pub(super) async fn visible(txn: &Txn, app: &App, actor: &Actor, id: Uuid) -> Result<Held> {
    let held = of(txn, id).await?;
    let kept = Kept::by(actor, &app.directory.now());
    let mut scopes = held.grants.iter().filter_map(Scope::of);
    if kept == Kept::All || scopes.any(|scope| kept.covers(&scope)) {
        Ok(held)
    } else {
        Err(Error::NotFound)
    }
}

/// Refuses whoever would change what their own account may do: that takes two.
pub(super) fn not_oneself(actor: &Actor, account: &account::Model) -> Result<()> {
    if actor.account == account.id {
        Err(Error::Forbidden)
    } else {
        Ok(())
    }
}

/// Refuses a change of another version than the caller has seen.
pub(super) fn at_version(account: &account::Model, version: Option<i32>) -> Result<()> {
    if version.is_none_or(|version| version == account.version) {
        return Ok(());
    }
    Err(Error::Conflict {
        current_version: Some(account.version),
        problems: vec![Problem::new(
            "input.version",
            ProblemCode::Version,
            "The account has changed since it was read.",
        )],
    })
}

/// The change of an account as it was read, and no other.
pub(super) fn change(app: &App, account: &account::Model) -> UpdateMany<account::Entity> {
    account::Entity::update_many()
        .col_expr(account::Column::Version, Expr::value(account.version + 1))
        .col_expr(account::Column::UpdatedAt, Expr::value(app.now()))
        .filter(account::Column::Id.eq(account.id))
        .filter(account::Column::Version.eq(account.version))
}

/// Makes the change and puts it on record.
pub(super) async fn commit(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    account: &account::Model,
    update: UpdateMany<account::Entity>,
    action: Action,
    detail: Value,
) -> Result<()> {
    if update.exec(&**txn).await?.rows_affected == 0 {
        return Err(Error::Overtaken);
    }
    record(
        txn,
        app,
        actor,
        (account.id, account.version + 1),
        action,
        detail,
    )
    .await
}

/// Puts what happened to an account on record.
pub(super) async fn record(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    (account, version): (Uuid, i32),
    action: Action,
    detail: Value,
) -> Result<()> {
    let subject = (SubjectKind::Account, account);
    let happened = event::Happened::plain(action, subject, version).with_detail(detail);
    event::record(txn, app, actor, happened).await?;
    let entry = audit::Entry::done(action, Some(subject));
    audit::record(txn, app, actor, entry).await
}
