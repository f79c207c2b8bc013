//! Signing in with a password, and where needed a code of the second factor.

use std::sync::Arc;

use chrono::Duration;
use entity::{
    account,
    enums::{AccountKind, Action},
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, ExprTrait as _, QueryFilter as _,
    sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    app::App,
    auth::{
        Request, password, second_factor,
        session::{self, Issued},
    },
    db::Txn,
    error::{Error, ProblemCode, Result},
    record::audit,
};

/// How many failures in a row lock an account.
const FAILURES: i32 = 5;
/// For how long.
const LOCKED: Duration = Duration::minutes(15);

/// What a person shows to sign in.
#[derive(Clone)]
pub struct Credentials {
    /// User name.
    pub username: String,
    /// Password.
    pub password: String,
    /// Code of the second factor.
    pub code: Option<String>,
    /// The grant in whose scope to begin; the oldest where none is named.
    pub grant: Option<Uuid>,
}

/// Begins a session of a person.
///
/// # Errors
/// [`Error::SignInRefused`] for everything that an attacker could learn from; [`Error::InvalidInput`] where the password was right and
/// a code is wanted, [`Error::Forbidden`] where it was right and nothing is granted.
/// [`Error::RateLimited`] where the account was tried too often, or too much failed from the address.
pub async fn sign_in(app: &App, shown: Credentials, request: Arc<Request>) -> Result<Issued> {
    let attempt = app.throttle.begin(&shown.username, request.address)?;
    let outcome = begin(app, shown, request).await;
    attempt.end(&outcome);
    outcome
}

async fn begin(app: &App, shown: Credentials, request: Arc<Request>) -> Result<Issued> {
    let found = person(app, &shown.username).await?;
    let hash = found.as_ref().map(|account| account.secret_hash.as_str());
    let fits = password::verify(hash, &shown.password).await?;
    let account = found.as_ref().map_or_else(Uuid::nil, |account| account.id);
    let actor = session::bearer(account, None, request.clone());
    let Some(account) = found.filter(|account| account.active && !is_locked(app, account)) else {
        return session::refuse(app, &actor, Action::SignIn, Error::SignInRefused).await;
    };
    if !fits {
        return fail(app, &account, &request).await;
    }
    let mut step = account.totp_step;
    if account.totp_confirmed {
        let Some(code) = shown.code.filter(|code| !code.trim().is_empty()) else {
            return Err(Error::invalid(
                "input.code",
                ProblemCode::Required,
                "The code that your authenticator shows now is needed.",
            ));
        };
        match second_factor::check(app, &account, &code)? {
            Some(fresh) => step = fresh,
            None => return fail(app, &account, &request).await,
        }
    }
    let refresh_token = session::new_secret();
    let begun = app
        .db
        .write(async |txn| {
            let mine = session::grants(&*txn, app, account.id).await?;
            let grant = match shown.grant {
                Some(id) => mine.into_iter().find(|grant| grant.id == id),
                None => mine.into_iter().next(),
            };
            let Some(grant) = grant else {
                return Ok(Err(Error::Forbidden));
            };
            if !succeed(&txn, app, &account, step).await? {
                return Ok(Err(Error::SignInRefused));
            }
            let ends = app.now() + app.settings.session_life;
            let id =
                session::begin(&txn, app, account.id, grant.id, Some(&refresh_token), ends).await?;
            let actor = session::bearer(account.id, Some(&grant), request.clone());
            session::note(&txn, app, &actor, Action::SignIn).await?;
            Ok(Ok((id, grant.id)))
        })
        .await?;
    let (id, grant) = match begun {
        Ok(begun) => begun,
        Err(error) => return session::refuse(app, &actor, Action::SignIn, error).await,
    };
    let life = app.settings.access_token_life;
    let (access_token, expires_at) =
        session::access_token(app, account.id, id, grant, life).await?;
    Ok(Issued {
        access_token,
        expires_at,
        refresh_token: Some(refresh_token),
    })
}

/// Checks the password of somebody who is signed in already; failures count like those of a sign-in.
pub(super) async fn reauthenticate(
    app: &App,
    account: &account::Model,
    password: &str,
    request: &Arc<Request>,
) -> Result<()> {
    if is_locked(app, account) {
        return Err(Error::SignInRefused);
    }
    if password::verify(Some(&account.secret_hash), password).await? {
        return Ok(());
    }
    fail(app, account, request).await
}

async fn person(app: &App, username: &str) -> Result<Option<account::Model>> {
    Ok(account::Entity::find()
        .filter(account::Column::Name.eq(username.trim().to_lowercase()))
        .filter(account::Column::Kind.eq(AccountKind::Person))
        .one(app.db.reader())
        .await?)
}

fn is_locked(app: &App, account: &account::Model) -> bool {
    account.locked_until.is_some_and(|until| app.now() < until)
}

/// Counts a failure, locks the account after the fifth, and refuses. The count stays although the sign-in is refused.
async fn fail<T>(app: &App, account: &account::Model, request: &Arc<Request>) -> Result<T> {
    let error = Error::SignInRefused;
    app.db
        .write(async |txn| {
            account::Entity::update_many()
                .col_expr(
                    account::Column::FailedAttempts,
                    Expr::col(account::Column::FailedAttempts).add(1),
                )
                .filter(account::Column::Id.eq(account.id))
                .filter(unlocked(app))
                .exec(&*txn)
                .await?;
            account::Entity::update_many()
                .col_expr(account::Column::FailedAttempts, Expr::value(0))
                .col_expr(
                    account::Column::LockedUntil,
                    Expr::value(app.now() + LOCKED),
                )
                .filter(account::Column::Id.eq(account.id))
                .filter(account::Column::FailedAttempts.gte(FAILURES))
                .exec(&*txn)
                .await?;
            let actor = session::bearer(account.id, None, request.clone());
            let entry = audit::Entry::denied(Action::SignIn, &error);
            audit::record(&txn, app, &actor, entry).await
        })
        .await?;
    Err(error)
}

/// Forgets earlier failures and uses up the code. Refused where others have locked the account or used the code meanwhile: of many
/// guesses made at once, only those count that come before the fifth failure.
async fn succeed(txn: &Txn, app: &App, account: &account::Model, step: i64) -> Result<bool> {
    let mut update = account::Entity::update_many()
        .col_expr(account::Column::FailedAttempts, Expr::value(0))
        .col_expr(
            account::Column::LockedUntil,
            Expr::value(Option::<chrono::DateTime<chrono::Utc>>::None),
        )
        .col_expr(account::Column::TotpStep, Expr::value(step))
        .filter(account::Column::Id.eq(account.id))
        .filter(account::Column::Active.eq(true))
        .filter(account::Column::SecretHash.eq(&account.secret_hash))
        .filter(unlocked(app));
    if account.totp_confirmed {
        update = update.filter(account::Column::TotpStep.lt(step));
    }
    Ok(update.exec(&**txn).await?.rows_affected == 1)
}

fn unlocked(app: &App) -> Condition {
    Condition::any()
        .add(account::Column::LockedUntil.is_null())
        .add(account::Column::LockedUntil.lte(app.now()))
}
