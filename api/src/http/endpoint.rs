//! The gate that HTTP, event streams and sockets share: what passes it is admitted, its price is known, and it can be run.

use std::{
    net::IpAddr,
    sync::{Arc, OnceLock},
};

use apollo_compiler::executable::Operation;
use async_graphql::Variables;
use axum::http::StatusCode;
use tokio::sync::watch;
use uuid::Uuid;

use super::{
    answer::{self, Answer},
    body::Body,
    cost,
    document::{Document, Documents, SCHEMA},
    persisted::{OnlyFor, Persisted},
    refusal::Refusal,
    shown,
    stream::deliver::Deliveries,
    tally::{Held, Tally},
    variables,
};
use crate::{
    app::App,
    auth::{self, Actor, Request},
    batch::Batches,
    budget::{Charged, Client, Exhausted, Standing},
    error::{Error, ErrorCode},
    metrics::{Kind, Limit},
    schema::{self, Schema},
};

/// What the endpoint stands on.
pub(super) struct Endpoint {
    app: App,
    schema: Schema,
    documents: Documents,
    persisted: Persisted,
    deliveries: Deliveries,
    stop: Arc<watch::Sender<bool>>,
    sockets: Tally<Uuid>,
    subscriptions: Tally<Uuid>,
}

/// What is logged of an operation, and told to monitors without its name and its actor; never variables, names, numbers or tokens.
#[derive(Default)]
pub(super) struct Line {
    pub operation: Option<String>,
    pub kind: Kind,
    pub actor: Option<Uuid>,
    pub cost: u64,
}

/// An operation that has passed the gate.
pub(super) struct Admitted {
    body: Body,
    document: Arc<Document>,
    hash: OnceLock<[u8; 32]>,
}

impl Admitted {
    /// The operation.
    pub(super) fn operation(&self) -> &Operation {
        self.document
            .operation(self.body.operation_name.as_deref())
            .expect("it was found when it was admitted")
    }

    /// Of its document and variables.
    pub(super) fn hash(&self) -> [u8; 32] {
        *self.hash.get_or_init(|| self.body.hash())
    }

    /// Its document's text.
    pub(super) fn query(&self) -> &str {
        &self.body.query
    }
}

impl Endpoint {
    pub(super) fn new(app: App, schema: Schema, stop: Arc<watch::Sender<bool>>) -> Self {
        Self {
            documents: Documents::new(app.settings.limits),
            persisted: Persisted::new(app.settings.listed.list.clone()),
            deliveries: Deliveries::new(),
            sockets: Tally::shown(app.metrics.sockets()),
            subscriptions: Tally::shown(app.metrics.subscriptions()),
            app,
            schema,
            stop,
        }
    }

    /// One more socket of the account, unless it has too many.
    pub(super) fn hold_socket(&self, account: Uuid) -> Option<Held<Uuid>> {
        let most = self.app.settings.sockets.sockets;
        let held = self.sockets.hold(account, most);
        self.counted(held, Limit::Sockets)
    }

    /// One more operation of the account over a socket or as a stream of events, unless it has too many.
    pub(super) fn hold_subscription(&self, account: Uuid) -> Option<Held<Uuid>> {
        let most = self.app.settings.sockets.subscriptions;
        let held = self.subscriptions.hold(account, most);
        self.counted(held, Limit::Subscriptions)
    }

    /// The same; where it is refused, it counts as that.
    fn counted(&self, held: Option<Held<Uuid>>, limit: Limit) -> Option<Held<Uuid>> {
        if held.is_none() {
            self.app.metrics.limited(limit).inc();
        }
        held
    }

    /// The process.
    pub(super) const fn app(&self) -> &App {
        &self.app
    }

    /// The schema.
    pub(super) const fn schema(&self) -> &Schema {
        &self.schema
    }

    /// What subscribers were told just now.
    pub(super) const fn deliveries(&self) -> &Deliveries {
        &self.deliveries
    }

