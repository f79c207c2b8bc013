//! A client of the service, and the answers it gets, over HTTP.

use api::{app::App, auth::session::issue_token, id};
use chrono::{DateTime, Utc};
use reqwest::{
    Method, RequestBuilder, StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{canary, log};

/// Somebody who calls the service; cheap to clone.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
    headers: HeaderMap,
    sees_patients: bool,
    session: Option<Session>,
    /// The account; the nil id where nobody is signed in.
    pub account: Uuid,
}

/// What clients of today take.
const ACCEPT: &str = "application/graphql-response+json, application/json;q=0.9";
const ACCEPT_NAME: HeaderName = HeaderName::from_static("accept");
/// How long an access token is good at most.
const TOKEN_LIFE: std::time::Duration = std::time::Duration::from_hours(24);

/// What a client needs to sign in again when the story has lasted longer than its token.
#[derive(Clone)]
pub struct Session {
    /// The service.
    pub app: App,
    /// The account.
    pub account: Uuid,
    /// The grant in whose scope it acts.
    pub grant: Uuid,
    /// When its token was made.
    pub since: DateTime<Utc>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "since {}", self.since)
    }
}

impl Session {
    /// A new token.
    pub async fn token(&self) -> String {
        issue_token(&self.app, self.account, self.grant, TOKEN_LIFE)
            .await
            .expect("an account with a grant gets a token")
    }

    fn is_over(&self) -> bool {
        (self.app.now() - self.since).abs() >= chrono::Duration::hours(23)
    }
}

impl Client {
    /// A caller without a token.
    pub fn anonymous(http: reqwest::Client, base: String) -> Self {
        let accept = HeaderValue::from_static(ACCEPT);
        Self {
            http,
            base,
            token: None,
            headers: HeaderMap::from_iter([(ACCEPT_NAME, accept)]),
            sees_patients: true,
            session: None,
            account: Uuid::nil(),
        }
    }

    /// The same with another token.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<String>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// The same, signing in again when its token is over.
    #[must_use]
    pub fn with_session(mut self, session: Session) -> Self {
        self.session = Some(session);
        self
    }

    /// The same for that account.
    #[must_use]
    pub fn of_account(mut self, account: Uuid) -> Self {
        self.account = account;
        self
    }

    /// The same with a header; one of that name is replaced.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        let value = HeaderValue::from_str(value).expect("a test sends valid header values");
        self.headers.insert(HeaderName::from_static(name), value);
        self
    }

    /// The same with an `Idempotency-Key`.
    #[must_use]
    pub fn with_key(self, key: &str) -> Self {
        self.with_header("idempotency-key", key)
    }

    /// The same, every answer to which is searched for patients.
    #[must_use]
    pub fn that_sees_no_patient(mut self) -> Self {
        self.sees_patients = false;
        self
    }

    /// Its access token, where it has one.
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Where the service is.
    pub fn address(&self) -> &str {
        &self.base
    }

    /// Where the service speaks WebSocket.
    pub fn socket_address(&self) -> String {
        format!("{}/graphql/ws", self.base.replacen("http", "ws", 1))
    }

    /// A request to a path of the service, with its token and headers: for whatever is not GraphQL, or not well-formed.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .http
            .request(method, format!("{}{path}", self.base))
            .headers(self.headers.clone());
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request of its own making.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("the service answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("an answer is text");
        assert!(
            self.sees_patients || !canary::sings(&text),
            "an answer to somebody who sees no patient tells who one is: {text}"
        );
        let answer = Answer {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            text,
        };
        assert!(
            !canary::sings(&json!(answer.errors()).to_string()),
            "a refusal repeats who a patient is: {}",
            answer.text
        );
        answer
    }

    /// Sends a GraphQL document with its variables.
    pub async fn call(&self, document: &str, variables: Value) -> Answer {
        let body = json!({ "query": document, "variables": variables });
        let client = match &self.session {
            Some(session) if session.is_over() => self.clone().with_token(session.token().await),
            _ => self.clone(),
        };
        client
            .send(client.request(Method::POST, "/graphql").json(&body))
            .await
    }

    /// Sends a GraphQL document without variables.
    pub async fn ask(&self, document: &str) -> Answer {
        self.call(document, json!({})).await
    }

    /// The cheaper of two answers in a row to a query: who asks is looked up anew in one of them at most.
    pub async fn measure(&self, document: &str, variables: Value) -> Answer {
        let first = self.call(document, variables.clone()).await.ok();
        let second = self.call(document, variables).await.ok();
        if first.statements() < second.statements() {
            first
        } else {
            second
        }
    }
}

