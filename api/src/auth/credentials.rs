//! What an account signs in with, and whether it may: set by its keeper, or by its owner.

use entity::{
    account,
    enums::{AccountKind, Action},
    session,
};
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, sea_query::Expr};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{
        Actor, Call,
        account::Opened,
        assertion,
        held::{self, Held},
        password, session as sessions, sign_in,
    },
    db::Txn,
    error::{Error, ProblemCode, Problems, Result},
    id::{self, Kind},
    policy,
    record::replay::{self, Changed},
};

/// Lets an account sign in, or keeps it from doing so; disabling ends its sessions.
pub async fn set_account_status(
    app: &App,
    call: &Call<'_>,
    account: &str,
    version: Option<i32>,
    active: bool,
) -> Result<Changed<Held>> {
    policy::require(call.actor, Action::SetAccountStatus)?;
    let id = id::decode(Kind::Account, account, "input.account")?;
    let changed = app
        .db
        .write(async |txn| {
            let held = ruled(&txn, app, call.actor, id).await?;
            if held.account.active == active {
                return Ok(Changed::before(held));
            }
            held::at_version(&held.account, version)?;
            let update = held::change(app, &held.account)
                .col_expr(account::Column::Active, Expr::value(active));
            let detail = json!({ "active": active });
            let action = Action::SetAccountStatus;
            held::commit(&txn, app, call.actor, &held.account, update, action, detail).await?;
            if !active {
                end_sessions(&txn, app, id, None).await?;
            }
            Ok(Changed::now(held::of(&txn, id).await?))
        })
        .await?;
    app.sessions.forget();
    Ok(changed)
}

/// Gives a person a new password, shown this once and to be changed at the next sign-in, and unlocks the account. The second factor is
/// dropped where that is asked for. All sessions end.
pub async fn reset_credentials(
    app: &App,
    call: &Call<'_>,
    account: &str,
    version: Option<i32>,
    drop_second_factor: bool,
) -> Result<Changed<Opened>> {
    policy::require(call.actor, Action::ResetCredentials)?;
    let secret = password::generate();
    let hash = password::hash(&secret).await?;
    let action = Action::ResetCredentials;
    renew(app, call, action, account, version, secret, |update| {
        let update = update
            .col_expr(account::Column::SecretHash, Expr::value(hash.clone()))
            .col_expr(account::Column::MustChangePassword, Expr::value(true))
            .col_expr(account::Column::FailedAttempts, Expr::value(0))
            .col_expr(
                account::Column::LockedUntil,
                Expr::value(Option::<chrono::DateTime<chrono::Utc>>::None),
            );
        if !drop_second_factor {
            return update;
        }
        update
            .col_expr(
                account::Column::TotpCipher,
                Expr::value(Option::<Vec<u8>>::None),
            )
            .col_expr(account::Column::TotpConfirmed, Expr::value(false))
    })
    .await
}

/// Gives a machine a new secret, shown this once. The old one, its public keys and the tokens that it fetched stop to work.
pub async fn rotate_api_client_secret(
    app: &App,
    call: &Call<'_>,
    account: &str,
    version: Option<i32>,
) -> Result<Changed<Opened>> {
    policy::require(call.actor, Action::RotateApiClientSecret)?;
    let secret = sessions::new_secret();
    let hash = sessions::secret_hash(&secret);
    let action = Action::RotateApiClientSecret;
    renew(app, call, action, account, version, secret, |update| {
        update.col_expr(account::Column::SecretHash, Expr::value(hash.clone()))
    })
    .await
}

/// Changes the actor's own password; its other sessions end.
pub async fn change_password(app: &App, actor: &Actor, current: &str, new: &str) -> Result<()> {
    let account = account::Entity::find_by_id(actor.account)
        .one(app.db.reader())
        .await?
        .filter(|account| account.kind == AccountKind::Person)
        .ok_or(Error::Forbidden)?;
    let mut problems = Problems::default();
    password::check(&mut problems, "input.newPassword", &account.name, new);
    problems.check(
        current != new,
        "input.newPassword",
        ProblemCode::Inconsistent,
        "Choose another password than the present one.",
    );
    problems.finish()?;
    sign_in::reauthenticate(app, &account, current, &actor.request).await?;
    let hash = password::hash(new).await?;
    app.db
        .write(async |txn| {
            let now = held::of(&txn, account.id).await?.account;
            if now.secret_hash != account.secret_hash {
                return Err(Error::SignInRefused);
            }
            let update = held::change(app, &now)
                .col_expr(account::Column::SecretHash, Expr::value(hash.clone()))
                .col_expr(account::Column::MustChangePassword, Expr::value(false))
                .col_expr(account::Column::FailedAttempts, Expr::value(0));
            let action = Action::ChangePassword;
            held::commit(&txn, app, actor, &now, update, action, Value::Null).await?;
            end_sessions(&txn, app, account.id, actor.session).await
        })
        .await?;
    app.sessions.forget();
    Ok(())
}

async fn renew(
    app: &App,
    call: &Call<'_>,
    action: Action,
    account: &str,
    version: Option<i32>,
    secret: String,
    what: impl Fn(sea_orm::UpdateMany<account::Entity>) -> sea_orm::UpdateMany<account::Entity>,
) -> Result<Changed<Opened>> {
    let id = id::decode(Kind::Account, account, "input.account")?;
    let wanted = match action {
        Action::RotateApiClientSecret => AccountKind::Client,
        _ => AccountKind::Person,
    };
    let renewed = app
        .db
        .write(async |txn| {
            if let Some(known) = replay::known(&txn, app, call).await? {
                return Ok(Changed::before(held::of(&txn, known).await?));
            }
            let held = ruled(&txn, app, call.actor, id).await?;
            if held.account.kind != wanted {
                return Err(Error::invalid(
                    "input.account",
                    ProblemCode::WrongType,
                    "People have passwords, API clients have secrets.",
                ));
            }
            held::at_version(&held.account, version)?;
            let update = what(held::change(app, &held.account));
            let account = &held.account;
            held::commit(&txn, app, call.actor, account, update, action, Value::Null).await?;
            end_sessions(&txn, app, id, None).await?;
            assertion::forget(&txn, id).await?;
            replay::remember(&txn, app, call, id).await?;
            Ok(Changed::now(held::of(&txn, id).await?))
        })
        .await?;
    app.sessions.forget();
    Ok(Changed {
        object: Opened {
            held: renewed.object,
            secret: Some(secret).filter(|_| !renewed.replayed),
        },
        replayed: renewed.replayed,
    })
}

/// An account that the actor sees, does not own, and may disable or give a new secret.
async fn ruled(txn: &Txn, app: &App, actor: &Actor, id: Uuid) -> Result<Held> {
    let held = held::visible(txn, app, actor, id).await?;
    held::not_oneself(actor, &held.account)?;
    if held.is_ruled_by(app, actor) {
        Ok(held)
    } else {
        Err(Error::Forbidden)
    }
}

async fn end_sessions(txn: &Txn, app: &App, account: Uuid, but: Option<Uuid>) -> Result<()> {
    let mut which = Condition::all().add(session::Column::AccountId.eq(account));
    if let Some(but) = but {
        which = which.add(session::Column::Id.ne(but));
    }
    sessions::revoke(txn, app, which).await
}
