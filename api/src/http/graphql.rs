//! `POST /graphql`: one operation a request, over the executor of the schema.
//!
//! A request is read, its document admitted, its bearer recognised, in this order, so that whatever is refused for its form costs no
//! statement. Then the operation runs, the audit entry of what it shows is written, and only then does the answer leave.

use std::{
    net::{IpAddr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::{Arc, atomic::AtomicU32, atomic::Ordering},
    time::{Duration, Instant},
};

use apollo_compiler::executable::Operation;
use async_graphql::Variables;
use axum::{
    body::Body as HttpBody,
    extract::{ConnectInfo, Request as HttpRequest, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::Response as HttpResponse,
};
use futures::FutureExt as _;
use http_body_util::LengthLimitError;
use uuid::Uuid;

use super::{
    answer::{self, Answer},
    body::Body,
    cost,
    document::{Document, Documents, SCHEMA},
    negotiate::{self, Media},
    refusal::Refusal,
    shown, variables,
};
use crate::{
    app::App,
    auth::{self, Actor, Request},
    batch::Batches,
    error::{Error, ErrorCode, ProblemCode},
    schema::{self, Schema},
};

/// How long a body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(15);
/// Longest `Idempotency-Key`.
const LONGEST_KEY: usize = 200;

/// What the endpoint stands on.
pub(super) struct Endpoint {
    app: App,
    schema: Schema,
    documents: Documents,
}

/// What is logged of an operation; never variables, names, numbers or tokens.
#[derive(Default)]
struct Line {
    operation: Option<String>,
    actor: Option<Uuid>,
    cost: u64,
}

/// Answers a request, and logs one line.
pub(super) async fn post(
    State(endpoint): State<Arc<Endpoint>>,
    request: HttpRequest,
) -> HttpResponse {
    let began = Instant::now();
    let id = endpoint.app.new_id();
    let statements = Arc::new(AtomicU32::new(0));
    let mut line = Line::default();
    let media = negotiate::accepted(request.headers());
    let work = crate::db::counting(
        statements.clone(),
        endpoint.work(id, media.is_some(), request, &mut line),
    );
    // A panic of a resolver is this request's misfortune alone.
    let outcome = AssertUnwindSafe(work)
        .catch_unwind()
        .await
        .unwrap_or_else(|_| Err(Refusal::of(&Error::Internal("a panic".into()))));
    let (status, code, mut response) = match outcome {
        Ok(answer) => (
            StatusCode::OK,
            answer.code,
            HttpResponse::new(answer.body.into()),
        ),
        Err(refusal) => {
            let code = refusal.code.name().to_owned();
            (refusal.status, Some(code), refused(id, &refusal))
        }
    };
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, media.unwrap_or(Media::Json).header());
    super::name_request(response.headers_mut(), id);
    tracing::info!(
        request_id = %id,
        operation = line.operation.as_deref().unwrap_or_default(),
        actor = line.actor.map(|actor| actor.to_string()),
        cost = line.cost,
        statements = statements.load(Ordering::Relaxed),
        ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        status = status.as_u16(),
        code,
        "graphql"
    );
    response
}

fn refused(id: Uuid, refusal: &Refusal) -> HttpResponse {
    let mut response = HttpResponse::new(HttpBody::from(refusal.body(id)));
    *response.status_mut() = refusal.status;
    let headers = response.headers_mut();
    match refusal.status {
        StatusCode::UNAUTHORIZED => {
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            headers.insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        _ => {}
    }
    if let Some(seconds) = refusal.retry_after {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    response
}

impl Endpoint {
    pub(super) fn new(app: App, schema: Schema) -> Self {
        Self {
            documents: Documents::new(app.settings.limits),
            app,
            schema,
        }
    }

    async fn work(
        &self,
        id: Uuid,
        acceptable: bool,
        request: HttpRequest,
        line: &mut Line,
    ) -> Result<Answer, Refusal> {
        check_form(request.method(), request.headers(), acceptable)?;
        let token = bearer(request.headers())?;
        let key = idempotency_key(request.headers())?;
        let address = address(&request);
        let body = Body::read(&self.read(request.into_body()).await?)?;
        let document = self.documents.admit(&body.query)?;
        let operation = document.operation(body.operation_name.as_deref())?;
        line.operation = operation.name.as_ref().map(ToString::to_string);
        line.cost = self.price(&body, &document, operation)?;
        let request = Arc::new(Request::new(
            id,
            address,
            line.operation.clone(),
            key.filter(|_| operation.is_mutation())
                .map(|key| (key, body.hash())),
        ));
        let actor = match token {
            Some(token) => Some(
                auth::actor(&self.app, &token, request.clone())
                    .await
                    .map_err(|error| Refusal::of(&error))?,
            ),
            None => None,
        };
        line.actor = actor.as_ref().map(|actor| actor.account);
        self.check_introspection(&document, operation, actor.as_ref())?;
        self.run(body, &document, request, actor).await
    }

    async fn read(&self, body: HttpBody) -> Result<axum::body::Bytes, Refusal> {
        let limit = self.app.settings.limits.body;
        let read = tokio::time::timeout(BODY_TIME, axum::body::to_bytes(body, limit)).await;
        read.map_err(|_| {
            Refusal::new(
                StatusCode::REQUEST_TIMEOUT,
                ErrorCode::InvalidInput,
                "The body took too long to arrive.",
            )
        })?
        .map_err(|fault| {
            let source = std::error::Error::source(&fault);
            if source.is_some_and(<dyn std::error::Error>::is::<LengthLimitError>) {
                Refusal::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    ErrorCode::CostLimit,
                    format!("The body is longer than {limit} bytes."),
                )
            } else {
                Refusal::malformed("The body did not arrive.")
            }
        })
    }

    /// What the operation costs with its variables, if they fit and it is not too much.
    fn price(
        &self,
        body: &Body,
        document: &Document,
        operation: &Operation,
    ) -> Result<u64, Refusal> {
        let variables = variables::coerce(&SCHEMA, operation, &body.typed_variables())?;
        let cost = cost::cost(&document.typed, operation, &variables);
        let limit = self.app.settings.limits.cost;
        if cost > limit {
            return Err(Refusal::too_costly(format!(
                "The operation costs {cost}; {limit} is the most. Ask for shorter pages."
            )));
        }
        Ok(cost)
    }

    /// The schema is for those who have signed in, unless the operator says otherwise.
    fn check_introspection(
        &self,
        document: &Document,
        operation: &Operation,
        actor: Option<&Actor>,
    ) -> Result<(), Refusal> {
        let introspects = operation
            .root_fields(&document.typed)
            .any(|field| field.name == "__schema" || field.name == "__type");
        if !introspects {
            return Ok(());
        }
        if actor.is_none() && !self.app.settings.anonymous_introspection {
            return Err(Refusal::of(&Error::Unauthenticated));
        }
        apollo_compiler::introspection::check_max_depth(&document.typed, operation)
            .map_err(|_| Refusal::too_costly("The introspection goes round in circles."))
    }

    async fn run(
        &self,
        body: Body,
        document: &Document,
        request: Arc<Request>,
        actor: Option<Actor>,
    ) -> Result<Answer, Refusal> {
        let variables = serde_json::Value::Object(body.variables);
        let mut work = async_graphql::Request::new(body.query)
            .variables(Variables::from_json(variables))
            .data(request.clone());
        if let Some(name) = body.operation_name {
            work = work.operation_name(name);
        }
        if let Some(actor) = &actor {
            work = work.data(actor.clone());
        }
        let batches = Batches::default();
        work = schema::with_loaders(work, &self.app, actor.as_ref(), &batches);
        work.set_parsed_query(document.parsed.clone());
        let response = batches.run(self.schema.execute(work)).await;
        // What is shown is on record before anybody sees it.
        if let Some(actor) = &actor {
            shown::record(&self.app, actor)
                .await
                .map_err(|error| Refusal::of(&error))?;
        }
        answer::render(response, request.id)
    }
}

fn check_form(method: &Method, headers: &HeaderMap, acceptable: bool) -> Result<(), Refusal> {
    let refuse =
        |status, message: &str| Err(Refusal::new(status, ErrorCode::InvalidInput, message));
    if method != Method::POST {
        return refuse(
            StatusCode::METHOD_NOT_ALLOWED,
            "Operations are posted; no other method is taken here.",
        );
    }
    if !acceptable {
        return refuse(
            StatusCode::NOT_ACCEPTABLE,
            "Answers are application/graphql-response+json or application/json.",
        );
    }
    if !negotiate::is_json(headers) {
        return refuse(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "The body must be application/json in UTF-8.",
        );
    }
    Ok(())
}

/// The bearer's token; none where the request carries no credentials.
fn bearer(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    value
        .to_str()
        .ok()
        .filter(|_| values.next().is_none())
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| Some(token.trim().to_owned()))
        .ok_or_else(|| Refusal::of(&Error::Unauthenticated))
}

/// The `Idempotency-Key`, if there is one.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let mut values = headers.get_all("idempotency-key").iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    value
        .to_str()
        .ok()
        .filter(|_| values.next().is_none())
        .filter(|key| (1..=LONGEST_KEY).contains(&key.len()))
        .filter(|key| key.bytes().all(|byte| byte.is_ascii_graphic()))
        .map(|key| Some(key.to_owned()))
        .ok_or_else(|| {
            Refusal::parameter(
                "Idempotency-Key",
                ProblemCode::Format,
                "An Idempotency-Key is given once and has 1 to 200 visible ASCII characters.",
            )
        })
}

/// Where the connection comes from.
fn address(request: &HttpRequest) -> Option<IpAddr> {
    request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|caller| caller.0.ip())
}