    /// Turns true when sockets are to be closed; the service waits for whoever holds it.
    pub(super) fn told_to_stop(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Lets a request through the gate: its document is admitted, its operation found, its variables fit and it does not cost too much.
    pub(super) fn admit(&self, body: Body, line: &mut Line) -> Result<Admitted, Refusal> {
        let document = self.documents.admit(&body.query)?;
        let operation = document.operation(body.operation_name.as_deref())?;
        line.operation = operation.name.as_ref().map(ToString::to_string);
        line.kind = kind(operation);
        line.cost = self.price(&body, &document, operation)?;
        self.persisted.remember(&body);
        Ok(Admitted {
            hash: OnceLock::new(),
            document,
            body,
        })
    }

    /// Puts the document into a request that only names it.
    pub(super) fn find(&self, mut body: Body) -> Result<Body, Refusal> {
        self.persisted.find(&mut body)?;
        Ok(body)
    }

    /// Whether the caller may run this document, where the operator's list is all there is for some.
    pub(super) async fn permit(&self, query: &str, actor: Option<&Actor>) -> Result<(), Refusal> {
        let Some(only_for) = self.app.settings.listed.only_for else {
            return Ok(());
        };
        let bound = match (only_for, actor) {
            (OnlyFor::Everyone, _) | (_, None) => true,
            (OnlyFor::Anonymous, Some(_)) => false,
            (OnlyFor::Clients, Some(actor)) => {
                let machine = auth::is_machine(&self.app, actor).await;
                machine.map_err(|error| Refusal::of(&error))?
            }
        };
        if !bound || self.persisted.list().has(query) {
            return Ok(());
        }
        Err(Refusal::new(
            StatusCode::FORBIDDEN,
            ErrorCode::Forbidden,
            "Only documents of the operator's list may be run here.",
        ))
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
    pub(super) fn check_introspection(
        &self,
        admitted: &Admitted,
        actor: Option<&Actor>,
    ) -> Result<(), Refusal> {
        let (document, operation) = (&admitted.document, admitted.operation());
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

    /// Lets the client pay for the operation, before anything of it is executed.
    pub(super) fn charge(
        &self,
        cost: u64,
        actor: Option<&Actor>,
        address: Option<IpAddr>,
    ) -> Result<Charged, Refusal> {
        let client = client(actor, address);
        let budgets = self.app.budgets.as_ref();
        let standing = budgets
            .map(|budgets| budgets.take(client, cost))
            .transpose();
        let standing = standing.map_err(|Exhausted(retry_after)| {
            self.app.metrics.limited(Limit::Points).inc();
            let message = format!("The operation costs {cost}, more than is left to spend; wait {retry_after} seconds.");
            Refusal {
                retry_after: Some(retry_after),
                ..Refusal::new(StatusCode::TOO_MANY_REQUESTS, ErrorCode::RateLimited, message)
            }
        })?;
        Ok(self.charged(cost, standing))
    }

    /// Charges for one more answer of an operation that was let begin; that is never refused.
    pub(super) fn charge_again(&self, cost: u64, actor: &Actor) -> Charged {
        let client = client(Some(actor), None);
        let budgets = self.app.budgets.as_ref();
        self.charged(cost, budgets.map(|budgets| budgets.drain(client, cost)))
    }

    fn charged(&self, cost: u64, standing: Option<Standing>) -> Charged {
        Charged {
            cost,
            standing,
            at: self.app.now(),
        }
    }

    /// The operation as the executor takes it.
    pub(super) fn request(
        &self,
        admitted: &Admitted,
        request: Arc<Request>,
        charged: Charged,
        actor: Option<&Actor>,
        batches: &Batches,
    ) -> async_graphql::Request {
        let body = &admitted.body;
        let variables = serde_json::Value::Object(body.variables.clone());
        let mut work = async_graphql::Request::new(body.query.clone())
            .variables(Variables::from_json(variables))
            .data(request)
            .data(charged);
        if let Some(name) = &body.operation_name {
            work = work.operation_name(name);
        }
        if let Some(actor) = actor {
            work = work.data(actor.clone());
        }
        work = schema::with_loaders(work, &self.app, actor, batches);
        work.set_parsed_query(admitted.document.parsed.clone());
        work
    }

    /// Runs a query or a mutation.
    pub(super) async fn run(
        &self,
        admitted: &Admitted,
        request: Arc<Request>,
        charged: Charged,
        actor: Option<Actor>,
    ) -> Result<Answer, Refusal> {
        let batches = Batches::default();
        let work = self.request(admitted, request.clone(), charged, actor.as_ref(), &batches);
        let response = batches.run(self.schema.execute(work)).await;
        // What is shown is on record before anybody sees it.
        if let Some(actor) = &actor {
            shown::record(&self.app, actor)
                .await
                .map_err(|error| Refusal::of(&error))?;
        }
        let answer = answer::render(response, request.id)?;
        Ok(Answer {
            body: answer::with_cost(answer.body, &charged),
            ..answer
        })
    }
}

fn kind(operation: &Operation) -> Kind {
    if operation.is_mutation() {
        Kind::Mutation
    } else if operation.is_subscription() {
        Kind::Subscription
    } else {
        Kind::Query
    }
}

/// Who pays: the account, wherever it calls from, else the address.
fn client(actor: Option<&Actor>, address: Option<IpAddr>) -> Client {
    actor.map_or_else(
        || Client::at(address),
        |actor| Client::Account(actor.account),
    )
}
