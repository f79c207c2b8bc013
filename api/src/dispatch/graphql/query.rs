//! Reading dispatches.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, dataloader::DataLoader};
use entity::{dispatch::Model, enums::Action};
use uuid::Uuid;

use super::{
    super::{
        loader::{Dispatches, DispatchesPage},
        service::{self, Filter, Of, STARTS, Sort},
    },
    Dispatch,
    filter::{DispatchFilter, DispatchSort},
    statistics::{DispatchStatistics, StatisticsInput},
};
use crate::{
    app::App,
    auth::Actor,
    error::{Error, Result},
    graphql::{Connection, Count, Reply, actor, app, ask, unshare},
    id::{self, Kind},
    page::{Cursor, PageArgs, Slice, Window},
    policy,
};

/// Reading dispatches.
#[derive(Default)]
pub struct DispatchQuery;

/// Reading dispatches.
#[Object]
impl DispatchQuery {
    /// A dispatch 专家下派; null where there is none that the caller sees. It is seen by the staff of its sender and its host (of a station also of the
    /// health centre that manages it), by the managers of their communities, and by the expert.
    async fn dispatch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Reply<Dispatch> {
        node(ctx, &id).await
    }

    /// The dispatches that the caller's scope sees, the latest to begin first; of an expert with `mine` their own, whoever sends them.
    #[expect(clippy::too_many_arguments, reason = "they are the API's")]
    async fn dispatches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the list is narrowed to.")] filter: Option<DispatchFilter>,
        #[graphql(desc = "By what it is sorted; STARTS_ON_DESC where left out.")] sort: Option<
            DispatchSort,
        >,
        #[graphql(desc = "Rows from the start, 1 to 100; 20 where left out.")] first: Option<i32>,
        #[graphql(desc = "Begin after this cursor.")] after: Option<String>,
        #[graphql(desc = "Rows from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "End before this cursor.")] before: Option<String>,
    ) -> Reply<Connection<Dispatch>> {
        ask(ctx, Action::ReadDispatch, |app, call| async move {
            let filter = filter.unwrap_or_default().parse()?;
            let sort = Sort::from(sort.unwrap_or_default());
            let args = PageArgs {
                first,
                after,
                last,
                before,
            };
            let window = Window::parse(&args, sort.name())?;
            let slice = service::list(app, call.actor, &filter, sort, &window).await?;
            Ok(connection(app, call.actor, slice, filter, sort))
        })
        .await
    }

    /// What dispatches come to in a stretch of days: of an institution those that it sends or receives, of a community and a region those to their
    /// institutions. For `DISPATCH_OFFICER`, `COORDINATOR` and `INSTITUTION_ADMIN` of the institution, `COMMUNITY_MANAGER` of the community, and `REGULATOR` of
    /// the region, who counts whole months.
    async fn dispatch_statistics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where, and when.")] input: StatisticsInput,
    ) -> Reply<DispatchStatistics> {
        ask(
            ctx,
            Action::ReadDispatchStatistics,
            |app, call| async move {
                let asked = input.parse()?;
                let found = service::statistics(app, call.actor, &asked).await?;
                Ok(DispatchStatistics::new(found, &asked))
            },
        )
        .await
    }
}

fn connection(
    app: &App,
    actor: &Actor,
    slice: Slice<Model>,
    filter: Filter,
    sort: Sort,
) -> Connection<Dispatch> {
    let slice = slice.map(|row| {
        let cursor = Cursor::time(sort.name(), sort.value(&row), row.id).encode();
        (cursor, Dispatch::new(row))
    });
    let (app, actor) = (app.clone(), actor.clone());
    let count: Count = Arc::new(move || {
        let (app, actor, filter) = (app.clone(), actor.clone(), filter.clone());
        Box::pin(async move { service::count(&app, &actor, &filter).await })
    });
    Connection::new(slice, count)
}

/// A page of the dispatches of an institution, as far as the caller sees them, read together with those of the other institutions.
pub async fn of_institution(
    ctx: &Context<'_>,
    of: Of,
    institution: Uuid,
    args: &PageArgs,
) -> Result<Connection<Dispatch>> {
    let (app, actor) = (app(ctx)?, actor(ctx)?);
    let [sort, _] = STARTS;
    let window = Window::parse(args, sort.name())?;
    let key = DispatchesPage {
        of,
        institution,
        window: window.clone(),
    };
    let slice = loader(ctx)?.load_one(key).await;
    let slice = slice.map_err(|error| unshare(&error))?;
    let slice = slice.unwrap_or_else(|| window.slice(Vec::new()));
    if !policy::permits(&actor.roles, Action::ReadDispatch) {
        let none = Connection::<Dispatch>::known(0);
        return Ok(Connection::new(window.slice(Vec::new()), none));
    }
    let ids = Some(vec![institution]);
    let filter = match of {
        Of::Sender => Filter {
            sender: ids,
            ..Filter::default()
        },
        Of::Host => Filter {
            host: ids,
            ..Filter::default()
        },
    };
    Ok(connection(app, actor, slice, filter, sort))
}

/// The dispatch of that id, read together with the others of the page; none where the caller does not see it.
pub async fn one(ctx: &Context<'_>, id: Uuid) -> Result<Option<Dispatch>> {
    let found = loader(ctx)?.load_one(id).await;
    let found = found.map_err(|error| unshare(&error))?;
    Ok(found.map(Dispatch::new))
}

/// The dispatch of that id, for `node`; null where the caller does not see it.
pub async fn node(ctx: &Context<'_>, id: &ID) -> Reply<Dispatch> {
    ask(ctx, Action::ReadDispatch, |app, call| async move {
        let id = id::decode(Kind::Dispatch, id, "id")?;
        Ok(Dispatch::new(service::dispatch(app, &call, id).await?))
    })
    .await
}

fn loader<'c>(ctx: &Context<'c>) -> Result<&'c DataLoader<Dispatches>> {
    ctx.data_opt::<DataLoader<Dispatches>>()
        .ok_or(Error::Unauthenticated)
}
