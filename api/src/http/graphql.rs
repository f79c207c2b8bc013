//! `/graphql`: one operation a request, posted or, where it only reads, asked for by GET; answered at once, or as events.
//!
//! A request is read, its document admitted, its bearer recognised, in this order, so that whatever is refused for its form costs no
//! statement. Then the operation runs, the audit entry of what it shows is written, and only then does the answer leave.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, atomic::AtomicU32, atomic::Ordering},
    time::{Duration, Instant},
};

use axum::{
    body::{Body as HttpBody, Bytes},
    extract::{Request as HttpRequest, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response as HttpResponse},
};
use futures::{FutureExt as _, StreamExt as _};
use uuid::Uuid;

use super::{
    answer::Answer,
    body::Body,
    endpoint::{Endpoint, Line},
    form,
    negotiate::{self, Accepted, Media},
    refusal::Refusal,
    serve::TooSlow,
    stream::{
        event,
        operation::{Caller, Operation},
    },
};
use crate::{
    auth::{self, Request},
    error::{Error, ErrorCode},
    metrics::Ended,
};

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(15);
/// How much of a body that is too long is let come, so that its sender hears why it is refused and does not see a broken line.
const MOST_DRAINED: usize = 32 * 1024 * 1024;

/// Answers a request, and logs one line.
pub(super) async fn take(
    State(endpoint): State<Arc<Endpoint>>,
    request: HttpRequest,
) -> HttpResponse {
    if request.method() == Method::OPTIONS {
        return (StatusCode::NO_CONTENT, [(header::ALLOW, form::METHODS)]).into_response();
    }
    let began = Instant::now();
    let id = endpoint.app().new_id();
    let statements = Arc::new(AtomicU32::new(0));
    let mut line = Line::default();
    let accepted = negotiate::accepted(request.headers());
    let by_address = form::asks_by_address(request.method());
    let work = crate::db::counting(
        statements.clone(),
        work(&endpoint, id, accepted, request, &mut line),
    );
    // A panic of a resolver is this request's misfortune alone.
    let outcome = AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(Refusal::of(&Error::Internal("a panic".into()))));
    let (code, response) = match outcome {
        Ok(Outcome::Events(response)) => return named(response, id),
        Ok(Outcome::Answer(answer)) => (answer.code, answered(answer, accepted)),
        Err(refusal) => {
            let response = refused(id, &refusal, accepted, by_address);
            (Some(refusal.code), response)
        }
    };
    let response = named(response, id);
    let ended = Ended {
        kind: line.kind,
        code,
        statements: statements.load(Ordering::Relaxed),
        took: began.elapsed(),
    };
    endpoint.app().metrics.ended(ended);
    tracing::info!(
        request_id = %id,
        operation = line.operation.as_deref().unwrap_or_default(),
        actor = line.actor.map(|actor| actor.to_string()),
        cost = line.cost,
        statements = ended.statements,
        ms = u64::try_from(ended.took.as_millis()).unwrap_or(u64::MAX),
        status = response.status().as_u16(),
        code = code.map(ErrorCode::name),
        "graphql"
    );
    response
}

/// What comes of a request.
enum Outcome {
    /// An answer.
    Answer(Answer),
    /// A subscription, whose events have begun; it logs its line when it ends.
    Events(HttpResponse),
}

fn named(mut response: HttpResponse, id: Uuid) -> HttpResponse {
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    super::name_request(headers, id);
    response
}

fn answered(answer: Answer, accepted: Accepted) -> HttpResponse {
    let Some(media) = accepted.json else {
        return event::finished(&answer.body);
    };
    written(answer.body, media)
}

fn refused(id: Uuid, refusal: &Refusal, accepted: Accepted, by_address: bool) -> HttpResponse {
    // Who takes nothing but events would not read the body of another status.
    let told_by_events = matches!(refusal.status, StatusCode::BAD_REQUEST | StatusCode::OK);
    if accepted.json.is_none() && accepted.events && told_by_events {
        return event::finished(&refusal.body(id));
    }
    let media = accepted.media();
    let mut response = written(refusal.body(id), media);
    *response.status_mut() = refusal.status(media);
    tell(response.headers_mut(), refusal, by_address);
    response
}

fn written(body: Vec<u8>, media: Media) -> HttpResponse {
    let mut response = HttpResponse::new(HttpBody::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, media.header());
    response
}

