//! What every domain's `graphql.rs` stands on: how an operation is called, how a refusal is answered, what a list looks like.

use std::{borrow::Cow, future::Future, hash::Hash, pin::Pin, sync::Arc};

use async_graphql::{
    ComplexObject, Context, ErrorExtensionValues, OutputType, SimpleObject, TypeName, Value,
    dataloader::{DataLoader, Loader},
};
use entity::enums::Action;

use crate::{
    app::App,
    auth::{Actor, Call, Request},
    error::{Error, ErrorCode, Problem, Result},
    page::Slice,
    record::audit::Entry,
};

/// What a root field or a field with arguments answers: null without an error where there is nothing to see, null with an error where
/// the call was refused. Either way no other field of the answer is lost.
pub type Reply<T> = Option<async_graphql::Result<T>>;

/// The process.
pub fn app<'c>(ctx: &Context<'c>) -> Result<&'c App> {
    ctx.data_opt::<App>()
        .ok_or_else(|| Error::Internal("the schema carries no app".into()))
}

/// The request that is being answered.
pub fn request<'c>(ctx: &Context<'c>) -> Result<&'c Arc<Request>> {
    ctx.data_opt::<Arc<Request>>()
        .ok_or_else(|| Error::Internal("the request carries no id".into()))
}

/// Who asks.
///
/// # Errors
/// [`Error::Unauthenticated`] where the request carries no token.
pub fn actor<'c>(ctx: &Context<'c>) -> Result<&'c Actor> {
    ctx.data_opt::<Actor>().ok_or(Error::Unauthenticated)
}

/// Runs a verb for the actor of the request; a denial is audited.
pub async fn operate<'c, T, Fut>(
    ctx: &Context<'c>,
    action: Action,
    work: impl FnOnce(&'c App, Call<'c>) -> Fut,
) -> Reply<T>
where
    Fut: Future<Output = Result<T>>,
{
    match operated(ctx, action, work).await {
        Ok(value) => Some(Ok(value)),
        Err(error) => Some(Err(refusal(ctx, &error))),
    }
}

/// Runs a query for the actor of the request: what is not there or not visible is null; the attempt is audited all the same.
pub async fn ask<'c, T, Fut>(
    ctx: &Context<'c>,
    action: Action,
    work: impl FnOnce(&'c App, Call<'c>) -> Fut,
) -> Reply<T>
where
    Fut: Future<Output = Result<T>>,
{
    match operated(ctx, action, work).await {
        Ok(value) => Some(Ok(value)),
        Err(Error::NotFound) => None,
        Err(error) => Some(Err(refusal(ctx, &error))),
    }
}

/// Answers a field with a value, with null, or with a refusal that leaves the fields beside it alone.
pub fn reply<T>(ctx: &Context<'_>, answer: Result<Option<T>>) -> Reply<T> {
    match answer {
        Ok(value) => value.map(Ok),
        Err(error) => Some(Err(refusal(ctx, &error))),
    }
}

/// What the loader `L` finds of that key, read together with the others that are waited for.
///
/// # Errors
/// [`Error::Unauthenticated`] where the request carries no such loader, as one without a token does.
pub async fn load<L, K>(ctx: &Context<'_>, key: K) -> Result<Option<L::Value>>
where
    L: Loader<K, Error = Arc<Error>>,
    K: Clone + Eq + Hash + Send + Sync + 'static,
{
    let loader = ctx.data_opt::<DataLoader<L>>();
    let found = loader.ok_or(Error::Unauthenticated)?.load_one(key).await;
    found.map_err(|error| unshare(&error))
}

/// The error of a loader, which every field that waited for it gets.
#[must_use]
pub fn unshare(error: &Arc<Error>) -> Error {
    match error.code() {
        ErrorCode::Unavailable => Error::Unavailable,
        _ => Error::Internal(error.to_string()),
    }
}

async fn operated<'c, T, Fut>(
    ctx: &Context<'c>,
    action: Action,
    work: impl FnOnce(&'c App, Call<'c>) -> Fut,
) -> Result<T>
where
    Fut: Future<Output = Result<T>>,
{
    let (app, actor) = (app(ctx)?, actor(ctx)?);
    actor.request.note_step();
    let outcome = Box::pin(work(app, actor.at(path(ctx)))).await;
    if let Err(error) = &outcome
        && error.is_denial()
    {
        app.audit
            .write(app, actor, Entry::denied(action, error))
            .await?;
    }
    outcome
}

/// The response path of the field that is being answered.
fn path(ctx: &Context<'_>) -> String {
    ctx.path_node
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default()
}

