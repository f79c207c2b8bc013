//! One operation of a socket or an event stream: admitted by the same gate as any other, run once or once for each change.

use std::{
    net::IpAddr,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Instant,
};

use axum::body::Bytes;
use futures::{FutureExt as _, StreamExt as _};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::deliver::deliver;
use crate::{
    app::App,
    auth::{self, Actor, Request},
    batch::Batches,
    budget::Charged,
    error::{Error, ErrorCode, Result},
    http::{
        answer::{self, Answer},
        body::Body,
        endpoint::{Admitted, Endpoint, Line},
        refusal::Refusal,
    },
    metrics::{Ended, Kind},
    schema::{Slot, Turn},
};

/// Who holds the connection.
#[derive(Clone)]
pub(in crate::http) struct Caller {
    app: App,
    token: Arc<str>,
    address: Option<IpAddr>,
}

impl Caller {
    pub(in crate::http) fn new(app: App, token: String, address: Option<IpAddr>) -> Self {
        Self {
            app,
            token: token.into(),
            address,
        }
    }

    /// Who that is now, in a request of its own.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] once the token has run out or the session has ended.
    pub(in crate::http) async fn actor(&self, operation: Option<String>) -> Result<Actor> {
        let id = self.app.new_id();
        let request = Request::new(id, self.address, operation, None);
        auth::actor(&self.app, &self.token, Arc::new(request)).await
    }
}

/// What an operation says.
pub(in crate::http) enum Said {
    /// A result, in JSON.
    Next(Bytes),
    /// It was refused; the errors, in JSON.
    Error(Bytes),
    /// There is no more.
    Complete,
    /// The connection is to be ended.
    End(End),
}

/// Why a connection is to be ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum End {
    /// The token is good no more.
    Unauthenticated,
    /// The client has fallen behind, and has missed changes.
    Behind,
}

/// What an operation says, and which one.
pub(in crate::http) struct Out {
    /// The client's name for it.
    pub id: String,
    /// Its number.
    pub number: u64,
    /// What it says.
    pub said: Said,
}

/// The way of an operation to its client.
pub(in crate::http) struct Outgoing {
    id: String,
    number: u64,
    out: mpsc::Sender<Out>,
}

impl Outgoing {
    pub(in crate::http) const fn new(id: String, number: u64, out: mpsc::Sender<Out>) -> Self {
        Self { id, number, out }
    }

    /// Says something, once there is room for it.
    async fn say(&self, said: Said) {
        let out = Out {
            id: self.id.clone(),
            number: self.number,
            said,
        };
        // A connection that is gone takes this operation with it.
        let _ = self.out.send(out).await;
    }
}

/// A subscription that has been admitted, and paid for.
pub(in crate::http) struct Operation {
    caller: Caller,
    admitted: Admitted,
    actor: Actor,
    charged: Charged,
    told: Told,
}

impl Operation {
    /// One that came over HTTP; `line` is what is logged of it.
    pub(in crate::http) fn over_http(
        caller: Caller,
        admitted: Admitted,
        actor: Actor,
        charged: Charged,
        line: Line,
    ) -> Self {
        let mut told = Told::new(caller.app.clone(), actor.request.id, "events");
        told.line = line;
        Self {
            caller,
            admitted,
            actor,
            charged,
            told,
        }
    }

    /// Id of its request.
    pub(in crate::http) const fn id(&self) -> Uuid {
        self.told.id
    }

    /// Who has asked for it.
    pub(in crate::http) fn caller(&self) -> Caller {
        self.caller.clone()
    }
}

/// Runs an operation of a socket until it has nothing more to say.
pub(in crate::http) async fn run(
    endpoint: Arc<Endpoint>,
    caller: Caller,
    body: Body,
    out: Outgoing,
) {
    let app = endpoint.app();
    let mut told = Told::new(app.clone(), app.new_id(), "websocket");
    let statements = told.statements.clone();
    let work = crate::db::counting(statements, work(&endpoint, caller, body, &out, &mut told));
    let outcome = caught(work).await;
    told.end(&outcome);
    out.say(outcome.unwrap_or_else(|refusal| Said::Error(refusal.errors(told.id).into())))
        .await;
}

/// Lets a subscription tell of every change until it has nothing more to say; how it ends.
pub(in crate::http) async fn follow(
    endpoint: &Endpoint,
    mut operation: Operation,
    out: &Outgoing,
) -> Result<Said, Refusal> {
    let statements = operation.told.statements.clone();
    let work = changes(
        endpoint,
        &operation.caller,
        &operation.admitted,
        (&operation.actor, operation.charged),
        out,
        &mut operation.told,
    );
    let outcome = caught(crate::db::counting(statements, work)).await;
    operation.told.end(&outcome);
    outcome
}

/// A panic of a resolver is this operation's misfortune alone.
async fn caught(work: impl Future<Output = Result<Said, Refusal>>) -> Result<Said, Refusal> {
    let outcome = AssertUnwindSafe(Box::pin(work)).catch_unwind().await;
    outcome.unwrap_or_else(|_| Err(Refusal::of(&Error::Internal("a panic".into()))))
}

