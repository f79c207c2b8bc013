//! API clients: hospital systems and monitoring tools that fetch tokens with their secret (RFC 6749, client credentials).

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
    auth::{Request, session},
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
/// [`Error::SignInRefused`] where client and secret do not fit; [`Error::InvalidInput`] where `scope` names no grant of the client.
pub async fn client_token(
    app: &App,
    client_id: &str,
    secret: &str,
    scope: Option<&str>,
    request: Arc<Request>,
) -> Result<Token> {
    let found = account::Entity::find()
        .filter(account::Column::Name.eq(client_id))
        .filter(account::Column::Kind.eq(AccountKind::Client))
        .one(app.db.reader())
        .await?;
    let shown = session::secret_hash(secret);
    let kept = found.as_ref().map_or("", |client| &client.secret_hash);
    let fits: bool = kept.as_bytes().ct_eq(shown.as_bytes()).into();
    let id = found.as_ref().map_or_else(Uuid::nil, |client| client.id);
    let Some(client) = found.filter(|client| client.active && fits) else {
        let actor = session::bearer(id, None, request);
        return session::refuse(app, &actor, Action::SignIn, Error::SignInRefused).await;
    };
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
