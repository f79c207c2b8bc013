//! Sessions of people: how one begins, goes on, moves to another scope and ends.

use std::{sync::Arc, time::Duration as Life};

use chrono::{DateTime, Duration, Utc};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use entity::{
    account, account_grant,
    enums::{Action, SubjectKind},
    session,
};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, sea_query::Expr,
};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{Actor, Request, Scope, assertion, key, token},
    crypto::random,
    db::Txn,
    error::{Error, Result},
    record::audit,
};

/// What its owner gets of a session.
#[derive(Clone)]
pub struct Issued {
    /// The access token.
    pub access_token: String,
    /// When the access token ends.
    pub expires_at: DateTime<Utc>,
    /// The refresh token; machines have none and fetch a new access token instead.
    pub refresh_token: Option<String>,
}

/// Goes on with a session. The refresh token is used up and another one given; using one again ends the session, because two hold it.
pub async fn refresh(app: &App, refresh_token: &str, request: Arc<Request>) -> Result<Issued> {
    let old = secret_hash(refresh_token);
    let new = new_secret();
    let refreshed = app
        .db
        .write(async |txn| {
            let now = app.now();
            let found = session::Entity::find()
                .filter(
                    Condition::any()
                        .add(session::Column::RefreshHash.eq(&old))
                        .add(session::Column::PreviousHash.eq(&old)),
                )
                .filter(session::Column::RevokedAt.is_null())
                .filter(session::Column::ExpiresAt.gt(now))
                .one(&*txn)
                .await?;
            let Some(found) = found else {
                return Ok(Err(None));
            };
            if found.refresh_hash.as_ref() != Some(&old) {
                revoke(
                    &txn,
                    app,
                    Condition::all().add(session::Column::Id.eq(found.id)),
                )
                .await?;
                return Ok(Err(Some(found)));
            }
            let account = active_account(&txn, found.account_id).await?;
            let grant = grants(&*txn, app, found.account_id).await?;
            let grant = grant.into_iter().find(|grant| grant.id == found.grant_id);
            let (Some(account), Some(grant)) = (account, grant) else {
                return Ok(Err(Some(found)));
            };
            let ends = now + app.settings.session_life;
            let changed = session::Entity::update_many()
                .col_expr(session::Column::RefreshHash, Expr::value(secret_hash(&new)))
                .col_expr(session::Column::PreviousHash, Expr::value(old.clone()))
                .col_expr(session::Column::ExpiresAt, Expr::value(ends))
                .filter(session::Column::Id.eq(found.id))
                .filter(session::Column::RefreshHash.eq(&old))
                .filter(session::Column::RevokedAt.is_null())
                .exec(&*txn)
                .await?;
            if changed.rows_affected == 0 {
                return Ok(Err(Some(found)));
            }
            let actor = bearer(account.id, Some(&grant), request.clone());
            note(&txn, app, &actor, Action::RefreshSession).await?;
            Ok(Ok((account.id, found.id, grant.id)))
        })
        .await?;
    match refreshed {
        Ok((account, session, grant)) => {
            app.sessions.forget_session(session);
            let (access_token, expires_at) =
                access_token(app, account, session, grant, app.settings.access_token_life).await?;
            Ok(Issued {
                access_token,
                expires_at,
                refresh_token: Some(new),
            })
        }
        Err(known) => {
            if let Some(known) = &known {
                app.sessions.forget_session(known.id);
            }
            let account = known.map_or_else(Uuid::nil, |known| known.account_id);
            let actor = bearer(account, None, request);
            refuse(app, &actor, Action::RefreshSession, Error::Unauthenticated).await
        }
    }
}

/// Acts in the scope of another grant of one's own. The tokens of the scope before stay good until they end.
pub async fn switch_scope(app: &App, actor: &Actor, grant: Uuid) -> Result<Issued> {
    let id = actor.session.ok_or(Error::Unauthenticated)?;
    let new = new_secret();
    let refreshes = app
        .db
        .write(async |txn| {
            let mine = grants(&*txn, app, actor.account).await?;
            let grant = mine
                .iter()
                .find(|mine| mine.id == grant)
                .ok_or(Error::NotFound)?;
            let found = session::Entity::find_by_id(id)
                .one(&*txn)
                .await?
                .ok_or(Error::Unauthenticated)?;
            let refreshes = found.refresh_hash.is_some();
            let mut update = session::Entity::update_many()
                .col_expr(session::Column::GrantId, Expr::value(grant.id))
                .filter(session::Column::Id.eq(id))
                .filter(session::Column::RevokedAt.is_null());
            if let Some(old) = found.refresh_hash {
                update = update
                    .col_expr(session::Column::RefreshHash, Expr::value(secret_hash(&new)))
                    .col_expr(session::Column::PreviousHash, Expr::value(old.clone()))
                    .filter(session::Column::RefreshHash.eq(old));
            }
            if update.exec(&*txn).await?.rows_affected == 0 {
                return Err(Error::Overtaken);
            }
            let actor = bearer(actor.account, Some(grant), actor.request.clone());
            note(&txn, app, &actor, Action::SwitchScope).await?;
            Ok(refreshes)
        })
        .await?;
    let life = app.settings.access_token_life;
    let (access_token, expires_at) = access_token(app, actor.account, id, grant, life).await?;
    Ok(Issued {
        access_token,
        expires_at,
        refresh_token: refreshes.then_some(new),
    })
}

