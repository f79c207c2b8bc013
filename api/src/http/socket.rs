//! `/graphql/ws`: operations over WebSocket, by the protocol graphql-transport-ws.
//!
//! A client introduces itself with its access token in the payload of `connection_init` (`authorization: "Bearer …"`, or `token`) and may
//! then run queries, mutations and subscriptions, each admitted by the same gate as over HTTP. One task holds the connection; each operation
//! is a task that hands it messages through a short queue, so that a client that does not read holds up nobody but itself, and not for long.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Duration,
};

use axum::{
    extract::{
        ConnectInfo, FromRequestParts as _, Request as HttpRequest, State,
        ws::{Message, WebSocket, WebSocketUpgrade},
    },
    http::StatusCode,
    response::Response as HttpResponse,
};
use serde_json::Value;
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::{self, Instant, Interval},
};
use uuid::Uuid;

use self::message::{Close, FromClient, PROTOCOL, about, plain, token};
use super::{
    endpoint::Endpoint,
    problem,
    refusal::Refusal,
    serve::{self, cors},
    stream::operation::{self, Caller, End, Out},
    tally::Held,
};
use crate::{config::Sockets, error::Error};

mod message;

/// How often it is asked whether the client's token is still good: a revocation is noticed within five seconds.
const CHECK: Duration = Duration::from_secs(1);
/// Messages of operations that may wait for the client.
const QUEUE: usize = 16;
/// Bytes of a message at most, where bodies may have more: whoever has more to say posts it.
const LONGEST_MESSAGE: usize = 1024 * 1024;
/// Bytes read at a time; the library would take 128 KiB for each client.
const READ: usize = 8 * 1024;

/// Takes a connection.
pub(super) async fn open(
    State(endpoint): State<Arc<Endpoint>>,
    request: HttpRequest,
) -> HttpResponse {
    let address = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|caller| caller.0.ip());
    let settings = &endpoint.app().settings;
    if !cors::is_welcome(request.headers(), &settings.serving) {
        let message =
            "Pages of this origin may not call here; the operator can name it by --cors-origin.";
        return problem::response(StatusCode::FORBIDDEN, message);
    }
    let place = serve::place(&request);
    let (mut parts, _) = request.into_parts();
    let upgrade: Result<WebSocketUpgrade, _> =
        WebSocketUpgrade::from_request_parts(&mut parts, &()).await;
    let Ok(upgrade) = upgrade else {
        return problem::response(
            StatusCode::UPGRADE_REQUIRED,
            "Here WebSocket is spoken, by the protocol graphql-transport-ws.",
        );
    };
    let most = settings.limits.body.min(LONGEST_MESSAGE);
    let times = settings.sockets;
    let told = endpoint.told_to_stop();
    upgrade
        .protocols([PROTOCOL])
        .max_message_size(most)
        .max_frame_size(most)
        .read_buffer_size(READ)
        .on_upgrade(move |mut socket| async move {
            let end = converse(endpoint, address, &mut socket, told, times).await;
            if let Some(close) = end {
                tracing::debug!(code = close.code(), "a socket is closed");
                let _ = time::timeout(send_time(times), socket.send(close.frame())).await;
            }
            drop(place);
        })
}

const fn send_time(times: Sockets) -> Duration {
    Duration::from_secs(times.send_time)
}

/// Talks until one of the two has had enough; why, where it is the service.
async fn converse(
    endpoint: Arc<Endpoint>,
    address: Option<IpAddr>,
    socket: &mut WebSocket,
    mut told: watch::Receiver<bool>,
    times: Sockets,
) -> Option<Close> {
    if socket.protocol().is_none() {
        return Some(Close::BadProtocol);
    }
    let (out, mut outgoing) = mpsc::channel(QUEUE);
    let mut connection = Connection {
        endpoint,
        address,
        times,
        client: None,
        running: HashMap::new(),
        begun: 0,
        out,
        since: Instant::now(),
        heard: Instant::now(),
    };
    let (mut check, mut ping) = (every(CHECK), every(Duration::from_secs(times.ping_time)));
    loop {
        let turn = tokio::select! {
            received = socket.recv() => match received? {
                Ok(message) => connection.receive(message).await,
                // Too long, or no WebSocket; where the line is broken, nobody hears it.
                Err(_) => Err(Close::BadMessage),
            },
            said = outgoing.recv() => connection.say(said?),
            _ = check.tick() => connection.check().await,
            _ = ping.tick() => Ok(Some(Message::Ping(Vec::new().into()))),
            () = async { let _ = told.wait_for(|stop| *stop).await; } => Err(Close::Stopping),
        };
        match turn {
            Ok(None) => {}
            Ok(Some(message)) => {
                match time::timeout(send_time(times), socket.send(message)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(_)) => return None,
                    Err(_) => return Some(Close::TryLater),
                }
            }
            Err(close) => return Some(close),
        }
    }
}