/// What the headers of a refusal say.
fn tell(headers: &mut HeaderMap, refusal: &Refusal, by_address: bool) {
    match refusal.status {
        StatusCode::UNAUTHORIZED => {
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            let allowed = if by_address { "POST" } else { form::METHODS };
            headers.insert(header::ALLOW, HeaderValue::from_static(allowed));
        }
        _ => {}
    }
    if let Some(seconds) = refusal.retry_after {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
}

async fn work(
    endpoint: &Arc<Endpoint>,
    id: Uuid,
    accepted: Accepted,
    request: HttpRequest,
    line: &mut Line,
) -> Result<Outcome, Refusal> {
    form::check(request.method(), request.headers(), accepted.is_something())?;
    let token = form::bearer(request.headers())?;
    let key = form::idempotency_key(request.headers())?;
    let address = form::address(&request);
    let by_address = form::asks_by_address(request.method());
    let body = if by_address {
        Body::of_address(request.uri())?
    } else {
        Body::read(&read(endpoint, request).await?)?
    };
    let body = endpoint.find(body)?;
    if token.is_none() {
        endpoint.permit(&body.query, None).await?;
    }
    let admitted = endpoint.admit(body, line)?;
    let operation = admitted.operation();
    if by_address && operation.is_mutation() {
        return Err(Refusal::new(
            StatusCode::METHOD_NOT_ALLOWED,
            ErrorCode::InvalidInput,
            "Mutations are posted.",
        ));
    }
    let follows = operation.is_subscription();
    if follows && !accepted.events {
        return Err(Refusal::malformed(
            "Subscriptions are answered as text/event-stream, or at /graphql/ws over WebSocket.",
        ));
    }
    let request = Arc::new(Request::new(
        id,
        address,
        line.operation.clone(),
        key.filter(|_| operation.is_mutation())
            .map(|key| (key, admitted.hash())),
    ));
    let actor = match &token {
        Some(token) => Some(
            auth::actor(endpoint.app(), token, request.clone())
                .await
                .map_err(|error| Refusal::of(&error))?,
        ),
        None => None,
    };
    line.actor = actor.as_ref().map(|actor| actor.account);
    if let Some(actor) = &actor {
        endpoint.permit(admitted.query(), Some(actor)).await?;
    }
    endpoint.check_introspection(&admitted, actor.as_ref())?;
    let charged = endpoint.charge(line.cost, actor.as_ref(), address)?;
    if !follows {
        let answer = endpoint.run(&admitted, request, charged, actor).await?;
        return Ok(Outcome::Answer(answer));
    }
    let (Some(token), Some(actor)) = (token, actor) else {
        return Err(Refusal::of(&Error::Unauthenticated));
    };
    let hold = endpoint
        .hold_subscription(actor.account)
        .ok_or_else(|| Refusal::of(&Error::RateLimited { retry_after: 1 }))?;
    let caller = Caller::new(endpoint.app().clone(), token, address);
    let operation = Operation::over_http(caller, admitted, actor, charged, std::mem::take(line));
    Ok(Outcome::Events(event::follow(
        endpoint.clone(),
        operation,
        hold,
    )))
}

/// The body, as far as it may be long.
async fn read(endpoint: &Endpoint, request: HttpRequest) -> Result<Vec<u8>, Refusal> {
    let limit = endpoint.app().settings.limits.body;
    let read = tokio::time::timeout(BODY_TIME, collect(request.into_body(), limit)).await;
    let bytes = read.map_err(|_| late())?;
    bytes?.ok_or_else(|| {
        Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            ErrorCode::CostLimit,
            format!("The body is longer than {limit} bytes."),
        )
    })
}

fn is_too_slow(fault: &(dyn std::error::Error + 'static)) -> bool {
    fault.is::<TooSlow>() || fault.source().is_some_and(is_too_slow)
}

fn late() -> Refusal {
    Refusal::new(
        StatusCode::REQUEST_TIMEOUT,
        ErrorCode::InvalidInput,
        "The body took too long to arrive.",
    )
}

/// What arrives, or nothing where it is longer; the rest of it is let come, within bounds, and thrown away.
async fn collect(body: HttpBody, limit: usize) -> Result<Option<Vec<u8>>, Refusal> {
    let (mut bytes, mut arrived) = (Vec::new(), 0);
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk: Bytes = chunk.map_err(|fault| {
            if is_too_slow(&fault) {
                late()
            } else {
                Refusal::malformed("The body did not arrive.")
            }
        })?;
        arrived += chunk.len();
        if arrived <= limit {
            bytes.extend_from_slice(&chunk);
        } else if arrived > MOST_DRAINED {
            break;
        } else {
            bytes = Vec::new();
        }
    }
    Ok((arrived <= limit).then_some(bytes))
}
