//! Grants that are lent: whoever is posted somewhere acts there as its clinicians do, from when they come to when the posting ends. The moment at which
//! it ends is in the grant itself, so that no cache outlives it.

use chrono::{DateTime, Utc};
use entity::{
    account, account_grant,
    enums::{AccountKind, Action, Role},
};
use sea_orm::{
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, sea_query::Expr,
};
use serde_json::json;
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Scope, grant, held, new_grant::Checked},
    db::Txn,
    error::Result,
    id::{self, Kind},
};

/// Lets the accounts of a practitioner act at an institution as its clinicians do, from now until that moment; the grants that do so. Runs in the
/// transaction of whoever lends it, who tells the [caches](changed) when it is committed.
pub async fn lend(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    practitioner: Uuid,
    institution: Uuid,
    until: DateTime<Utc>,
) -> Result<Vec<Uuid>> {
    let accounts = account::Entity::find()
        .filter(account::Column::PractitionerId.eq(practitioner))
        .filter(account::Column::Kind.eq(AccountKind::Person))
        .order_by_asc(account::Column::Id)
        .all(&**txn)
        .await?;
    let mut grants = Vec::new();
    for account in accounts {
        let lent = Checked {
            role: Role::Clinician,
            scope: Scope::Institution {
                id: institution,
                department: None,
            },
            valid_from: app.now(),
            valid_to: Some(until),
        };
        let grant = app.new_id();
        grant::insert(txn, app, actor, (account.id, grant), &lent).await?;
        note(txn, app, actor, &account, Action::GrantRole, (grant, until)).await?;
        grants.push(grant);
    }
    Ok(grants)
}

/// Lets lent grants end at a later moment. One that was revoked stays so.
pub async fn prolong(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    grants: &[Uuid],
    until: DateTime<Utc>,
) -> Result<()> {
    for grant in of(txn, grants).await? {
        if grant.valid_to.is_some_and(|end| end < until) {
            bound(txn, app, actor, &grant, Action::GrantRole, until).await?;
        }
    }
    Ok(())
}

/// Ends lent grants now, unless they have ended before.
pub async fn end(txn: &Txn, app: &App, actor: &Actor, grants: &[Uuid]) -> Result<()> {
    let now = app.now();
    for grant in of(txn, grants).await? {
        if grant.valid_to.is_none_or(|end| now < end) {
            bound(txn, app, actor, &grant, Action::RevokeGrant, now).await?;
        }
    }
    Ok(())
}

/// Those of the grants that were not revoked.
async fn of(txn: &Txn, grants: &[Uuid]) -> Result<Vec<account_grant::Model>> {
    if grants.is_empty() {
        return Ok(Vec::new());
    }
    let found = account_grant::Entity::find()
        .filter(account_grant::Column::Id.is_in(grants.iter().copied()))
        .filter(account_grant::Column::RevokedAt.is_null())
        .order_by_asc(account_grant::Column::AccountId)
        .all(&**txn)
        .await?;
    Ok(found)
}

async fn bound(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    grant: &account_grant::Model,
    action: Action,
    until: DateTime<Utc>,
) -> Result<()> {
    account_grant::Entity::update_many()
        .col_expr(account_grant::Column::ValidTo, Expr::value(until))
        .filter(account_grant::Column::Id.eq(grant.id))
        .exec(&**txn)
        .await?;
    let held = held::of(txn, grant.account_id).await?;
    note(txn, app, actor, &held.account, action, (grant.id, until)).await
}

/// Tells the caches of this process that lent grants have changed. The change is committed: where they cannot be told, they find out by themselves
/// within seconds.
pub async fn changed(app: &App) {
    if let Err(error) = grant::changed(app).await {
        tracing::warn!(%error, "the directory could not be read again");
    }
}

async fn note(
    txn: &Txn,
    app: &App,
    actor: &Actor,
    account: &account::Model,
    action: Action,
    (grant, until): (Uuid, DateTime<Utc>),
) -> Result<()> {
    let detail = json!({
        "grant": id::encode(Kind::Grant, grant),
        "role": Role::Clinician.code(),
        "validTo": until,
    });
    let update = held::change(app, account);
    held::commit(txn, app, actor, account, update, action, detail).await
}