fn every(period: Duration) -> Interval {
    let mut every = time::interval_at(Instant::now() + period, period);
    every.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    every
}

/// One client and what it has asked for.
struct Connection {
    endpoint: Arc<Endpoint>,
    address: Option<IpAddr>,
    times: Sockets,
    client: Option<Client>,
    running: HashMap<String, Running>,
    /// How many operations it has begun, which tells one from another of the same id.
    begun: u64,
    out: mpsc::Sender<Out>,
    since: Instant,
    heard: Instant,
}

/// Somebody who has introduced themselves.
struct Client {
    caller: Caller,
    account: Uuid,
    _socket: Held<Uuid>,
}

/// An operation; it ends when dropped.
struct Running {
    number: u64,
    _share: Held<Uuid>,
    task: JoinHandle<()>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// What to send, or why to end.
type Turn = Result<Option<Message>, Close>;

impl Connection {
    async fn receive(&mut self, message: Message) -> Turn {
        self.heard = Instant::now();
        let text = match message {
            Message::Text(text) => text,
            Message::Binary(_) => return Err(Close::BadMessage),
            // Pings are answered by the library; a close frame ends the connection with the next read.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => return Ok(None),
        };
        match FromClient::read(&text).ok_or(Close::BadMessage)? {
            FromClient::Init(payload) => self.introduce(token(&payload)).await,
            FromClient::Ping => Ok(Some(plain("pong"))),
            FromClient::Pong => Ok(None),
            FromClient::Subscribe { id, payload } => self.begin(id, payload),
            FromClient::Complete { id } => {
                self.running.remove(&id);
                Ok(None)
            }
        }
    }

    async fn introduce(&mut self, token: Option<&str>) -> Turn {
        if self.client.is_some() {
            return Err(Close::TooManyInits);
        }
        let token = token.ok_or(Close::Forbidden)?.to_owned();
        let caller = Caller::new(self.endpoint.app().clone(), token, self.address);
        let account = match caller.actor(None).await {
            Ok(actor) => actor.account,
            Err(Error::Unauthenticated) => return Err(Close::Forbidden),
            Err(_) => return Err(Close::TryLater),
        };
        let socket = self.endpoint.hold_socket(account);
        self.client = Some(Client {
            caller,
            account,
            _socket: socket.ok_or(Close::TooManySockets)?,
        });
        Ok(Some(plain("connection_ack")))
    }

    fn begin(&mut self, id: String, payload: Value) -> Turn {
        let client = self.client.as_ref().ok_or(Close::Unauthorized)?;
        let (caller, account) = (client.caller.clone(), client.account);
        if self.running.contains_key(&id) {
            return Err(Close::DuplicateId(id));
        }
        let Some(share) = self.endpoint.hold_subscription(account) else {
            let refusal = Refusal::of(&Error::RateLimited { retry_after: 1 });
            let errors = refusal.errors(self.endpoint.app().new_id());
            return Ok(Some(about(&id, "error", Some(&errors))));
        };
        let body = super::body::Body::of(payload).map_err(|_| Close::BadMessage)?;
        self.begun += 1;
        let out = operation::Outgoing::new(id.clone(), self.begun, self.out.clone());
        let task = tokio::spawn(operation::run(self.endpoint.clone(), caller, body, out));
        let running = Running {
            number: self.begun,
            _share: share,
            task,
        };
        self.running.insert(id, running);
        Ok(None)
    }

    /// Passes on what an operation says, unless the client wants no more of it.
    fn say(&mut self, out: Out) -> Turn {
        let running = self.running.get(&out.id);
        if running.is_none_or(|running| running.number != out.number) {
            return Ok(None);
        }
        Ok(Some(match out.said {
            operation::Said::Next(payload) => about(&out.id, "next", Some(&payload)),
            operation::Said::Error(payload) => {
                self.running.remove(&out.id);
                about(&out.id, "error", Some(&payload))
            }
            operation::Said::Complete => {
                self.running.remove(&out.id);
                about(&out.id, "complete", None)
            }
            operation::Said::End(End::Unauthenticated) => return Err(Close::Unauthorized),
            operation::Said::End(End::Behind) => return Err(Close::TryLater),
        }))
    }

    /// Whether the client has introduced itself in time, is still there, and is still who it was.
    async fn check(&self) -> Turn {
        if self.heard.elapsed() > Duration::from_secs(self.times.ping_time) * 5 / 2 {
            return Err(Close::TryLater);
        }
        let Some(client) = &self.client else {
            let late = self.since.elapsed() > Duration::from_secs(self.times.init_time);
            return if late {
                Err(Close::InitTimeout)
            } else {
                Ok(None)
            };
        };
        match client.caller.actor(None).await {
            Err(Error::Unauthenticated) => Err(Close::Unauthorized),
            // Whether it is cannot be told at the moment.
            Ok(_) | Err(_) => Ok(None),
        }
    }
}