/// What the service answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Status code.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// The body as JSON; null where it is something else.
    pub body: Value,
    /// The body as it came.
    pub text: String,
}

impl Answer {
    /// The same, having made sure that it names no error.
    #[must_use]
    pub fn ok(self) -> Self {
        assert!(
            self.status == StatusCode::OK && self.errors().is_empty(),
            "not answered without errors: {} {}",
            self.status,
            self.text
        );
        self
    }

    /// What is at a path below `data`: `acceptReferral.referral.status`, `referrals.edges.0.node`.
    pub fn data(&self, path: &str) -> &Value {
        self.find(path)
            .unwrap_or_else(|| panic!("no data at {path}: {} {}", self.status, self.text))
    }

    /// The text at a path below `data`.
    pub fn text_at(&self, path: &str) -> &str {
        self.data(path)
            .as_str()
            .unwrap_or_else(|| panic!("no text at {path}: {}", self.text))
    }

    /// The whole number at a path below `data`.
    pub fn number_at(&self, path: &str) -> i64 {
        self.data(path)
            .as_i64()
            .unwrap_or_else(|| panic!("no number at {path}: {}", self.text))
    }

    /// The object's id behind the public id at a path below `data`.
    pub fn id_at(&self, path: &str) -> Uuid {
        id::decode_any(self.text_at(path))
            .unwrap_or_else(|| panic!("no id at {path}: {}", self.text))
            .1
    }

    /// The errors it names.
    pub fn errors(&self) -> &[Value] {
        self.body["errors"].as_array().map_or(&[], Vec::as_slice)
    }

    /// The code of the error at a response path (`acceptReferral`, or `""` for one that is at none).
    pub fn code(&self, path: &str) -> &str {
        self.error(path)["extensions"]["code"]
            .as_str()
            .unwrap_or_else(|| panic!("the error at {path} has no code: {}", self.text))
    }

    /// The error at a response path (`acceptReferral`, or `""` for one that is at none).
    pub fn error(&self, path: &str) -> &Value {
        self.errors()
            .iter()
            .find(|error| response_path(error) == path)
            .unwrap_or_else(|| panic!("no error at '{path}': {} {}", self.status, self.text))
    }

    /// Path and code of every problem that its errors name, in their order.
    pub fn problems(&self) -> Vec<(&str, &str)> {
        self.errors()
            .iter()
            .filter_map(|error| error["extensions"]["problems"].as_array())
            .flatten()
            .map(|problem| {
                let text = |name: &str| problem[name].as_str().unwrap_or_default();
                (text("path"), text("code"))
            })
            .collect()
    }

    /// A header as text; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Every value of a header that may be given more than once.
    pub fn headers<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let values = self.headers.get_all(name).iter();
        values.filter_map(|value| value.to_str().ok())
    }

    /// How many statements it cost, by the one line that the service logs for an operation.
    pub fn statements(&self) -> u64 {
        let request = self.header("x-request-id");
        assert!(!request.is_empty(), "the answer names no request id");
        log::last_with(&[request, "\"statements\":"])
            .and_then(|line| serde_json::from_str::<Value>(&line).ok())
            .and_then(|line| line["fields"]["statements"].as_u64())
            .unwrap_or_else(|| panic!("the log counts no statements for request {request}"))
    }

    fn find(&self, path: &str) -> Option<&Value> {
        path.split('.').filter(|step| !step.is_empty()).try_fold(
            self.body.get("data")?,
            |value, step| match step.parse::<usize>() {
                Ok(place) => value.get(place),
                Err(_) => value.get(step),
            },
        )
    }
}

/// The response path of an error, its steps joined by dots.
fn response_path(error: &Value) -> String {
    let steps = error["path"].as_array().map_or(&[][..], Vec::as_slice);
    let steps: Vec<String> = steps
        .iter()
        .map(|step| {
            step.as_str()
                .map_or_else(|| step.to_string(), str::to_owned)
        })
        .collect();
    steps.join(".")
}
