//! Reading critical values.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use entity::enums::Action;
use uuid::Uuid;

use super::{CriticalValue, input::CriticalValueFilter};
use crate::{
    app::App,
    auth::Actor,
    critical_value::{
        loader::{CriticalValues, OfOrder},
        seen::Seen,
        service::{self, Filter, LATEST},
    },
    error::{Error, Result},
    graphql::{Connection, Count, Reply, ask, unshare},
    id::{self, Kind},
    page::{Cursor, PageArgs, Slice, Window},
};

/// Reading critical values.
#[derive(Default)]
pub struct CriticalValueQuery;

/// Reading critical values.
#[Object]
impl CriticalValueQuery {
    /// The critical values 危急值 that the caller's scope is told of, the last raised first. A community's manager sees the headers of those that nobody
    /// acknowledged in twice the time.
    async fn critical_values(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the list is narrowed to.")] filter: Option<CriticalValueFilter>,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Reply<Connection<CriticalValue>> {
        ask(ctx, Action::ReadCriticalValue, |app, call| async move {
            let filter = filter.map(CriticalValueFilter::parse).transpose()?;
            let filter = filter.unwrap_or_default();
            let args = PageArgs {
                first,
                after,
                last,
                before,
            };
            let window = Window::parse(&args, LATEST)?;
            let slice = service::list(app, call.actor, &filter, &window).await?;
            Ok(connection(app, call.actor, slice, filter))
        })
        .await
    }
}

fn connection(
    app: &App,
    actor: &Actor,
    slice: Slice<Seen>,
    filter: Filter,
) -> Connection<CriticalValue> {
    let slice = slice.map(|seen| {
        let cursor = Cursor::time(LATEST, seen.party.raised_at, seen.row.id).encode();
        (cursor, CriticalValue::new(seen))
    });
    let (app, actor) = (app.clone(), actor.clone());
    let count: Count = Arc::new(move || {
        let (app, actor, filter) = (app.clone(), actor.clone(), filter.clone());
        Box::pin(async move { service::count(&app, &actor, &filter).await })
    });
    Connection::new(slice, count)
}

/// The critical value of that id, for `node`; null where the caller is not told of it.
pub async fn node(ctx: &Context<'_>, id: &ID) -> Reply<CriticalValue> {
    ask(ctx, Action::ReadCriticalValue, |app, call| async move {
        let id = id::decode(Kind::CriticalValue, id, "id")?;
        let seen = service::critical_value(app, &call, id).await?;
        Ok(CriticalValue::new(seen))
    })
    .await
}

/// The critical value of that id, read together with the others of the page; none where the caller is not told of it.
pub async fn one(ctx: &Context<'_>, id: Uuid) -> Result<Option<CriticalValue>> {
    let found = loader(ctx)?.load_one(id).await;
    let found = found.map_err(|error| unshare(&error))?;
    Ok(found.map(CriticalValue::new))
}

/// The critical values of an order that the caller is told of, the latest first.
pub async fn of_order(ctx: &Context<'_>, order: Uuid) -> Result<Vec<CriticalValue>> {
    let found = loader(ctx)?.load_one(OfOrder(order)).await;
    let found = found.map_err(|error| unshare(&error))?;
    let all = found.unwrap_or_default().into_iter();
    Ok(all.map(CriticalValue::new).collect())
}

fn loader<'c>(ctx: &Context<'c>) -> Result<&'c DataLoader<CriticalValues>> {
    ctx.data_opt::<DataLoader<CriticalValues>>()
        .ok_or(Error::Unauthenticated)
}