async fn work(
    endpoint: &Endpoint,
    caller: Caller,
    body: Body,
    out: &Outgoing,
    told: &mut Told,
) -> Result<Said, Refusal> {
    let admitted = endpoint.admit(endpoint.find(body)?, &mut told.line)?;
    let actor = match caller.actor(told.line.operation.clone()).await {
        Ok(actor) => actor,
        Err(Error::Unauthenticated) => return Ok(Said::End(End::Unauthenticated)),
        Err(error) => return Err(Refusal::of(&error)),
    };
    told.line.actor = Some(actor.account);
    endpoint.permit(admitted.query(), Some(&actor)).await?;
    endpoint.check_introspection(&admitted, Some(&actor))?;
    let charged = endpoint.charge(told.line.cost, Some(&actor), None)?;
    if !admitted.operation().is_subscription() {
        let request = actor.request.clone();
        let answer = endpoint
            .run(&admitted, request, charged, Some(actor))
            .await?;
        told.answers += 1;
        told.code = answer.code;
        out.say(Said::Next(answer.body.into())).await;
        return Ok(Said::Complete);
    }
    changes(endpoint, &caller, &admitted, (&actor, charged), out, told).await
}

async fn changes(
    endpoint: &Endpoint,
    caller: &Caller,
    admitted: &Admitted,
    begun: (&Actor, Charged),
    out: &Outgoing,
    told: &mut Told,
) -> Result<Said, Refusal> {
    let slot = Arc::new(Slot::default());
    if let Some(refused) = listen(endpoint, admitted, begun, &slot).await? {
        told.code = refused.code;
        out.say(Said::Next(refused.body.into())).await;
        return Ok(Said::Complete);
    }
    let Some(mut listening) = slot.take() else {
        return Ok(Said::Complete);
    };
    loop {
        let change = listening.next(endpoint.app()).await;
        let Some(change) = change.map_err(|error| Refusal::of(&error))? else {
            return Ok(Said::End(End::Behind));
        };
        let heard = Instant::now();
        let actor = match caller.actor(told.line.operation.clone()).await {
            Ok(actor) => actor,
            Err(Error::Unauthenticated) => return Ok(Said::End(End::Unauthenticated)),
            Err(error) => return Err(Refusal::of(&error)),
        };
        if let Some(answer) = deliver(endpoint, admitted, &actor, begun.1, &change).await? {
            let charged = endpoint.charge_again(told.line.cost, &actor);
            told.answers += 1;
            let answer = answer::with_cost(answer.into(), &charged);
            let metrics = &endpoint.app().metrics;
            metrics.took(Kind::Subscription, heard.elapsed());
            out.say(Said::Next(answer.into())).await;
        }
    }
}

/// Lets a subscription say what it listens to; what is answered where it is refused.
async fn listen(
    endpoint: &Endpoint,
    admitted: &Admitted,
    (actor, charged): (&Actor, Charged),
    slot: &Arc<Slot>,
) -> Result<Option<Answer>, Refusal> {
    let batches = Batches::default();
    let request = actor.request.clone();
    let id = request.id;
    let work = endpoint
        .request(admitted, request, charged, Some(actor), &batches)
        .data(Turn::Listen(slot.clone()));
    let mut responses = endpoint.schema().execute_stream(work);
    match batches.run(responses.next()).await {
        Some(response) => {
            let answer = answer::render(response, id)?;
            Ok(Some(Answer {
                body: answer::with_cost(answer.body, &charged),
                ..answer
            }))
        }
        None => Ok(None),
    }
}

/// What is logged of an operation, and told to monitors, when it ends, however it ends.
struct Told {
    app: App,
    id: Uuid,
    over: &'static str,
    line: Line,
    began: Instant,
    statements: Arc<AtomicU32>,
    answers: u64,
    code: Option<ErrorCode>,
}

impl Told {
    fn new(app: App, id: Uuid, over: &'static str) -> Self {
        Self {
            app,
            id,
            over,
            line: Line::default(),
            began: Instant::now(),
            statements: Arc::default(),
            answers: 0,
            code: None,
        }
    }

    /// Notes why it ended, where it was not done.
    fn end(&mut self, outcome: &Result<Said, Refusal>) {
        match outcome {
            Err(refusal) => self.code = Some(refusal.code),
            Ok(Said::End(End::Unauthenticated)) => self.code = Some(ErrorCode::Unauthenticated),
            Ok(Said::End(End::Behind)) => self.code = Some(ErrorCode::Unavailable),
            Ok(_) => {}
        }
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        let ended = Ended {
            kind: self.line.kind,
            code: self.code,
            statements: self.statements.load(Ordering::Relaxed),
            took: self.began.elapsed(),
        };
        self.app.metrics.ended(ended);
        tracing::info!(
            request_id = %self.id,
            over = self.over,
            operation = self.line.operation.as_deref().unwrap_or_default(),
            actor = self.line.actor.map(|actor| actor.to_string()),
            cost = self.line.cost,
            statements = ended.statements,
            answers = self.answers,
            ms = u64::try_from(ended.took.as_millis()).unwrap_or(u64::MAX),
            code = self.code.map(ErrorCode::name),
            "graphql"
        );
    }
}