/// A refusal as clients see it: `{ code, retryable, requestId, problems, … }` in the extensions.
pub fn refusal(ctx: &Context<'_>, error: &Error) -> async_graphql::Error {
    let request_id = request(ctx)
        .map(|request| request.id.to_string())
        .unwrap_or_default();
    let code = error.code();
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code.name());
    extensions.set("retryable", code.retryable());
    extensions.set("requestId", request_id);
    extensions.set(
        "problems",
        Value::List(error.problems().iter().map(problem).collect()),
    );
    match error {
        Error::InvalidTransition {
            from,
            action,
            allowed,
            ..
        } => {
            extensions.set("from", *from);
            extensions.set("action", action.code());
            extensions.set(
                "allowed",
                Value::List(allowed.iter().map(|action| action.code().into()).collect()),
            );
        }
        Error::Conflict {
            current_version: Some(version),
            ..
        } => extensions.set("currentVersion", *version),
        Error::Duplicate {
            existing: Some(id), ..
        } => extensions.set("existing", id.clone()),
        Error::RateLimited { retry_after } => extensions.set("retryAfter", *retry_after),
        _ => {}
    }
    async_graphql::Error {
        message: told(ctx, error),
        source: None,
        extensions: Some(extensions),
    }
}

/// What people read. Whatever is not a refusal of ours says nothing about its cause, which goes to the log.
pub fn told(ctx: &Context<'_>, error: &Error) -> String {
    match error.code() {
        ErrorCode::Internal => {
            let request_id = request(ctx).map(|request| request.id.to_string());
            let request_id = request_id.unwrap_or_default();
            tracing::error!(request_id, %error, "an operation failed");
            "The service failed; quote the request id to its operator.".into()
        }
        ErrorCode::Unavailable => Error::Unavailable.to_string(),
        _ => error.to_string(),
    }
}

fn problem(problem: &Problem) -> Value {
    Value::Object(
        [
            ("path", problem.path.clone()),
            ("code", problem.code.name().into()),
            ("message", problem.message.clone()),
        ]
        .into_iter()
        .map(|(name, text)| (async_graphql::Name::new(name), Value::String(text)))
        .collect(),
    )
}

/// Counts the rows of a list, for whoever asks; none above 10,000.
pub type Count =
    Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Option<i32>>> + Send>> + Send + Sync>;

/// One page of a list (Relay connection).
#[derive(SimpleObject)]
#[graphql(name_type, complex)]
pub struct Connection<T: OutputType + TypeName> {
    /// The rows of this page, each with its cursor.
    pub edges: Vec<Edge<T>>,
    /// Whether there are further pages, and where they begin.
    pub page_info: PageInfo,
    #[graphql(skip)]
    count: Count,
}

/// A row and its place in the list.
#[derive(SimpleObject)]
#[graphql(name_type)]
pub struct Edge<T: OutputType + TypeName> {
    /// Where the row stands; give it as `after` or `before` to go on from here.
    pub cursor: String,
    /// The row.
    pub node: T,
}

/// Whether there are further pages, and where they begin.
#[derive(SimpleObject)]
pub struct PageInfo {
    /// Whether there are rows after this page.
    pub has_next_page: bool,
    /// Whether there are rows before this page.
    pub has_previous_page: bool,
    /// Cursor of the first row.
    pub start_cursor: Option<String>,
    /// Cursor of the last row.
    pub end_cursor: Option<String>,
}

#[ComplexObject]
impl<T: OutputType + TypeName> Connection<T> {
    /// How many rows the whole list has; null above 10,000. It is counted when asked for, and costs accordingly.
    async fn total_count(&self, ctx: &Context<'_>) -> Reply<i32> {
        match (self.count)().await {
            Ok(count) => count.map(Ok),
            Err(error) => Some(Err(refusal(ctx, &error))),
        }
    }
}

impl<T: OutputType + TypeName> TypeName for Connection<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", <T as TypeName>::type_name()).into()
    }
}

impl<T: OutputType + TypeName> TypeName for Edge<T> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", <T as TypeName>::type_name()).into()
    }
}

impl<T: OutputType + TypeName> Connection<T> {
    /// Makes a page of rows that bring their cursors.
    #[must_use]
    pub fn new(slice: Slice<(String, T)>, count: Count) -> Self {
        let edges: Vec<_> = slice
            .rows
            .into_iter()
            .map(|(cursor, node)| Edge { cursor, node })
            .collect();
        let page_info = PageInfo {
            has_next_page: slice.has_next,
            has_previous_page: slice.has_previous,
            start_cursor: edges.first().map(|edge| edge.cursor.clone()),
            end_cursor: edges.last().map(|edge| edge.cursor.clone()),
        };
        Self {
            edges,
            page_info,
            count,
        }
    }

    /// A count that is known without asking.
    #[must_use]
    pub fn known(rows: usize) -> Count {
        let count = i32::try_from(rows).ok().filter(|rows| *rows <= 10_000);
        Arc::new(move || Box::pin(async move { Ok(count) }))
    }
}

/// A node whose rows can be paged names itself here; `#[derive(SimpleObject)]` and `#[Object]` types do it with one line.
#[macro_export]
macro_rules! named {
    ($($object:ty => $name:literal),+ $(,)?) => {$(
        impl async_graphql::TypeName for $object {
            fn type_name() -> std::borrow::Cow<'static, str> {
                std::borrow::Cow::Borrowed($name)
            }
        }
    )+};
}