/// Ends the actor's session.
pub async fn sign_out(app: &App, actor: &Actor) -> Result<()> {
    let id = actor.session.ok_or(Error::Unauthenticated)?;
    app.db
        .write(async |txn| {
            revoke(&txn, app, Condition::all().add(session::Column::Id.eq(id))).await?;
            note(&txn, app, actor, Action::SignOut).await
        })
        .await?;
    app.sessions.forget_session(id);
    Ok(())
}

/// Begins a session for that account and grant and gives an access token good for `life` (a day at most), without a password:
/// for the command line and the demo.
pub async fn issue_token(app: &App, account: Uuid, grant: Uuid, life: Life) -> Result<String> {
    let ends = app.now() + Duration::from_std(life).unwrap_or(key::LONGEST_LIFE);
    let id = app
        .db
        .write(async |txn| begin(&txn, app, account, grant, None, ends).await)
        .await?;
    Ok(access_token(app, account, id, grant, life).await?.0)
}

/// Removes sessions that ended more than a day ago, and assertions of clients that have run out.
pub async fn sweep(txn: &Txn, app: &App) -> Result<()> {
    assertion::sweep(txn, app).await?;
    session::Entity::delete_many()
        .filter(session::Column::ExpiresAt.lt(app.now() - Duration::days(1)))
        .exec(&**txn)
        .await?;
    Ok(())
}

/// Inserts a session.
pub(super) async fn begin(
    txn: &Txn,
    app: &App,
    account: Uuid,
    grant: Uuid,
    refresh_token: Option<&str>,
    ends: DateTime<Utc>,
) -> Result<Uuid> {
    let row = session::Model {
        id: app.new_id(),
        account_id: account,
        grant_id: grant,
        refresh_hash: refresh_token.map(secret_hash),
        previous_hash: None,
        expires_at: ends,
        revoked_at: None,
        created_at: app.now(),
    };
    let id = row.id;
    session::Entity::insert(row.into_active_model())
        .exec_without_returning(&**txn)
        .await?;
    Ok(id)
}

/// Ends sessions.
pub(super) async fn revoke(txn: &Txn, app: &App, which: Condition) -> Result<()> {
    session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(app.now()))
        .filter(which)
        .filter(session::Column::RevokedAt.is_null())
        .exec(&**txn)
        .await?;
    Ok(())
}

/// Signs an access token of a session.
pub(super) async fn access_token(
    app: &App,
    account: Uuid,
    session: Uuid,
    grant: Uuid,
    life: Life,
) -> Result<(String, DateTime<Utc>)> {
    let life = Duration::from_std(life)
        .unwrap_or(key::LONGEST_LIFE)
        .min(key::LONGEST_LIFE);
    let until = app.now() + life;
    let ring = app.sessions.ring(app).await?;
    let claims = token::Claims::new(app, account, session, grant, until);
    Ok((token::sign(&ring, &claims)?, until))
}

/// The grants of an account that count now, oldest first.
pub(super) async fn grants(
    connection: &impl ConnectionTrait,
    app: &App,
    account: Uuid,
) -> Result<Vec<account_grant::Model>> {
    let now = app.now();
    Ok(account_grant::Entity::find()
        .filter(account_grant::Column::AccountId.eq(account))
        .filter(account_grant::Column::RevokedAt.is_null())
        .filter(account_grant::Column::ValidFrom.lte(now))
        .filter(
            Condition::any()
                .add(account_grant::Column::ValidTo.is_null())
                .add(account_grant::Column::ValidTo.gt(now)),
        )
        .order_by_asc(account_grant::Column::Id)
        .all(connection)
        .await?)
}

async fn active_account(txn: &Txn, id: Uuid) -> Result<Option<account::Model>> {
    Ok(account::Entity::find_by_id(id)
        .filter(account::Column::Active.eq(true))
        .one(&**txn)
        .await?)
}

/// A secret that nobody can guess: 256 bits.
pub(super) fn new_secret() -> String {
    BASE64URL_NOPAD.encode(&random::<32>())
}

/// What is kept of a secret of 256 bits.
pub(super) fn secret_hash(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret))
}

/// Whoever shows a password, a secret or a refresh token, as the audit trail is told; never handed to a service.
pub(super) fn bearer(
    account: Uuid,
    grant: Option<&account_grant::Model>,
    request: Arc<Request>,
) -> Actor {
    Actor {
        account,
        practitioner: None,
        session: None,
        scope: grant.and_then(Scope::of).unwrap_or(Scope::Installation),
        roles: grant.map(|grant| grant.role).into_iter().collect(),
        request,
    }
}

/// Writes the audit entry of a session's step.
pub(super) async fn note(txn: &Txn, app: &App, actor: &Actor, action: Action) -> Result<()> {
    let subject = (SubjectKind::Account, actor.account);
    let entry = audit::Entry::done(action, Some(subject));
    audit::record(txn, app, actor, entry).await
}

/// Writes the audit entry of a refusal, then refuses.
pub(super) async fn refuse<T>(app: &App, actor: &Actor, action: Action, error: Error) -> Result<T> {
    let entry = audit::Entry::denied(action, &error);
    app.audit.write(app, actor, entry).await?;
    Err(error)
}
