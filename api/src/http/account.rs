//! Requests of somebody who has signed in, outside GraphQL: by the same token, with the same refusals, and on record alike.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Instant,
};

use axum::{
    extract::Request as HttpRequest,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use entity::enums::Action;
use uuid::Uuid;

use super::{
    form::{address, bearer},
    problem,
    refusal::Refusal,
};
use crate::{
    app::App,
    auth::{self, Actor, Request},
    error::{Error, Result},
    record::audit::Entry,
};

/// Answers a request of somebody who has signed in; a denial is audited, and one line is logged. `refusal` says with which status something is
/// refused.
pub(super) async fn answer<Fut>(
    app: App,
    request: HttpRequest,
    action: Action,
    refusal: fn(Error) -> Refusal,
    work: impl FnOnce(App, Actor, HttpRequest) -> Fut,
) -> Response
where
    Fut: Future<Output = Result<Response>>,
{
    let (began, id) = (Instant::now(), app.new_id());
    let statements = Arc::new(AtomicU32::new(0));
    let mut account = None;
    let answered = crate::db::counting(statements.clone(), async {
        let (token, asked) = caller(&request, id, action)?;
        let actor = auth::actor(&app, &token, asked).await.map_err(refusal)?;
        account = Some(actor.account);
        let outcome = work(app.clone(), actor.clone(), request).await;
        if let Err(error) = &outcome
            && error.is_denial()
        {
            let entry = Entry::denied(action, error);
            app.audit
                .write(&app, &actor, entry)
                .await
                .map_err(refusal)?;
        }
        outcome.map_err(refusal)
    });
    let (mut response, code) = match answered.await {
        Ok(response) => (response, None),
        Err(refusal) => (problem::refused(id, &refusal), Some(refusal.code.name())),
    };
    super::name_request(response.headers_mut(), id);
    if response.status() == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, challenge);
    }
    tracing::info!(
        request_id = %id,
        operation = action.code(),
        actor = account.map(|account| account.to_string()),
        statements = statements.load(Ordering::Relaxed),
        ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        status = response.status().as_u16(),
        code,
        "account"
    );
    response
}

/// The token that the caller brings, and the request that it makes.
fn caller(
    request: &HttpRequest,
    id: Uuid,
    action: Action,
) -> Result<(String, Arc<Request>), Refusal> {
    let token = bearer(request.headers())?.ok_or_else(|| Refusal::of(&Error::Unauthenticated))?;
    let operation = Some(action.code().to_owned());
    let asked = Request::new(id, address(request), operation, None);
    Ok((token, Arc::new(asked)))
}
