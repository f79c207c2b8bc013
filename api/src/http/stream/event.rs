//! Event streams (server-sent events), by graphql-sse's distinct connections: one request, one operation, one stream of `next` events that
//! ends with `complete`.
//!
//! A stream that the service ends for a reason of its own says the reason in a last `next` and ends without `complete`, so that clients
//! which connect again by themselves do so: with a token that is good no more they are then refused with 401.

use std::{convert::Infallible, pin::pin, sync::Arc, time::Duration};

use axum::{
    body::{Body as HttpBody, Bytes},
    http::{HeaderName, HeaderValue, header},
    response::Response as HttpResponse,
};
use futures::stream;
use tokio::{
    sync::mpsc,
    time::{self, Instant},
};
use uuid::Uuid;

use super::operation::{self, End, Operation, Outgoing, Said};
use crate::{
    error::Error,
    http::{endpoint::Endpoint, refusal::Refusal, tally::Held},
};

/// How often a client hears something, so that nobody on the way takes the connection for dead.
const ALIVE: Duration = Duration::from_secs(12);
/// How often it is asked whether the client's token is still good.
const CHECK: Duration = Duration::from_secs(1);
/// Events that may wait for the client, and as many answers that may wait to become events.
const QUEUE: usize = 4;

/// The events of an operation that has its answer already.
pub(in crate::http) fn finished(answer: &[u8]) -> HttpResponse {
    let mut body = next(answer);
    body.extend_from_slice(COMPLETE);
    response(HttpBody::from(body))
}

/// The events of a subscription, as they happen.
pub(in crate::http) fn follow(
    endpoint: Arc<Endpoint>,
    operation: Operation,
    hold: Held<Uuid>,
) -> HttpResponse {
    let (sender, mut events) = mpsc::channel(QUEUE);
    tokio::spawn(async move {
        let _hold = hold;
        let patience = Duration::from_secs(endpoint.app().settings.sockets.send_time);
        let events = Events { sender, patience };
        pour(endpoint, operation, events).await;
    });
    let events = stream::poll_fn(move |context| {
        let event = events.poll_recv(context);
        event.map(|event| event.map(Ok::<Bytes, Infallible>))
    });
    response(HttpBody::from_stream(events))
}

/// What a stream says when it is whole.
const COMPLETE: &[u8] = b"event: complete\ndata:\n\n";
/// What is said to say something.
const COMMENT: &[u8] = b":\n\n";

/// An answer as an event. JSON as we write it has no line breaks.
fn next(answer: &[u8]) -> Vec<u8> {
    [b"event: next\ndata: ", answer, b"\n\n"].concat()
}

fn response(body: HttpBody) -> HttpResponse {
    const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
    let mut response = HttpResponse::new(body);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/event-stream; charset=utf-8"),
    );
    // Proxies that gather answers would keep the events to themselves.
    headers.insert(BUFFERING, HeaderValue::from_static("no"));
    response
}

/// The way to the client.
struct Events {
    sender: mpsc::Sender<Bytes>,
    /// How long the client may leave what it is told unread.
    patience: Duration,
}

/// The client has gone, or does not read.
struct Gone;

impl Events {
    async fn say(&self, bytes: impl Into<Bytes>) -> Result<(), Gone> {
        self.sender
            .send_timeout(bytes.into(), self.patience)
            .await
            .map_err(|_| Gone)
    }
}

/// Lets a subscription tell its client until one of the two has had enough.
async fn pour(endpoint: Arc<Endpoint>, operation: Operation, events: Events) {
    let mut told = endpoint.told_to_stop();
    let (id, caller) = (operation.id(), operation.caller());
    let (out, mut said) = mpsc::channel(QUEUE);
    let outgoing = Outgoing::new(String::new(), 0, out);
    let mut work = pin!(operation::follow(&endpoint, operation, &outgoing));
    let mut check = every(CHECK);
    let mut alive = every(ALIVE);
    let _ = events.say(COMMENT).await;
    let end = loop {
        let event = tokio::select! {
            biased;
            () = events.sender.closed() => return,
            () = async { let _ = told.wait_for(|stop| *stop).await; } => break Err(Error::Unavailable),
            Some(out) = said.recv() => event(&out.said),
            ended = &mut work => break last(ended, id),
            _ = check.tick() => match caller.actor(None).await {
                Err(Error::Unauthenticated) => break Err(Error::Unauthenticated),
                // Whether it is good cannot be told at the moment.
                Ok(_) | Err(_) => continue,
            },
            _ = alive.tick() => COMMENT.to_vec(),
        };
        if events.say(event).await.is_err() {
            return;
        }
    };
    // What was said before the end comes before the end.
    while let Ok(out) = said.try_recv() {
        if events.say(event(&out.said)).await.is_err() {
            return;
        }
    }
    let end = end.unwrap_or_else(|reason| next(&Refusal::of(&reason).body(id)));
    let _ = events.say(end).await;
}

/// What an operation says, as an event.
fn event(said: &Said) -> Vec<u8> {
    match said {
        Said::Next(answer) => next(answer),
        _ => COMMENT.to_vec(),
    }
}

/// The last events of an operation that has come to its end; the reason, where the service ends it.
fn last(ended: Result<Said, Refusal>, id: Uuid) -> Result<Vec<u8>, Error> {
    match ended {
        Ok(Said::Complete) => Ok(COMPLETE.to_vec()),
        Ok(Said::End(End::Unauthenticated)) => Err(Error::Unauthenticated),
        Ok(_) => Err(Error::Unavailable),
        Err(refusal) => {
            let mut events = next(&refusal.body(id));
            events.extend_from_slice(COMPLETE);
            Ok(events)
        }
    }
}

fn every(period: Duration) -> time::Interval {
    let mut every = time::interval_at(Instant::now() + period, period);
    every.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    every
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_and_the_end_are_events() {
        let response = finished(br#"{"data":null}"#);
        let body = axum::body::to_bytes(response.into_body(), 1_000).await;
        let expected = "event: next\ndata: {\"data\":null}\n\nevent: complete\ndata:\n\n";
        assert_eq!(body.expect("a body"), expected);
    }
}
