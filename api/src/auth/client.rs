//! API clients: hospital systems and monitoring tools that fetch tokens with their secret or an assertion (RFC 6749, client credentials).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::{
    account, account_grant,
    enums::{AccountKind, Action},
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use crate::{
    app::App,
    auth::{
        Request,
        assertion::{self, Claimed, Shown},
        session,
    },
    error::{Error, ProblemCode, Result},
    id::{self, Kind},
};

/// An access token for a machine.
#[derive(Clone)]
pub struct Token {
    /// The token.
    pub access_token: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// The grant in whose scope it acts.
    pub grant: Uuid,
}

/// Gives a client an access token for one of its grants: the one that `scope` names by its id or its institution's, else the oldest.
///
/// # Errors
/// [`Error::SignInRefused`] where client and secret do not fit; [`Error::InvalidInput`] where `scope` names no grant of the client;
/// [`Error::RateLimited`] where the client was tried too often, or too much failed from the address.
pub async fn client_token(
    app: &App,
    client_id: &str,
    secret: &str,
    scope: Option<&str>,
    request: Arc<Request>,
) -> Result<Token> {
    let attempt = app.throttle.begin(client_id, request.address)?;
    let outcome = begin(app, client_id, secret, scope, request).await;
    attempt.end(&outcome);
    outcome
}

async fn begin(
    app: &App,
    client_id: &str,
    secret: &str,
    scope: Option<&str>,
    request: Arc<Request>,
) -> Result<Token> {
    let found = find(app, client_id).await?;
    let shown = session::secret_hash(secret);
    let kept = found.as_ref().map_or("", |client| &client.secret_hash);
    let fits: bool = kept.as_bytes().ct_eq(shown.as_bytes()).into();
    let id = found.as_ref().map_or_else(Uuid::nil, |client| client.id);
    let Some(client) = found.filter(|client| client.active && fits) else {
        let actor = session::bearer(id, None, request);
        return session::refuse(app, &actor, Action::SignIn, Error::SignInRefused).await;
    };
    give(app, client, None, scope, request).await
}

/// Gives a client an access token for an assertion of its own (`private_key_jwt`), as [`client_token`] does for a secret.
///
/// # Errors
/// [`Error::SignInRefused`] where the assertion is not good, or was used before; [`Error::InvalidInput`] where `scope` names no grant of
/// the client; [`Error::RateLimited`] where the client was tried too often, or too much failed from the address.
pub async fn asserted_token(
    app: &App,
    assertion: &str,
    client_id: Option<&str>,
    scope: Option<&str>,
    request: Arc<Request>,
) -> Result<Token> {
    let claimed = assertion::read(app, assertion, client_id)?;
    let attempt = app.throttle.begin(claimed.client(), request.address)?;
    let outcome = begin_asserted(app, &claimed, scope, request).await;
    attempt.end(&outcome);
    outcome
}

async fn begin_asserted(
    app: &App,
    claimed: &Claimed<'_>,
    scope: Option<&str>,
    request: Arc<Request>,
) -> Result<Token> {
    let found = find(app, claimed.client()).await?;
    let id = found.as_ref().map_or_else(Uuid::nil, |client| client.id);
    let actor = session::bearer(id, None, request.clone());
    let given = match found.filter(|client| client.active) {
        Some(client) => match claimed.verify(app, client.id).await {
            Ok(shown) => give(app, client, Some(&shown), scope, request).await,
            Err(error) => Err(error),
        },
        None => Err(Error::SignInRefused),
    };
    match given {
        Err(error @ Error::SignInRefused) => {
            session::refuse(app, &actor, Action::SignIn, error).await
        }
        given => given,
    }
}

async fn find(app: &App, client_id: &str) -> Result<Option<account::Model>> {
    let found = account::Entity::find()
        .filter(account::Column::Name.eq(client_id))
        .filter(account::Column::Kind.eq(AccountKind::Client))
        .one(app.db.reader())
        .await?;
    Ok(found)
}

async fn give(
    app: &App,
    client: account::Model,
    shown: Option<&Shown>,
    scope: Option<&str>,
    request: Arc<Request>,
) -> Result<Token> {
    let mine = session::grants(app.db.reader(), app, client.id).await?;
    let Some(grant) = choose(mine, scope) else {
        return Err(Error::invalid(
            "scope",
            ProblemCode::UnknownValue,
            "The client holds no such grant now.",
        ));
    };
    let life = app.settings.access_token_life;
    let ends = app.now() + life;
    let session = app
        .db
        .write(async |txn| {
            if let Some(shown) = shown {
                assertion::use_up(&txn, shown).await?;
            }
            let actor = session::bearer(client.id, Some(&grant), request.clone());
            session::note(&txn, app, &actor, Action::SignIn).await?;
            session::begin(&txn, app, client.id, grant.id, None, ends).await
        })
        .await?;
    let (access_token, expires_at) =
        session::access_token(app, client.id, session, grant.id, life).await?;
    Ok(Token {
        access_token,
        expires_at,
        grant: grant.id,
    })
}

fn choose(mine: Vec<account_grant::Model>, scope: Option<&str>) -> Option<account_grant::Model> {
    let Some(scope) = scope.map(str::trim).filter(|scope| !scope.is_empty()) else {
        return mine.into_iter().next();
    };
    let named = id::decode_any(scope)?;
    mine.into_iter().find(|grant| match named {
        (Kind::Grant, id) => grant.id == id,
        (Kind::Institution, id) => grant.institution_id == Some(id),
        _ => false,
    })
}
